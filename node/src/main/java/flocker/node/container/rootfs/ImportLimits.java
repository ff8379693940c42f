package flocker.node.container.rootfs;

/**
 * Bounds against absurd sources, e.g. a small archive that unpacks to a huge tree.
 *
 * @param bytes most that all files together may hold
 * @param entries most files, directories and links
 */
public record ImportLimits(long bytes, long entries) {
  /** Ten million entries, and so many bytes. */
  public static ImportLimits ofBytes(long bytes) {
    return new ImportLimits(bytes, 10_000_000);
  }
}
