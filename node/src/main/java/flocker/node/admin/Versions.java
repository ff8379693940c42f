package flocker.node.admin;

import flocker.node.replication.GoingBack;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.PositionLabel;
import flocker.protocol.admin.RollBackView;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.VersionRef;
import flocker.protocol.id.SystemId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Finds what an operator calls a version, among what one host has. Blocking. */
record Versions(Storage storage, SystemId system) {
  /** What was found. */
  record Found(GoingBack.Target target, Snapshot snapshot) {}

  Dataset live() {
    return new Dataset(system.value());
  }

  /** Empty if there is none; a stash is what its newest snapshot is. */
  Optional<Found> find(VersionRef wanted) throws StorageFault {
    if (wanted.stash().isPresent()) {
      Dataset stash = new Dataset("stash/" + wanted.stash().get());
      if (!wanted.stash().get().startsWith(system.value() + "-") || !storage.exists(stash)) {
        return Optional.empty();
      }
      List<Snapshot> all = storage.snapshots(stash);
      return all.isEmpty() ? Optional.empty() : found(stash, all.get(all.size() - 1));
    }
    return storage.snapshots(live()).stream()
        .filter(each -> called(each, wanted.text()))
        .findFirst()
        .flatMap(each -> found(live(), each));
  }

  private static Optional<Found> found(Dataset dataset, Snapshot snapshot) {
    return Optional.of(new Found(new GoingBack.Target(dataset, snapshot.name()), snapshot));
  }

  private static boolean called(Snapshot snapshot, String text) {
    return snapshot.name().value().equals(text)
        || snapshot.guid().toString().equals(text)
        || snapshot
            .position()
            .flatMap(PositionLabel::of)
            .filter(label -> label.toString().equals(text))
            .isPresent();
  }

  /** What going back to {@code found} would undo. */
  RollBackView describe(SystemName name, HostName host, VersionRef wanted, Found found, Instant now)
      throws StorageFault {
    List<Snapshot> all = storage.snapshots(live());
    Snapshot newest = all.get(all.size() - 1);
    int undone =
        wanted.stash().isPresent()
            ? (int) all.stream().filter(each -> since(each, found.snapshot())).count()
            : all.size() - 1 - all.indexOf(found.snapshot());
    long seconds =
        Math.max(0, Duration.between(found.snapshot().created(), newest.created()).toSeconds());
    return new RollBackView(
        name, host, view(found.snapshot()), wanted.stash(), view(newest), undone, seconds, now);
  }

  private static boolean since(Snapshot each, Snapshot version) {
    return each.created().isAfter(version.created());
  }

  static SnapshotView view(Snapshot snapshot) {
    return SnapshotView.of(snapshot.name(), snapshot.guid(), snapshot.created());
  }
}
