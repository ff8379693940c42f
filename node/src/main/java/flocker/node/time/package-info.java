/** Where time comes from. */
package flocker.node.time;
