package flocker.node.guard;

/** The guards could not be started, reached or trusted; the container must not run. */
public final class GuardFault extends Exception {
  private static final long serialVersionUID = 1L;

  public GuardFault(String message) {
    super(message);
  }

  public GuardFault(String message, Throwable cause) {
    super(message, cause);
  }
}
