package flocker.node.blocking;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Runs blocking calls on the executor that is meant for them. */
public final class Blocking {
  private final Executor executor;

  /**
   * @param executor its threads may block; in a node {@code flocker.storage-dispatcher} or {@code
   *     flocker.container-dispatcher}
   */
  public Blocking(Executor executor) {
    this.executor = executor;
  }

  /** Runs {@code call}; what it throws comes back through {@link #cause} or {@link #reason}. */
  public <T> CompletionStage<T> call(Callable<T> call) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return call.call();
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        },
        executor);
  }

  /** {@code thrown} without what futures wrap around it. */
  public static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The sentence that people read of {@code thrown}. */
  public static String reason(Throwable thrown) {
    Throwable cause = cause(thrown);
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
