package flocker.node.change;

/**
 * Something of the kernel that tells when a filesystem may have been written to. Has a thread of
 * its own, which may hang with the filesystem without harm to anybody; the methods never block.
 */
public interface Watch extends AutoCloseable {
  /** How a watch stands. */
  enum State {
    /** Not set up yet. */
    STARTING,
    /** It sees what it can see. */
    ACTIVE,
    /** It cannot be had here, or not now; it is tried again. */
    UNAVAILABLE,
    /** Its thread waits for storage that does not answer. */
    STUCK
  }

  /**
   * @param detail for people: what it sees, or why it sees nothing
   */
  record Status(State state, String detail) {}

  Status status();

  /** The filesystem was mounted again: set up anew. */
  void remounted();

  /** Ends it, soon; what it holds of the kernel is given back by its own thread. */
  @Override
  void close();

  /** Begins to watch. */
  @FunctionalInterface
  interface Factory {
    /**
     * @param news is called from the watch's thread and must not block
     */
    Watch start(Runnable news);
  }
}
