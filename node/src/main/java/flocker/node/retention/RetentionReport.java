package flocker.node.retention;

import flocker.node.storage.Snapshot;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.RetentionView;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.system.SystemRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Shows a plan to an operator. Pure.
 *
 * @param host whose copy it is about
 * @param master whether it is the master
 * @param others the other hosts with storage, as people call them
 */
record RetentionReport(
    SystemRecord system,
    String host,
    boolean master,
    List<String> others,
    RetentionRound.Wanted wanted) {

  /** {@code held}: what those that go hold, where it is known. */
  RetentionView view(RetentionRound.Looked looked, Map<SnapshotName, Long> held, int limit) {
    List<RetentionPlan.Line> all = looked.plan().lines();
    List<RetentionView.Line> lines = new ArrayList<>();
    for (RetentionPlan.Line line : all.subList(Math.max(all.size() - limit, 0), all.size())) {
      lines.add(
          new RetentionView.Line(
              line.snapshot().name(),
              line.snapshot().created(),
              line.keep(),
              line.why(),
              Optional.ofNullable(held.get(line.snapshot().name()))));
    }
    return new RetentionView(
        system.name(),
        new HostName(host),
        master,
        wanted.rules(),
        system.history(),
        all.size(),
        looked.plan().destroyed().size(),
        held.values().stream().mapToLong(Long::longValue).sum(),
        looked.pressure(),
        others.stream().map(other -> base(other, looked)).toList(),
        lines);
  }

  private RetentionView.Base base(String other, RetentionRound.Looked looked) {
    SnapshotGuid guid = wanted.bases().get(other);
    Optional<Snapshot> base =
        looked.snapshots().stream().filter(each -> each.guid().equals(guid)).findFirst();
    long bytes =
        looked.plan().held().stream()
            .filter(held -> held.kept() && held.hosts().contains(other))
            .mapToLong(RetentionPlan.Held::bytes)
            .sum();
    return new RetentionView.Base(new HostName(other), base.map(Snapshot::name), bytes);
  }
}
