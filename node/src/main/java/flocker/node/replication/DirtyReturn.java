package flocker.node.replication;

import flocker.node.snapshot.Sequence;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.id.SnapshotName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What a host does with its own copy when it comes back after it was master. */
public final class DirtyReturn {
  private DirtyReturn() {}

  /**
   * Takes what was written after the newest snapshot into one at the next position of {@code
   * epoch}, so that no fsynced write is behind any position that is told. Blocks. Nothing to do on
   * a copy that is read-only; safe to repeat after a crash.
   *
   * @param epoch of which this host was master
   * @return the position of the copy; {@link Position#NONE} if there is none
   */
  public static Position settle(
      Storage storage, Dataset dataset, Epoch epoch, Supplier<Instant> wallClock)
      throws StorageFault {
    if (!storage.exists(dataset)) {
      return Position.NONE;
    }
    if (!storage.readOnly(dataset)) {
      // Mounting replays the log of what was fsynced; some storage takes no snapshot before that.
      storage.mount(dataset);
      storage.unmount(dataset);
      List<Snapshot> before = storage.snapshots(dataset);
      Optional<Snapshot> newest = storage.newest(dataset);
      SnapshotName name =
          SnapshotName.of(
              epoch, Sequence.after(before, epoch), wallClock.get(), SnapshotMark.of("return"));
      storage.snapshot(dataset, name);
      if (newest.isPresent() && storage.unchanged(dataset, newest.get().name(), name)) {
        storage.destroySnapshot(dataset, name);
      }
      storage.setReadOnly(dataset, true);
    }
    return storage.position(dataset);
  }
}
