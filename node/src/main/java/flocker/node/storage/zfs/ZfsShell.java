package flocker.node.storage.zfs;

import flocker.node.storage.Dataset;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import flocker.node.time.BootClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Commands as this driver runs them: with its deadlines, its retries and its reading of faults. */
final class ZfsShell {
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 250;

  private final ZfsSettings settings;
  private final ZfsCommand command;
  private final ZfsRunner runner;
  private final BootClock clock;

  ZfsShell(ZfsSettings settings, BootClock clock) {
    this.settings = settings;
    this.command = new ZfsCommand(settings);
    this.runner = new ZfsRunner(settings.prefix(), clock, settings.deadlines().slow());
    this.clock = clock;
  }

  /** What {@code zfs get} says of a filesystem. */
  record State(
      boolean mounted, String canMount, boolean readOnly, String mountPoint, String origin) {
    Path path() throws StorageFault {
      if (!mountPoint.startsWith("/")) {
        throw new StorageFault(
            Kind.OTHER,
            "the dataset's mountpoint is '"
                + mountPoint
                + "', not a path; give it back with 'zfs inherit mountpoint'");
      }
      return Path.of(mountPoint);
    }
  }

  /** Something that may be BUSY for a moment. */
  @FunctionalInterface
  interface Attempt {
    void run() throws StorageFault;
  }

  ZfsSettings settings() {
    return settings;
  }

  ZfsSettings.Deadlines deadlines() {
    return settings.deadlines();
  }

  ZfsCommand command() {
    return command;
  }

  ZfsRunner runner() {
    return runner;
  }

  /** A command that should take milliseconds. */
  String ask(List<String> argv) throws StorageFault {
    return ask(argv, deadlines().command());
  }

  /** A command that may rightly take long. */
  String askLong(List<String> argv) throws StorageFault {
    return ask(argv, deadlines().bulk());
  }

  private String ask(List<String> argv, Duration deadline) throws StorageFault {
    try {
      return runner.run(argv, deadline);
    } catch (StorageFault e) {
      throw explained(e);
    }
  }

  ZfsRunner.Result attempt(List<String> argv) throws StorageFault {
    return runner.attempt(argv, deadlines().command());
  }

  /**
   * "Does not exist" is also what a storage daemon says of everything while the pool is not
   * imported; taken at its word, a host would believe that it has lost its copies.
   */
  StorageFault explained(StorageFault fault) throws StorageFault {
    if (fault.kind() != Kind.NOT_FOUND) {
      return fault;
    }
    ZfsRunner.Result parent = attempt(command.parentState());
    if (parent.ok()) {
      return fault;
    }
    return new StorageFault(
        Kind.UNAVAILABLE,
        "pool "
            + settings.pool()
            + " is not imported, or "
            + settings.parent()
            + " was removed; import the pool ("
            + fault.getMessage()
            + ")");
  }

  State state(Dataset dataset) throws StorageFault {
    Map<String, String> values =
        ZfsOutput.properties(ask(command.state(dataset)), ZfsCommand.STATE);
    return new State(
        ZfsOutput.yes(values.get("mounted")),
        values.get("canmount"),
        ZfsOutput.on(values.get("readonly")),
        values.get("mountpoint"),
        values.get("origin"));
  }

  /** Retries BUSY: on zfs-fuse an unmount goes on for a while after the command has ended. */
  void retryingBusy(Attempt attempt) throws StorageFault {
    long began = clock.nanos();
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      try {
        attempt.run();
        return;
      } catch (StorageFault e) {
        boolean late = clock.nanos() - began > deadlines().busy().toNanos();
        if (e.kind() != Kind.BUSY || late || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
  }
}
