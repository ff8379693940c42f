package flocker.node.change;

/**
 * The user filesystem may have changed.
 *
 * @param source the name of the source
 * @param atBootNanos when the source noticed
 * @param feedback to be told once what became of it
 */
public record ChangeDetected(String source, long atBootNanos, Feedback feedback) {
  /** May be called from any thread. */
  @FunctionalInterface
  public interface Feedback {
    /** A snapshot that began after the news has been taken; {@code written}: it held something. */
    void settled(boolean written);

    /** For sources that do not care. */
    Feedback NONE = written -> {};
  }
}
