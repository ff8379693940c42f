package flocker.node.retention;

import flocker.node.storage.Snapshot;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps the newest {@code newest} snapshots of Flocker's own line, and of the older ones the first of each {@code grid}, up to
 * {@code older} of those. Snapshots with other names are not Flocker's to destroy.
 */
public record Thinning(int newest, Duration grid, int older) {
  /** The newest 200, and one for each ten minutes before, 1008 of those (a week). */
  public static final Thinning DEFAULT = new Thinning(200, Duration.ofMinutes(10), 1008);

  public Thinning {
    if (newest < 1 || older < 0 || grid.toSeconds() < 1) {
      throw new IllegalArgumentException("a copy keeps at least its newest snapshot");
    }
  }

  /**
   * @param snapshots of one dataset, oldest first
   * @param bases what the slaves have confirmed last: never destroyed
   * @return what may be destroyed, oldest first
   */
  public List<SnapshotName> plan(List<Snapshot> snapshots, Set<SnapshotGuid> bases) {
    List<Snapshot> own =
        snapshots.stream().filter(snapshot -> snapshot.position().isPresent()).toList();
    List<Snapshot> old = own.subList(0, Math.max(own.size() - newest, 0));
    List<Snapshot> firsts = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    for (Snapshot snapshot : old) {
      if (seen.add(snapshot.created().getEpochSecond() / grid.toSeconds())) {
        firsts.add(snapshot);
      }
    }
    Set<SnapshotName> kept = new HashSet<>();
    firsts.subList(Math.max(firsts.size() - older, 0), firsts.size())
        .forEach(snapshot -> kept.add(snapshot.name()));
    return old.stream()
        .filter(snapshot -> !kept.contains(snapshot.name()) && !bases.contains(snapshot.guid()))
        .map(Snapshot::name)
        .toList();
  }
}
