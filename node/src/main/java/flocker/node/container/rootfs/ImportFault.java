package flocker.node.container.rootfs;

import java.io.IOException;

/**
 * An import was refused or broke off. What it had written until then lies in the target and nowhere
 * else: the caller throws the target away.
 */
public final class ImportFault extends Exception {
  private static final long serialVersionUID = 1L;

  /** What callers decide by. */
  public enum Kind {
    /** The source does not exist, cannot be read, is truncated or damaged. */
    UNREADABLE,
    /** A kind of archive or entry that is not supported. */
    UNSUPPORTED,
    /** An entry would be written outside the target, or through a link. */
    ESCAPES,
    /** A device node outside {@code /dev}. */
    DEVICE_NODE,
    /** More bytes or entries than the limits allow. */
    TOO_LARGE,
    /** The target is not an empty directory. */
    BAD_TARGET,
    /** The target is full. */
    NO_SPACE,
    /** The thread was interrupted. */
    CANCELLED
  }

  private final Kind kind;

  public ImportFault(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public ImportFault(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** A failure to write into the target. */
  static ImportFault writing(String entry, IOException failure) {
    String said = String.valueOf(failure.getMessage());
    boolean full = said.contains("No space left") || said.contains("quota exceeded");
    return new ImportFault(
        full ? Kind.NO_SPACE : Kind.UNSUPPORTED,
        "import stopped at "
            + entry
            + ", which cannot be written: "
            + failure
            + (full ? "; make room in the pool or choose a larger one" : ""),
        failure);
  }

  public Kind kind() {
    return kind;
  }
}
