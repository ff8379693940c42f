package flocker.node.storage;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Runs blocking storage calls on the executor that is meant for them. */
public final class Storing {
  private final Executor executor;

  /**
   * @param executor its threads may block; in a node {@code flocker.storage-dispatcher}
   */
  public Storing(Executor executor) {
    this.executor = executor;
  }

  /** A blocking call. */
  @FunctionalInterface
  public interface Call<T> {
    T run() throws StorageFault;
  }

  /** Runs {@code call}; a {@link StorageFault} comes back through {@link #fault}. */
  public <T> CompletionStage<T> call(Call<T> call) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return call.run();
          } catch (StorageFault e) {
            throw new CompletionException(e);
          }
        },
        executor);
  }

  /** What went wrong, whatever it was wrapped in; anything unforeseen is of kind OTHER. */
  public static StorageFault fault(Throwable thrown) {
    Throwable cause = cause(thrown);
    return cause instanceof StorageFault fault
        ? fault
        : new StorageFault(StorageFault.Kind.OTHER, "unforeseen: " + cause, cause);
  }

  /** {@code thrown} without what futures wrap around it. */
  public static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
