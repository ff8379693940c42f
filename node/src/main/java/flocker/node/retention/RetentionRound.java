package flocker.node.retention;

import flocker.node.config.NodeConfig;
import flocker.node.storage.Dataset;
import flocker.node.storage.PoolState;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.time.BootClock;
import flocker.protocol.admin.ByteSize;
import flocker.protocol.admin.RetentionRules;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One look at a copy and, if it is wanted, one batch of what the plan destroys. Blocks.
 *
 * @param storage of this host
 * @param dataset the copy
 * @param limits how much room there is for what
 */
record RetentionRound(
    Storage storage, Dataset dataset, NodeConfig.RetentionConfig limits, BootClock clock) {
  /**
   * What is wanted at the moment.
   *
   * @param bases by the hosts' names
   * @param fork of a master that does not know every other host's base: its epoch; then what it
   *     began from is kept too
   */
  record Wanted(
      RetentionRules rules,
      Set<SnapshotGuid> pins,
      Map<String, SnapshotGuid> bases,
      Optional<Epoch> fork) {}

  /**
   * What was found.
   *
   * @param snapshots all, oldest first
   * @param pressure why space is short, or empty
   */
  record Looked(List<Snapshot> snapshots, RetentionPlan plan, String pressure, long budgetBytes) {}

  /** What the copy that is not known to a master is called in a plan. */
  private static final String UNKNOWN = "a host that was not heard yet";

  /** How long a batch may take: storage has other work. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  /** What the rules keep and goes all the same, before space is looked at again. */
  private static final int SQUEEZED_AT_ONCE = 25;

  /** Empty where there is no copy. */
  Optional<Looked> look(Wanted wanted) throws StorageFault {
    if (!storage.exists(dataset)) {
      return Optional.empty();
    }
    List<Snapshot> snapshots = storage.snapshots(dataset);
    PoolState pool = storage.pool();
    String pressure = pressure(pool);
    Set<SnapshotName> origins =
        storage.origins().values().stream()
            .filter(origin -> origin.dataset().equals(dataset))
            .map(Storage.Origin::snapshot)
            .collect(Collectors.toUnmodifiableSet());
    Map<String, SnapshotGuid> bases = new HashMap<>(wanted.bases());
    wanted
        .fork()
        .flatMap(epoch -> before(snapshots, epoch))
        .ifPresent(fork -> bases.put(UNKNOWN, fork));
    long budget = (long) (pool.sizeBytes() * limits.baseBudget());
    int shortBy = pressure.isEmpty() ? 0 : SQUEEZED_AT_ONCE;
    RetentionPlan free =
        RetentionPlan.of(
            wanted.rules(),
            facts(
                snapshots,
                wanted,
                origins,
                bases,
                new RetentionPlan.Space(Long.MAX_VALUE, Map.of(), shortBy)));
    List<SnapshotName> costly = free.held().stream().map(held -> held.snapshot().name()).toList();
    RetentionPlan plan =
        costly.isEmpty()
            ? free
            : RetentionPlan.of(
                wanted.rules(),
                facts(
                    snapshots,
                    wanted,
                    origins,
                    bases,
                    new RetentionPlan.Space(budget, storage.held(dataset, costly), shortBy)));
    return Optional.of(new Looked(snapshots, plan, pressure, budget));
  }

  private static RetentionPlan.Facts facts(
      List<Snapshot> snapshots,
      Wanted wanted,
      Set<SnapshotName> origins,
      Map<String, SnapshotGuid> bases,
      RetentionPlan.Space space) {
    return new RetentionPlan.Facts(snapshots, wanted.pins(), origins, bases, space);
  }

  /** What a master of {@code epoch} began from: what every slave of before had, or was behind. */
  private static Optional<SnapshotGuid> before(List<Snapshot> snapshots, Epoch epoch) {
    return snapshots.stream()
        .filter(each -> each.position().isPresent())
        .filter(each -> each.position().get().epoch().compareTo(epoch) < 0)
        .reduce((older, newer) -> newer)
        .map(Snapshot::guid);
  }

  private String pressure(PoolState pool) {
    if (pool.freeBytes() >= pool.sizeBytes() * limits.pressure()) {
      return "";
    }
    return "the pool has "
        + new ByteSize(pool.freeBytes())
        + " of "
        + new ByteSize(pool.sizeBytes())
        + " free, less than "
        + Math.round(limits.pressure() * 100)
        + " %: snapshots are thinned further than the rules say, oldest first";
  }

  /** What each of these holds alone; what is gone meanwhile holds nothing. */
  Map<SnapshotName, Long> held(List<SnapshotName> names) throws StorageFault {
    try {
      return storage.held(dataset, names);
    } catch (StorageFault fault) {
      if (fault.kind() == StorageFault.Kind.NOT_FOUND) {
        return Map.of();
      }
      throw fault;
    }
  }

  /** Destroys, oldest first, until all is done or it took long enough. Returns what is gone. */
  List<SnapshotName> carryOut(RetentionPlan plan) throws StorageFault {
    long until = clock.nanos() + AT_ONCE.toNanos();
    List<SnapshotName> gone = new ArrayList<>();
    for (SnapshotName name : plan.destroyed()) {
      if (clock.nanos() - until >= 0) {
        break;
      }
      try {
        storage.destroySnapshot(dataset, name);
        gone.add(name);
      } catch (StorageFault fault) {
        if (fault.kind() != StorageFault.Kind.HAS_DEPENDENTS
            && fault.kind() != StorageFault.Kind.BUSY
            && fault.kind() != StorageFault.Kind.NOT_FOUND) {
          throw fault;
        }
      }
    }
    return gone;
  }
}
