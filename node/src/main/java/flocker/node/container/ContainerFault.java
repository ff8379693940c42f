package flocker.node.container;

/**
 * The container runtime refused or failed; the message says what was attempted and what it said.
 */
public final class ContainerFault extends Exception {
  private static final long serialVersionUID = 1L;

  /** What callers decide by. */
  public enum Kind {
    /** No such container. */
    NOT_FOUND,
    /** The root or the init command is missing or cannot be executed. */
    BAD_ROOT,
    /** It could not be proven that every process is dead. */
    NOT_PROVEN_DEAD,
    /** The runtime did not end within its deadline. */
    TIMEOUT,
    /** Anything else. */
    OTHER
  }

  private final Kind kind;

  public ContainerFault(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public ContainerFault(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
