package flocker.node.replication;

import flocker.node.storage.StorageFault;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.replication.SlaveVersions;
import flocker.protocol.replication.Version;
import java.util.List;
import java.util.Optional;

/** Finds out what to send to a slave. Blocks. */
final class PlanJob {
  private PlanJob() {}

  /**
   * @param estimate how long the stream may become, where storage can tell
   */
  record Result(ReplicationPlan plan, Optional<Long> estimate) {}

  /**
   * @param have what the slave has
   * @param target the newest snapshot that others were told of
   */
  static Result plan(Copy source, SlaveVersions have, Version target) throws StorageFault {
    List<Version> all = ReceiveJob.versions(source.storage().snapshots(source.dataset()));
    int index = all.indexOf(target);
    if (index < 0) {
      throw new StorageFault(StorageFault.Kind.NOT_FOUND, target + " is not there any more");
    }
    // What is newer has not been told yet, and may still be dropped.
    ReplicationPlan plan = ReplicationPlan.of(all.subList(0, index + 1), have);
    Optional<Long> estimate = Optional.empty();
    if (plan.stream().isPresent()) {
      Optional<SnapshotName> base = named(all, plan.stream().get().base());
      estimate = source.storage().estimateSend(source.dataset(), base, target.name());
    }
    return new Result(plan, estimate);
  }

  private static Optional<SnapshotName> named(List<Version> all, Optional<SnapshotGuid> guid) {
    return guid.flatMap(
        wanted -> all.stream().filter(v -> v.guid().equals(wanted)).map(Version::name).findFirst());
  }
}
