package flocker.node.supervisor;

import flocker.node.container.ContainerFault;
import flocker.node.container.ContainerRuntime;
import flocker.node.container.ContainerSpec;
import flocker.node.container.ContainerState;
import flocker.node.guard.GuardFault;
import flocker.node.guard.Guards;
import flocker.node.replication.DirtyReturn;
import flocker.node.replication.GoingBack;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.protocol.admin.ByteSize;
import flocker.protocol.admin.SystemSettings;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SystemId;
import flocker.protocol.system.SystemRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The blocking half of a master's steps: one user system's dataset, container and guards on this
 * host. No Pekko; every call returns when the thing is done or throws what went wrong.
 *
 * @param storage of this host
 * @param dataset of the user filesystem
 */
public record LocalCopy(
    SystemId system,
    Dataset dataset,
    Storage storage,
    ContainerRuntime containers,
    Guards guards,
    Supplier<Instant> wallClock) {

  /** Key of the property that names the epoch, for people and recovery. */
  private static final String EPOCH = "epoch";

  /** Makes the copy writable under {@code epoch} and mounts it. */
  public Path open(Epoch epoch) throws StorageFault {
    storage.setProperty(dataset, EPOCH, epoch.toString());
    storage.setReadOnly(dataset, false);
    return storage.mount(dataset);
  }

  /** The sequence number that the next snapshot of {@code epoch} gets here. */
  public long nextSequence(Epoch epoch) throws StorageFault {
    return storage
        .newest(dataset)
        .flatMap(Snapshot::position)
        .filter(position -> position.epoch().equals(epoch))
        .map(position -> position.sequence() + 1)
        .orElse(0L);
  }

  /** Unmounted and read-only; what was written stays for the next snapshot. */
  public void seal() throws StorageFault {
    storage.unmount(dataset);
    storage.setReadOnly(dataset, true);
  }

  /**
   * Unmounted, everything in a snapshot, read-only. What was written since the newest snapshot
   * becomes the next position of the epoch under which the copy was made writable.
   */
  public Position close() throws StorageFault {
    if (!storage.exists(dataset)) {
      return Position.NONE;
    }
    storage.unmount(dataset);
    return DirtyReturn.settle(storage, dataset, lastEpoch(), wallClock);
  }

  /** Makes an earlier version, or a stash, the live one; the copy is closed. */
  public GoingBack.Outcome goBack(GoingBack.Target target, Epoch epoch, HostId self)
      throws StorageFault {
    return new GoingBack(storage, dataset, self, wallClock).to(target, epoch);
  }

  private Epoch lastEpoch() throws StorageFault {
    Epoch ofNewest = storage.position(dataset).epoch();
    Optional<String> noted = storage.property(dataset, EPOCH).filter(e -> e.matches("[0-9]{1,18}"));
    Epoch opened = noted.map(e -> new Epoch(Long.parseLong(e))).orElse(Epoch.ZERO);
    return opened.compareTo(ofNewest) > 0 ? opened : ofNewest;
  }

  /** Guards confirm {@code deadline}. */
  public void arm(long deadline) throws GuardFault {
    guards.arm(system, containers.cgroups(system), deadline);
  }

  /** Moves the guards' deadline; where one of them is gone, makes the pair whole again. */
  public void feed(long deadline) throws GuardFault {
    try {
      guards.feed(system, deadline);
    } catch (GuardFault lost) {
      guards.arm(system, containers.cgroups(system), deadline);
    }
  }

  /** The guards end; the container is proven dead. */
  public void disarm() throws GuardFault {
    guards.disarm(system);
  }

  /** Init runs. */
  public ContainerState start(SystemRecord wanted, Path root) throws ContainerFault {
    return containers.start(spec(system, wanted, root));
  }

  /** How a system is run at {@code root}. */
  public static ContainerSpec spec(SystemId system, SystemRecord wanted, Path root) {
    SystemSettings settings = wanted.settings();
    return new ContainerSpec(
        system,
        root,
        settings.init(),
        settings.env(),
        settings.memory().map(ByteSize::bytes),
        settings.cpus(),
        wanted.name().value(),
        settings.stopSignal(),
        grace(settings),
        settings.workingDirectory().orElse("/"),
        settings.user());
  }

  private static Duration grace(SystemSettings settings) {
    return Duration.ofSeconds(settings.stopGraceSeconds());
  }

  /** Where the running container is reached. */
  public Optional<String> address() throws ContainerFault {
    return containers.state(system).address();
  }

  /** Whether a container of this system may be alive, also one of an earlier JVM. */
  public boolean mayRun() throws ContainerFault {
    return switch (containers.state(system).phase()) {
      case RUNNING, PAUSED -> true;
      case ABSENT, EXITED -> false;
    };
  }

  /** Asked to end, then killed and proven dead. */
  public void stop(SystemSettings settings) throws ContainerFault {
    containers.stop(system, settings.stopSignal(), grace(settings));
  }

  /** Killed at once and proven dead. */
  public void kill() throws ContainerFault {
    containers.kill(system);
  }
}
