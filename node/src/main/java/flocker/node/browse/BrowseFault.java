package flocker.node.browse;

/** What was asked for is not there, or not of the kind that was asked for; people read the text. */
public final class BrowseFault extends Exception {
  private static final long serialVersionUID = 1L;

  public BrowseFault(String message) {
    super(message);
  }
}
