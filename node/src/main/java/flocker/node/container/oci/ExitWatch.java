package flocker.node.container.oci;

import flocker.node.container.ContainerFault;
import flocker.node.container.ContainerState.Phase;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks every 40 ms whether containers have ended; one thread for all of them. */
final class ExitWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExitWatch.class);
  private static final long PERIOD_MILLIS = 40;
  // Looks after init's end for which the exit code is waited.
  private static final int PATIENCE = 8;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "container-exit-watch");
            thread.setDaemon(true);
            return thread;
          });

  CompletionStage<Optional<Integer>> watch(OciContainer container) {
    Watch watch = new Watch(container);
    ScheduledFuture<?> ticking =
        timer.scheduleWithFixedDelay(watch, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return watch.ended.whenComplete((code, failure) -> ticking.cancel(false));
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private static final class Watch implements Runnable {
    private final OciContainer container;
    private final CompletableFuture<Optional<Integer>> ended = new CompletableFuture<>();
    private int looksAfterEnd;

    Watch(OciContainer container) {
      this.container = container;
    }

    @Override
    public void run() {
      try {
        Phase phase = container.state().phase();
        if (phase == Phase.RUNNING || phase == Phase.PAUSED) {
          return;
        }
        Optional<Integer> code = container.exitCode();
        looksAfterEnd++;
        if (code.isPresent() || looksAfterEnd > PATIENCE || phase == Phase.ABSENT) {
          ended.complete(code);
        }
      } catch (ContainerFault | IOException | RuntimeException unknown) {
        // Not knowing is not an end: look again.
        LOG.warn("container-watch-failed reason={}", unknown.toString());
      }
    }
  }
}
