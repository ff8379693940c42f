/** The program: its entry points, and the only places that know every part. */
package flocker.node;
