package flocker.node.admin;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.StorageFault;
import flocker.node.system.Host;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SnapshotList;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.id.SystemId;
import flocker.protocol.system.SystemRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads this host's copies for an operator. Blocking. */
final class Copies {
  private Copies() {}

  /** The snapshots of the live copy, oldest first; none where there is no copy. */
  static List<Snapshot> snapshots(Host host, SystemId id) throws StorageFault {
    Dataset dataset = new Dataset(id.value());
    if (host.storage().isEmpty() || !host.storage().get().exists(dataset)) {
      return List.of();
    }
    return host.storage().get().snapshots(dataset);
  }

  /** The newest {@code limit} of them, with what each holds and which are pinned. */
  static SnapshotList list(Host host, SystemId id, SystemRecord wanted, int limit)
      throws StorageFault {
    List<Snapshot> all = snapshots(host, id);
    List<Snapshot> shown = all.subList(Math.max(all.size() - limit, 0), all.size());
    Map<SnapshotName, Long> held = held(host, id, shown);
    return new SnapshotList(
        wanted.name(),
        new HostName(host.config().self().name()),
        all.size(),
        shown.stream()
            .map(
                s ->
                    SnapshotView.of(s.name(), s.guid(), s.created())
                        .with(
                            wanted.pins().contains(s.guid()),
                            Optional.ofNullable(held.get(s.name()))))
            .toList(),
        List.of());
  }

  private static Map<SnapshotName, Long> held(Host host, SystemId id, List<Snapshot> shown)
      throws StorageFault {
    if (shown.isEmpty()) {
      return Map.of();
    }
    try {
      return host.storage()
          .orElseThrow()
          .held(new Dataset(id.value()), shown.stream().map(Snapshot::name).toList());
    } catch (StorageFault fault) {
      if (fault.kind() == StorageFault.Kind.NOT_FOUND) {
        // One of them was destroyed meanwhile: sizes are left out rather than asked for again.
        return Map.of();
      }
      throw fault;
    }
  }
}
