package flocker.node.storage.zfs;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.time.BootClock;
import flocker.protocol.id.SnapshotName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The snapshots of each dataset as this driver last saw and changed them, because listing them
 * costs seconds when there are thousands. A list is kept only if nothing was changed while it was
 * read; after a change of unknown outcome nothing is kept for a while, since an abandoned command
 * may still take effect.
 */
final class SnapshotCache {
  private static final Duration DOUBT = Duration.ofSeconds(60);

  private final BootClock clock;
  private final Map<Dataset, Entry> entries = new HashMap<>();
  // Grows with every change of anything, so that a ticket never fits a later entry by chance.
  private long count;

  SnapshotCache(BootClock clock) {
    this.clock = clock;
  }

  private static final class Entry {
    // Invariant: oldest first; null if not known.
    private List<Snapshot> known;
    private long changes;
    private int underway;
    private long doubtUntil;
    private boolean doubted;
  }

  /** What is known, or empty: then ask storage and {@link #offer} it. */
  synchronized Optional<List<Snapshot>> known(Dataset dataset) {
    return Optional.ofNullable(entry(dataset).known);
  }

  /** Taken before a list is read. */
  synchronized long ticket(Dataset dataset) {
    return entry(dataset).changes;
  }

  /** Keeps the list unless something changed, or may have, since the ticket was taken. */
  synchronized void offer(Dataset dataset, long ticket, List<Snapshot> listed) {
    Entry entry = entry(dataset);
    if (entry.doubted && clock.nanos() - entry.doubtUntil > 0) {
      entry.doubted = false;
    }
    if (entry.changes == ticket && entry.underway == 0 && !entry.doubted) {
      entry.known = List.copyOf(listed);
    }
  }

  /** A change begins; exactly one of the next three must follow. */
  synchronized void begin(Dataset dataset) {
    Entry entry = entry(dataset);
    entry.underway++;
    entry.changes = ++count;
  }

  synchronized void added(Dataset dataset, Snapshot snapshot) {
    done(
        dataset,
        known -> {
          List<Snapshot> longer = new ArrayList<>(known);
          longer.add(snapshot);
          return longer;
        });
  }

  synchronized void removed(Dataset dataset, SnapshotName name) {
    done(dataset, known -> known.stream().filter(each -> !each.name().equals(name)).toList());
  }

  /** It was refused for certain: nothing has changed. */
  synchronized void unchanged(Dataset dataset) {
    done(dataset, known -> known);
  }

  /** Its outcome is unknown, or not worth following. */
  synchronized void unknown(Dataset dataset, boolean mayStillHappen) {
    done(dataset, known -> null);
    if (mayStillHappen) {
      Entry entry = entry(dataset);
      entry.doubted = true;
      entry.doubtUntil = clock.nanos() + DOUBT.toNanos();
    }
  }

  /** After what touches several datasets: rename, promote, destroy of a whole dataset. */
  synchronized void forgetAll() {
    entries.values().forEach(entry -> entry.known = null);
    entries.values().forEach(entry -> entry.changes = ++count);
    entries.values().removeIf(entry -> entry.underway == 0 && !entry.doubted);
  }

  private void done(Dataset dataset, UnaryOperator<List<Snapshot>> change) {
    Entry entry = entry(dataset);
    entry.underway--;
    entry.changes = ++count;
    if (entry.known != null) {
      List<Snapshot> changed = change.apply(entry.known);
      entry.known = changed == null ? null : List.copyOf(changed);
    }
  }

  private Entry entry(Dataset dataset) {
    return entries.computeIfAbsent(
        dataset,
        key -> {
          Entry made = new Entry();
          made.changes = ++count;
          return made;
        });
  }
}
