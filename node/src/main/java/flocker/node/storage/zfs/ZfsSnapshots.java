package flocker.node.storage.zfs;

import flocker.node.storage.Dataset;
import flocker.node.storage.SendStream;
import flocker.node.storage.Snapshot;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import flocker.node.storage.TakenSnapshot;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes, lists and destroys snapshots, and keeps the cache of them true. */
final class ZfsSnapshots {
  private static final Logger LOG = LoggerFactory.getLogger(ZfsSnapshots.class);

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

  /** A send of the snapshot that was just taken. */
  @FunctionalInterface
  interface Sending {
    SendStream start() throws StorageFault;
  }

  Snapshot take(Dataset dataset, SnapshotName name) throws StorageFault {
    return locked(dataset, () -> new TakenSnapshot(takeNow(dataset, name), true, Optional.empty()))
        .snapshot();
  }

  /** The stream's first record tells what else would have to be asked for. */
  TakenSnapshot takeAfter(Dataset dataset, SnapshotName base, SnapshotName name, Sending sending)
      throws StorageFault {
    return locked(dataset, () -> takeAfterNow(dataset, base, name, sending));
  }

  /** What is done while no other snapshot of the dataset is taken. */
  @FunctionalInterface
  private interface Taking {
    TakenSnapshot run() throws StorageFault;
  }

  private TakenSnapshot locked(Dataset dataset, Taking taking) throws StorageFault {
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
      return taking.run();
    } finally {
      lock.unlock();
    }
  }

  private TakenSnapshot takeAfterNow(
      Dataset dataset, SnapshotName base, SnapshotName name, Sending sending) throws StorageFault {
    create(dataset, name);
    try (SendStream stream = sending.start()) {
      ZfsIncrement read = ZfsIncrement.read(stream);
      StreamHeader header = read.header();
      if (header.name().equals(name) && header.from().isPresent()) {
        Snapshot taken = new Snapshot(name, header.to(), header.created());
        cache.added(dataset, taken);
        return new TakenSnapshot(taken, !read.empty(), read.increment());
      }
    } catch (StorageFault e) {
      LOG.warn("increment-not-read dataset={} base={}: {}", dataset, base, e.getMessage());
    }
    return new TakenSnapshot(describe(dataset, name), true, Optional.empty());
  }

  /**
   * BUSY is not retried: it is how storage refuses a dataset whose log has not been replayed, and
   * stays until it is mounted.
   */
  private Snapshot takeNow(Dataset dataset, SnapshotName name) throws StorageFault {
    create(dataset, name);
    return describe(dataset, name);
  }

  private void create(Dataset dataset, SnapshotName name) throws StorageFault {
    cache.begin(dataset);
    try {
      shell.ask(shell.command().snapshot(dataset, name));
    } catch (StorageFault e) {
      afterFault(dataset, e);
      throw e;
    }
  }

  /** Ends what {@link #create} has begun in the cache. */
  private Snapshot describe(Dataset dataset, SnapshotName name) throws StorageFault {
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
