package flocker.node.storage.zfs;

import flocker.node.storage.Dataset;
import flocker.node.time.BootClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Copies that were seen read-only and unmounted a moment ago, so that not every small stream need
 * ask again. Forgotten with whatever this driver does about mounts and writability, and after a few
 * seconds, because an operator may have done something by hand.
 */
final class SealedCopies {
  private static final Duration VALID = Duration.ofSeconds(5);

  private final BootClock clock;
  private final Map<Dataset, Long> seen = new HashMap<>();
  private final Set<Dataset> touched = new HashSet<>();
  private long changes;

  SealedCopies(BootClock clock) {
    this.clock = clock;
  }

  /** Taken before a copy is looked at. */
  synchronized long ticket() {
    return changes;
  }

  /** Seen so; counts unless something was changed since the ticket was taken. */
  synchronized void offer(Dataset dataset, long ticket) {
    if (ticket == changes) {
      seen.put(dataset, clock.nanos());
    }
  }

  /** Whether it need not be looked at. */
  synchronized boolean knows(Dataset dataset) {
    Long at = seen.get(dataset);
    boolean known = at != null && clock.nanos() - at < VALID.toNanos();
    if (known) {
      touched.add(dataset);
    }
    return known;
  }

  /** Whether it was relied upon since this was asked last; it is about to be mounted. */
  synchronized boolean touched(Dataset dataset) {
    forgetAll();
    return touched.remove(dataset);
  }

  synchronized void forgetAll() {
    changes++;
    seen.clear();
  }
}
