/**
 * The container port: what Flocker needs of a container runtime. Calls block; actors make them on
 * the container dispatcher. Driver: {@code container.oci} (runc, crun). Also importing a user
 * filesystem from a directory or tar.
 */
package flocker.node.container;
