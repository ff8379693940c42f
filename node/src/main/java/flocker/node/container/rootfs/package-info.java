/**
 * User filesystems as trees of files: filling an empty one from a directory, a tar archive or an
 * OCI image, writing one to a tar archive or an OCI image, and looking into one without following
 * its links out of it.
 *
 * <p>{@code RootImport} is the way in, {@code RootExport} the way out. What is imported is hostile
 * until proven otherwise: {@code TargetTree} is the only class that writes, and it never writes
 * through a link. Blocking; actors call it on the storage dispatcher. Nothing here knows containers
 * or datasets.
 */
package flocker.node.container.rootfs;
