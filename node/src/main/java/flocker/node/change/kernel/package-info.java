/**
 * The change sources that ask the Linux kernel, each on a thread of its own that may hang with the
 * filesystem it watches.
 */
package flocker.node.change.kernel;
