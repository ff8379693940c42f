package flocker.node.container.rootfs;

/** Told by the importing thread after each entry, and within large files; must be quick. */
@FunctionalInterface
public interface ImportProgress {
  /** Contents and entries written so far. */
  void at(long bytes, long entries);
}
