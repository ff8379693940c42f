/**
 * Compares what two hosts hold in the same snapshot: digests of files and folders ({@link
 * flocker.node.verify.TreeDigests}), the search for the paths that differ ({@link
 * flocker.node.verify.Descent}), and the run over all slaves.
 */
package flocker.node.verify;
