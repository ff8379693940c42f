package flocker.node.storage.zfs;

import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import flocker.node.time.BootClock;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a command with a deadline and bounded output, and logs it: DEBUG, or WARN if it was slow or
 * failed unexpectedly. A command that does not end in time is killed and abandoned; what it was
 * asked to do may still happen, because a storage daemon goes on with what it was told.
 */
final class ZfsRunner {
  private static final Logger LOG = LoggerFactory.getLogger(ZfsRunner.class);
  private static final ProcessBuilder.Redirect NOTHING =
      ProcessBuilder.Redirect.from(new File("/dev/null"));
  private static final int MOST_OUTPUT = 16 << 20;
  private static final int MOST_COMPLAINT = 64 << 10;
  private static final long TICK_MILLIS = 5;

  private final List<String> prefix;
  private final BootClock clock;
  private final Duration slow;

  ZfsRunner(List<String> prefix, BootClock clock, Duration slow) {
    this.prefix = List.copyOf(prefix);
    this.clock = clock;
    this.slow = slow;
  }

  /** How a command ended. */
  record Result(List<String> argv, int exit, String stdout, String stderr) {
    boolean ok() {
      return exit == 0;
    }

    StorageFault fault() {
      return ZfsFaults.of(argv, exit, stderr);
    }

    /** For callers to whom a failure is news; others judge it themselves. */
    String orFault() throws StorageFault {
      if (ok()) {
        return stdout;
      }
      LOG.atWarn()
          .addKeyValue("argv", String.join(" ", argv))
          .addKeyValue("exit", exit)
          .addKeyValue("stderr", stderr.strip())
          .log("storage-command-failed");
      throw fault();
    }
  }

  /** Runs and returns stdout; throws what went wrong. */
  String run(List<String> argv, Duration deadline) throws StorageFault {
    return attempt(argv, deadline).orFault();
  }

  /** Runs and returns however it ended; throws only if it did not end, or could not start. */
  Result attempt(List<String> argv, Duration deadline) throws StorageFault {
    long began = clock.nanos();
    Running running = start(argv, NOTHING, ProcessBuilder.Redirect.PIPE);
    return running.await(began, deadline);
  }

  /** Starts a command whose stdin or stdout is the caller's own pipe. */
  Running start(List<String> argv, ProcessBuilder.Redirect stdin, ProcessBuilder.Redirect stdout)
      throws StorageFault {
    List<String> words = new ArrayList<>(prefix);
    words.addAll(argv);
    ProcessBuilder builder = new ProcessBuilder(words).redirectInput(stdin).redirectOutput(stdout);
    builder.environment().put("LC_ALL", "C");
    try {
      return new Running(argv, builder.start(), clock.nanos());
    } catch (IOException e) {
      throw new StorageFault(
          Kind.UNAVAILABLE, "'" + String.join(" ", argv) + "' could not be started: " + e, e);
    }
  }

  static ProcessBuilder.Redirect nothing() {
    return NOTHING;
  }

  /** A command that has been started. Not thread-safe, except {@link #alive}. */
  final class Running {
    private final List<String> argv;
    private final Process process;
    private final long began;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    private Running(List<String> argv, Process process, long began) {
      this.argv = argv;
      this.process = process;
      this.began = began;
    }

    boolean alive() {
      return process.isAlive();
    }

    /** Waits for its end; at the deadline kills and abandons it. */
    Result await(Duration deadline) throws StorageFault {
      return await(clock.nanos(), deadline);
    }

    private Result await(long from, Duration deadline) throws StorageFault {
      try {
        while (!process.waitFor(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
          collect();
          if (clock.nanos() - from > deadline.toNanos()) {
            throw abandoned(deadline);
          }
        }
        collect();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        kill();
        throw new StorageFault(Kind.TIMEOUT, "interrupted during " + shown(), e);
      } catch (IOException e) {
        kill();
        throw new StorageFault(Kind.OTHER, "cannot read the output of " + shown() + ": " + e, e);
      }
      Result result = new Result(argv, process.exitValue(), text(stdout), text(stderr));
      log(result);
      return result;
    }

    private void collect() throws IOException {
      take(process.getInputStream(), stdout, MOST_OUTPUT);
      take(process.getErrorStream(), stderr, MOST_COMPLAINT);
    }

    /** Never blocks: reads only what is there. Of a flood of complaints the rest is dropped. */
    private void take(InputStream from, ByteArrayOutputStream to, int most) throws IOException {
      for (int ready = from.available(); ready > 0; ready = from.available()) {
        byte[] bytes = from.readNBytes(Math.min(ready, 1 << 16));
        if (to.size() + bytes.length <= most) {
          to.writeBytes(bytes);
        } else if (to == stdout) {
          throw new IOException("more than " + most + " bytes");
        }
      }
    }

    private StorageFault abandoned(Duration deadline) {
      kill();
      String text = shown() + " did not end within " + deadline.toMillis() + " ms; abandoned";
      LOG.atWarn()
          .addKeyValue("argv", String.join(" ", argv))
          .addKeyValue("millis", deadline.toMillis())
          .log("storage-command-abandoned");
      return new StorageFault(Kind.TIMEOUT, text);
    }

    /** Also what a prefix such as nsenter has started. */
    void kill() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }

    private String shown() {
      return "'" + String.join(" ", argv) + "'";
    }

    private void log(Result result) {
      long nanos = clock.nanos() - began;
      (nanos > slow.toNanos() ? LOG.atWarn() : LOG.atDebug())
          .addKeyValue("argv", String.join(" ", argv))
          .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(nanos))
          .addKeyValue("exit", result.exit())
          .addKeyValue("stderr", result.stderr().strip())
          .log("storage-command");
    }
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
