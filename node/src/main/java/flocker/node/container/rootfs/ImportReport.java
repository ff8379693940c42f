package flocker.node.container.rootfs;

/**
 * What an import did.
 *
 * @param bytes contents of files
 * @param entries files, directories and links
 * @param skippedSpecial entries below {@code /dev}, {@code /proc} and {@code /sys}, which a
 *     container gets fresh, and sockets
 * @param lostAttributes extended attributes (ACLs, file capabilities) that the target cannot keep
 */
public record ImportReport(long bytes, long entries, long skippedSpecial, long lostAttributes) {}
