package flocker.node.change.kernel;

/** A watch cannot be had, for a reason that people are told. */
final class WatchFault extends Exception {
  private static final long serialVersionUID = 1L;

  WatchFault(String why) {
    super(why);
  }
}
