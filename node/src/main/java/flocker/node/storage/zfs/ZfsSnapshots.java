package flocker.node.storage.zfs;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import flocker.node.time.BootClock;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Takes, lists and destroys snapshots, and keeps the cache of them true. */
final class ZfsSnapshots {
  private final ZfsShell shell;
  private final BooleanSupplier parsableList;
  private final SnapshotCache cache;
  // Snapshots of one dataset are taken one after the other, so that the cache knows their order.
  private final Map<Dataset, ReentrantLock> takers = new ConcurrentHashMap<>();

  ZfsSnapshots(ZfsShell shell, BootClock clock, BooleanSupplier parsableList) {
    this.shell = shell;
    this.parsableList = parsableList;
    this.cache = new SnapshotCache(clock);
  }

  List<Snapshot> all(Dataset dataset) throws StorageFault {
    Optional<List<Snapshot>> known = cache.known(dataset);
    if (known.isPresent()) {
      return known.get();
    }
    long ticket = cache.ticket(dataset);
    String name = shell.command().name(dataset);
    List<Snapshot> listed =
        parsableList.getAsBoolean()
            ? ZfsOutput.snapshotsOfList(
                name, shell.askLong(shell.command().snapshotsByList(dataset)))
            : ZfsOutput.snapshotsOfGet(
                name, shell.askLong(shell.command().snapshotsByGet(dataset)));
    cache.offer(dataset, ticket, listed);
    return listed;
  }

  Snapshot take(Dataset dataset, SnapshotName name) throws StorageFault {
    ReentrantLock lock = takers.computeIfAbsent(dataset, key -> new ReentrantLock());
    try {
      if (!lock.tryLock(shell.deadlines().command().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new StorageFault(
            Kind.BUSY, "another snapshot of " + dataset + " has not ended; try again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageFault(Kind.TIMEOUT, "interrupted before a snapshot of " + dataset, e);
    }
    try {
      return takeNow(dataset, name);
    } finally {
      lock.unlock();
    }
  }

  /**
   * BUSY is not retried: it is how storage refuses a dataset whose log has not been replayed, and
   * stays until it is mounted.
   */
  private Snapshot takeNow(Dataset dataset, SnapshotName name) throws StorageFault {
    cache.begin(dataset);
    try {
      shell.ask(shell.command().snapshot(dataset, name));
    } catch (StorageFault e) {
      afterFault(dataset, e);
      throw e;
    }
    try {
      Snapshot taken =
          ZfsOutput.described(name, shell.ask(shell.command().describe(dataset, name)));
      cache.added(dataset, taken);
      return taken;
    } catch (StorageFault e) {
      cache.unknown(dataset, false);
      throw e;
    }
  }

  void destroy(Dataset dataset, SnapshotName name) throws StorageFault {
    cache.begin(dataset);
    try {
      // Long, because it waits for a send of this snapshot.
      shell.askLong(shell.command().destroy(dataset, name));
      cache.removed(dataset, name);
    } catch (StorageFault e) {
      afterFault(dataset, e);
      throw e;
    }
  }

  private void afterFault(Dataset dataset, StorageFault fault) {
    switch (fault.kind()) {
      case EXISTS, BUSY, NO_SPACE, HAS_DEPENDENTS, UNSUPPORTED -> cache.unchanged(dataset);
      case TIMEOUT -> cache.unknown(dataset, true);
      default -> cache.unknown(dataset, false);
    }
  }

  void receiveBegins(Dataset dataset) {
    cache.begin(dataset);
  }

  void received(Dataset dataset, Snapshot snapshot) {
    boolean known =
        cache.known(dataset).orElse(List.of()).stream()
            .anyMatch(each -> each.name().equals(snapshot.name()));
    if (known) {
      cache.unknown(dataset, false);
    } else {
      cache.added(dataset, snapshot);
    }
  }

  void receiveRefused(Dataset dataset) {
    cache.unchanged(dataset);
  }

  void receiveFailed(Dataset dataset, boolean mayStillHappen) {
    cache.unknown(dataset, mayStillHappen);
  }

  /** The newest snapshot of any name: what an incremental stream must build on. */
  Optional<SnapshotGuid> tip(Dataset dataset) throws StorageFault {
    return all(dataset).stream().reduce((older, newer) -> newer).map(Snapshot::guid);
  }

  void forgetAll() {
    cache.forgetAll();
  }
}
