/**
 * Calls that block, kept off the threads of actors: the one way to make them and to read how they
 * failed.
 */
package flocker.node.blocking;
