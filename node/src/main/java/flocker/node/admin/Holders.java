package flocker.node.admin;

import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SnapshotList;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotGuid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One list of snapshots made of those of several hosts, with who holds each. */
final class Holders {
  private static final Comparator<SnapshotView> AGE =
      Comparator.comparing(SnapshotView::at)
          .thenComparing(s -> s.epoch().orElse(Epoch.ZERO))
          .thenComparing(s -> s.seq().orElse(-1L))
          .thenComparing(s -> s.name().value());

  private Holders() {}

  /**
   * @param first whose number of snapshots counts, and whose view of a snapshot goes before others'
   * @param lists one of each host that answered
   * @param silent who did not
   */
  static SnapshotList together(
      HostName first, List<SnapshotList> lists, List<HostName> silent, int limit) {
    List<SnapshotList> ordered = new ArrayList<>(lists);
    ordered.sort(
        Comparator.comparing((SnapshotList list) -> !list.host().equals(first))
            .thenComparing(list -> list.host().value()));
    Map<SnapshotGuid, SnapshotView> views = new LinkedHashMap<>();
    Map<SnapshotGuid, List<HostName>> holders = new LinkedHashMap<>();
    for (SnapshotList list : ordered) {
      for (SnapshotView snapshot : list.snapshots()) {
        views.putIfAbsent(snapshot.guid(), snapshot);
        holders.computeIfAbsent(snapshot.guid(), guid -> new ArrayList<>()).add(list.host());
      }
    }
    List<SnapshotView> all =
        views.values().stream()
            .map(
                s ->
                    s.on(
                        holders.get(s.guid()).stream()
                            .sorted(Comparator.comparing(HostName::value))
                            .toList()))
            .sorted(AGE)
            .toList();
    Optional<SnapshotList> counted = ordered.stream().findFirst();
    return new SnapshotList(
        counted.orElseThrow().system(),
        counted.get().host(),
        counted.get().total(),
        all.subList(Math.max(all.size() - limit, 0), all.size()),
        silent);
  }
}
