package flocker.node.snapshot;

import flocker.node.storage.Snapshot;
import flocker.protocol.id.Epoch;
import java.util.List;

/** Sequence numbers of one epoch: each is used for one snapshot, or for none. */
public final class Sequence {
  private Sequence() {}

  /**
   * One more than the greatest that {@code epoch} has among {@code snapshots}; 0 if it has none.
   */
  public static long after(List<Snapshot> snapshots, Epoch epoch) {
    return snapshots.stream()
        .flatMap(snapshot -> snapshot.position().stream())
        .filter(position -> position.epoch().equals(epoch))
        .mapToLong(position -> position.sequence() + 1)
        .max()
        .orElse(0);
  }
}
