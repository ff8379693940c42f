package flocker.node.system;

import java.util.concurrent.CompletionException;

/** Turns a failure into the sentence that people read. */
public final class Reasons {
  private Reasons() {}

  /** The message of the failure behind the wrappers that futures add. */
  public static String of(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
