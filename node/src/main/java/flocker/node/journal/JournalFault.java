package flocker.node.journal;

/** The journal cannot be used; the message says what was found and what to do. */
public final class JournalFault extends Exception {
  private static final long serialVersionUID = 1L;

  /** What callers decide by. */
  public enum Kind {
    /** {@code create} found one. */
    EXISTS,
    /** There is none. */
    MISSING,
    /** It is no journal, or damaged, or cannot be read. */
    UNREADABLE,
    /** Made by another version of Flocker. */
    FOREIGN_SCHEMA,
    /** It belongs to another host id. */
    OTHER_HOST,
    /** Another process uses it. */
    IN_USE,
    /** The disk refused. */
    IO
  }

  private final Kind kind;

  public JournalFault(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public JournalFault(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
