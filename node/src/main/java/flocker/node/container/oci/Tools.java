package flocker.node.container.oci;

import flocker.node.container.ContainerFault;
import flocker.node.container.ContainerFault.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the host's programs, bounded in time and in what is kept of their output. */
final class Tools {
  private static final Logger LOG = LoggerFactory.getLogger(Tools.class);
  private static final long DRAIN_MILLIS = 500;

  /** What a program did. */
  record Result(int exitCode, String stdout, String stderr, boolean truncated) {
    String said() {
      String text = (stderr + " " + stdout).strip();
      return text.length() > 2000 ? text.substring(text.length() - 2000) : text;
    }
  }

  /**
   * @param late called when the limit has passed; the program is killed shortly after
   */
  record Bounds(Duration limit, int keepBytes, Runnable late) {}

  private record Captured(String text, boolean truncated) {}

  private final ExecutorService readers =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "container-output");
            thread.setDaemon(true);
            return thread;
          });

  /** Runs a program with this input to its end; TIMEOUT (the program is killed) or OTHER. */
  Result run(List<String> command, String input, Duration limit, int keepBytes)
      throws ContainerFault {
    return run(command, input, new Bounds(limit, keepBytes, () -> {}));
  }

  /** The same; a program that is late may first be ended in a gentler way. */
  Result run(List<String> command, String input, Bounds bounds) throws ContainerFault {
    long begun = System.nanoTime();
    Process process;
    try {
      process = new ProcessBuilder(command).start();
    } catch (IOException failure) {
      throw new ContainerFault(
          Kind.OTHER, "cannot run " + command.get(0) + ": " + failure.getMessage(), failure);
    }
    CompletableFuture<Captured> out = capture(process.getInputStream(), bounds.keepBytes());
    CompletableFuture<Captured> err = capture(process.getErrorStream(), bounds.keepBytes());
    try {
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException ended) {
        LOG.debug("{} did not read its input", command.get(0));
      }
      if (!process.waitFor(bounds.limit().toMillis(), TimeUnit.MILLISECONDS)) {
        bounds.late().run();
        if (!process.waitFor(DRAIN_MILLIS, TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
        }
        throw new ContainerFault(
            Kind.TIMEOUT,
            String.join(" ", command) + " did not end within " + bounds.limit().toMillis() + " ms");
      }
      Captured stdout = await(out);
      Captured stderr = await(err);
      Result result =
          new Result(
              process.exitValue(),
              stdout.text(),
              stderr.text(),
              stdout.truncated() || stderr.truncated());
      LOG.debug(
          "command argv={} exit={} millis={}",
          command,
          result.exitCode(),
          (System.nanoTime() - begun) / 1_000_000);
      return result;
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new ContainerFault(Kind.OTHER, "interrupted while running " + command.get(0));
    }
  }

  /** A process left in the background may hold the pipe for ever: what came until then counts. */
  private static Captured await(CompletableFuture<Captured> output) throws InterruptedException {
    try {
      return output.get(DRAIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException incomplete) {
      return new Captured("", true);
    }
  }

  private CompletableFuture<Captured> capture(InputStream stream, int keepBytes) {
    return CompletableFuture.supplyAsync(
        () -> {
          ByteArrayOutputStream kept = new ByteArrayOutputStream();
          boolean truncated = false;
          byte[] buffer = new byte[8192];
          try (stream) {
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
              int room = Math.min(n, keepBytes - kept.size());
              kept.write(buffer, 0, room);
              truncated |= room < n;
            }
          } catch (IOException closed) {
            truncated = true;
          }
          return new Captured(kept.toString(StandardCharsets.UTF_8), truncated);
        },
        readers);
  }
}
