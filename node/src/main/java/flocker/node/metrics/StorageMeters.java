package flocker.node.metrics;

import flocker.node.storage.Dataset;
import flocker.node.storage.Storage;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts what goes through one host's storage, by user system. Thread-safe. */
public final class StorageMeters {
  /** What is counted. */
  public enum Count {
    SNAPSHOTS_TAKEN,
    SNAPSHOTS_DESTROYED,
    SENT_BYTES,
    RECEIVED_BYTES
  }

  /**
   * @param owner the id of the user system, or empty for a dataset of none
   */
  public record Key(Count count, String owner) {}

  private static final Pattern SYSTEM = Pattern.compile("(?:^|/)([0-9a-f]{16})(?:[/-]|$)");

  private static final Comparator<Key> ORDER =
      Comparator.comparing(Key::count).thenComparing(Key::owner);

  private final Map<Key, LongAdder> counts = new ConcurrentHashMap<>();

  /** Those of a storage that is counted. */
  public static Optional<StorageMeters> of(Storage storage) {
    return storage instanceof MeteredStorage.Metered metered
        ? Optional.of(metered.meters())
        : Optional.empty();
  }

  void add(Count count, Dataset dataset, long more) {
    Matcher owner = SYSTEM.matcher(dataset.path());
    counts
        .computeIfAbsent(new Key(count, owner.find() ? owner.group(1) : ""), key -> new LongAdder())
        .add(more);
  }

  /** All that was counted since the start. */
  public Map<Key, Long> read() {
    Map<Key, Long> now = new TreeMap<>(ORDER);
    counts.forEach((key, value) -> now.put(key, value.sum()));
    return now;
  }

  /** One count over all systems. */
  public long total(Count count) {
    return counts.entrySet().stream()
        .filter(entry -> entry.getKey().count() == count)
        .mapToLong(entry -> entry.getValue().sum())
        .sum();
  }
}
