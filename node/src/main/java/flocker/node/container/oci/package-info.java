/**
 * Containers by an OCI runtime ({@code runc}, or {@code crun} where it works).
 *
 * <p>{@code OciRuntime} is the port's driver. It writes a bundle ({@code OciSpec} is its
 * config.json), has {@code flocker-console} create the container, connects its network namespace
 * ({@code ContainerNetwork}) and lets it go. Life and death are read from the kernel (cgroups,
 * {@code /proc}), never from the runtime's own records: {@code ContainerCgroups} kills and verifies
 * without the runtime's help. What must survive this JVM is in the bundle directory. Only the
 * node's main class may name this package.
 */
package flocker.node.container.oci;
