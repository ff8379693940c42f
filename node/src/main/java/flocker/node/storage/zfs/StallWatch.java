package flocker.node.storage.zfs;

import flocker.node.time.BootClock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Closes streams whose read or write has been blocked for too long, so that a frozen storage daemon
 * cannot hold the threads that serve streams. One thread for all streams of a storage.
 */
final class StallWatch {
  private static final long TICK_MILLIS = 100;

  private final BootClock clock;
  private final Duration stall;
  private final Set<Transfer> transfers = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "storage-stall-watch");
            thread.setDaemon(true);
            return thread;
          });
  private boolean ticking;

  StallWatch(BootClock clock, Duration stall) {
    this.clock = clock;
    this.stall = stall;
  }

  /** A stream in progress; {@link #expire} comes from the watch's own thread. */
  abstract static class Transfer {
    // Invariant: meaningful only while blocked is true.
    private volatile long since;
    private volatile boolean blocked;

    /** Frees the blocked thread; may be called again until it is free. */
    abstract void expire();
  }

  synchronized void add(Transfer transfer) {
    transfers.add(transfer);
    if (!ticking) {
      ticking = true;
      var unused =
          ticker.scheduleWithFixedDelay(
              this::look, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  void remove(Transfer transfer) {
    transfers.remove(transfer);
  }

  void blocking(Transfer transfer) {
    transfer.since = clock.nanos();
    transfer.blocked = true;
  }

  void unblocked(Transfer transfer) {
    transfer.blocked = false;
  }

  private void look() {
    long now = clock.nanos();
    for (Transfer transfer : transfers) {
      if (transfer.blocked && now - transfer.since > stall.toNanos()) {
        transfer.expire();
      }
    }
  }
}
