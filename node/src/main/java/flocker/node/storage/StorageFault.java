package flocker.node.storage;

import flocker.node.blocking.Blocking;

/**
 * Storage refused or failed. The message says what was attempted and what storage said; nothing
 * else has changed.
 */
public final class StorageFault extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of refusal it was; callers decide by this, people read the message. */
  public enum Kind {
    /** No such dataset or snapshot. */
    NOT_FOUND,
    /** The name is taken. */
    EXISTS,
    /** In use; a later attempt may succeed. */
    BUSY,
    /** Pool full or quota reached. */
    NO_SPACE,
    /** The incremental stream's base is not the newest snapshot of the target. */
    BASE_MISMATCH,
    /** The target was written to since its newest snapshot. */
    MODIFIED,
    /** The stream is truncated or corrupted. */
    BAD_STREAM,
    /** Other datasets or snapshots depend on it. */
    HAS_DEPENDENTS,
    /** The storage daemon or kernel module does not answer. */
    UNAVAILABLE,
    /** The pool reports an I/O error. */
    IO,
    /** The command did not end within its deadline and was abandoned; its outcome is unknown. */
    TIMEOUT,
    /** This storage cannot do that at all. */
    UNSUPPORTED,
    /** Anything else, with the text storage gave. */
    OTHER
  }

  private final Kind kind;

  public StorageFault(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public StorageFault(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What went wrong, whatever it was wrapped in; anything unforeseen is of kind OTHER. */
  public static StorageFault of(Throwable thrown) {
    Throwable cause = Blocking.cause(thrown);
    return cause instanceof StorageFault fault
        ? fault
        : new StorageFault(Kind.OTHER, "unforeseen: " + cause, cause);
  }

  public Kind kind() {
    return kind;
  }
}
