package flocker.node.system;

import flocker.node.authority.Authority;
import flocker.node.authority.VoterActor;
import flocker.node.change.ChangeDetected;
import flocker.node.change.ChangeSource;
import flocker.node.change.ChangesActor;
import flocker.node.change.Pace;
import flocker.node.change.SourceName;
import flocker.node.change.SourceStatus;
import flocker.node.change.Watch;
import flocker.node.change.kernel.BlockTraceWatch;
import flocker.node.change.kernel.FanotifyWatch;
import flocker.node.cluster.CourierActor;
import flocker.node.cluster.Directory;
import flocker.node.config.HostEntry;
import flocker.node.config.NodeConfig;
import flocker.node.container.ContainerRuntime;
import flocker.node.guard.Guards;
import flocker.node.publish.PortAlarm;
import flocker.node.publish.PublishLimits;
import flocker.node.publish.PublisherActor;
import flocker.node.replication.Bandwidth;
import flocker.node.replication.Copy;
import flocker.node.replication.ReceiverActor;
import flocker.node.replication.ReceiverEvent;
import flocker.node.replication.ReceiverSettings;
import flocker.node.replication.ReplicatorActor;
import flocker.node.replication.ReplicatorEvent;
import flocker.node.replication.ReplicatorSettings;
import flocker.node.retention.RetentionActor;
import flocker.node.storage.Dataset;
import flocker.node.storage.Storage;
import flocker.node.supervisor.LocalCopy;
import flocker.node.time.BootClock;
import flocker.node.time.Clocks;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SystemId;
import flocker.protocol.replication.ToReceiver;
import flocker.protocol.replication.ToReplicator;
import flocker.protocol.retention.ToRetention;
import flocker.protocol.system.SystemRecord;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/**
 * What every actor of this host is given: its settings, its drivers and where time and chance come
 * from.
 *
 * @param storage empty on a witness
 * @param random a new independent generator each time
 * @param wallClock for people and snapshot names only
 * @param bandwidth of all streams to slaves together
 */
public record Host(
    NodeConfig config,
    Optional<Storage> storage,
    ContainerRuntime containers,
    Guards guards,
    BootClock clock,
    Supplier<Instant> wallClock,
    Supplier<RandomGenerator> random,
    ActorRef<CourierActor.Command> courier,
    ActorRef<EventsActor.Command> events,
    Directory directory,
    Bandwidth bandwidth) {

  /** Dispatcher of all blocking calls to storage. */
  public static final String STORAGE_DISPATCHER = "flocker.storage-dispatcher";

  /** Dispatcher of all blocking calls to the container runtime and the guards. */
  public static final String CONTAINER_DISPATCHER = "flocker.container-dispatcher";

  /** This host's copy of {@code system}, or empty on a witness. */
  public Optional<LocalCopy> copy(SystemId system) {
    return storage.map(
        s -> new LocalCopy(system, new Dataset(system.value()), s, containers, guards, wallClock));
  }

  /** Addresses of the other hosts of the cluster. */
  public Set<String> otherAddresses() {
    return config.hosts().stream()
        .filter(host -> !host.id().equals(config.self().id()))
        .map(HostEntry::address)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The published ports of {@code system} on this host. */
  public Behavior<PublisherActor.Command> publisher(SystemId system, ActorRef<PortAlarm> alarms) {
    PublishLimits limits =
        new PublishLimits(
            config.publish().heldConnections(),
            config.publish().hold(),
            PublishLimits.DEFAULT.connections());
    return PublisherActor.create(
        new PublisherActor.Setting(system, config.self().address(), limits, clock, alarms));
  }

  /** What receives streams of {@code copy}'s system on this host. */
  public Behavior<ToReceiver> receiver(
      LocalCopy copy, ReceiverActor.Beginning beginning, ActorRef<ReceiverEvent> listener) {
    return ReceiverActor.create(
        ReceiverSettings.DEFAULT,
        replicated(copy),
        beginning,
        new Clocks(wallClock, clock),
        listener);
  }

  /** What thins the snapshots of {@code copy}. */
  public Behavior<ToRetention> retention(
      LocalCopy copy, SystemRecord wanted, ActorRef<RetentionActor.Alarm> alarms) {
    String path = "/user/systems/" + copy.system() + "/retention";
    return RetentionActor.create(
        new RetentionActor.Setting(
            copy.system(),
            copy.dataset(),
            copy.storage(),
            clock,
            config.retention(),
            config.self(),
            config.hosts().stream()
                .filter(entry -> !entry.witness() && !entry.id().equals(config.self().id()))
                .toList(),
            other -> directory.at(other, path)),
        wanted,
        alarms);
  }

  /** What sends the snapshots of {@code epoch} to {@code slave}. */
  public Behavior<ToReplicator> replicator(
      LocalCopy copy, Epoch epoch, HostId slave, ActorRef<ReplicatorEvent> listener) {
    ActorRef<ToReceiver> receiver =
        directory.at(slave, "/user/systems/" + copy.system() + "/receiver");
    return ReplicatorActor.create(
        ReplicatorSettings.DEFAULT.within(bandwidth),
        new ReplicatorActor.Route(epoch, slave),
        replicated(copy),
        () -> Optional.of(receiver),
        clock,
        listener);
  }

  /** What notices changes of {@code copy}, which is mounted. */
  public Behavior<ChangeSource> changes(
      LocalCopy copy, Consumer<ChangeDetected> listener, Consumer<List<SourceStatus>> statuses) {
    NodeConfig.SnapshotConfig snapshot = config.snapshot();
    Map<SourceName, Watch.Factory> watches = new EnumMap<>(SourceName.class);
    for (SourceName source : snapshot.sources()) {
      watches.put(source, watch(source, copy));
    }
    return ChangesActor.create(
        new ChangesActor.Parts(
            Pace.of(snapshot.intervalFast(), snapshot.intervalMax()),
            watches,
            clock,
            listener,
            statuses));
  }

  private Watch.Factory watch(SourceName source, LocalCopy copy) {
    return switch (source) {
      case FANOTIFY ->
          news -> FanotifyWatch.start(copy.storage().mountPlace(copy.dataset()), clock, news);
      case BLOCK_TRACE ->
          news ->
              BlockTraceWatch.start(
                  copy.system().value(), () -> copy.storage().devices(), clock, news);
    };
  }

  private Copy replicated(LocalCopy copy) {
    return new Copy(copy.system(), config.self().id(), copy.storage(), copy.dataset());
  }

  /** What a voter of {@code system} on this host needs. */
  public VoterActor.Settings voter(
      SystemId system, AuthorityRecord initial, ActorRef<VoterActor.Notice> owner) {
    return new VoterActor.Settings(
        new Authority.Setup(
            config.self().id(), config.self().index(), system, storage.isPresent(), config.lease()),
        initial,
        random.get(),
        clock,
        courier,
        owner);
  }
}
