package flocker.node.admin;

import flocker.node.authority.AuthorityView;
import flocker.node.change.SourceStatus;
import flocker.node.config.HostEntry;
import flocker.node.config.NodeConfig;
import flocker.node.metrics.StorageMeters;
import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import flocker.node.replication.ReplicatorEvent.State;
import flocker.node.replication.StreamProgress;
import flocker.node.storage.PoolState;
import flocker.node.storage.Snapshot;
import flocker.node.supervisor.Phase;
import flocker.node.supervisor.SupervisorView;
import flocker.node.system.FitnessActor;
import flocker.node.system.SystemFacts;
import flocker.node.system.SystemReport;
import flocker.node.system.SystemsActor;
import flocker.node.time.BootClock;
import flocker.protocol.admin.Alarm;
import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.PositionLabel;
import flocker.protocol.admin.Publish;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.admin.StashView;
import flocker.protocol.admin.SystemView;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Turns what the actors know into what an operator reads. Pure, but for the clock that is read once
 * per view.
 */
record Views(NodeConfig config, BootClock clock) {
  private static final double CLOSE_SECONDS = 2;
  private static final double NANOS = 1e9;

  /** The program's version, from the manifest of its jar. */
  static String version() {
    String found = Views.class.getPackage().getImplementationVersion();
    return found == null ? "development" : found;
  }

  private HostName name(HostId id) {
    return new HostName(config.host(id).name());
  }

  /** This host alone, as it answers other hosts. */
  ClusterView self(
      Optional<FitnessActor.Fitness> fitness, Optional<StorageMeters> meters, Instant at) {
    HostEntry self = config.self();
    List<Alarm> alarms =
        fitness
            .filter(f -> !f.fit())
            .map(f -> List.of(new Alarm("storage", self.name() + ": " + f.why(), at)))
            .orElse(List.of());
    return new ClusterView(
        new ClusterView.Cluster(config.cluster(), version()),
        name(self.id()),
        at,
        List.of(
            host(
                new HostFacts(
                    self,
                    true,
                    fitness.flatMap(Views::storage),
                    meters.map(Views::traffic),
                    alarms),
                false,
                true)),
        List.of(),
        new ClusterView.Voters(0, List.of()),
        alarms);
  }

  private static ClusterView.Traffic traffic(StorageMeters meters) {
    return new ClusterView.Traffic(
        meters.total(StorageMeters.Count.SENT_BYTES),
        meters.total(StorageMeters.Count.RECEIVED_BYTES));
  }

  private static Optional<ClusterView.Storage> storage(FitnessActor.Fitness fitness) {
    if (fitness.pool().isEmpty()) {
      return Optional.of(new ClusterView.Storage("sick", 0, 0));
    }
    PoolState pool = fitness.pool().get();
    String state = fitness.fit() ? pool.health().toLowerCase(Locale.ROOT) : "sick";
    return Optional.of(new ClusterView.Storage(state, pool.freeBytes(), pool.sizeBytes()));
  }

  private ClusterView.Host host(HostFacts facts, boolean master, boolean voter) {
    HostEntry entry = facts.entry();
    ClusterView.Role role =
        entry.witness()
            ? ClusterView.Role.WITNESS
            : master ? ClusterView.Role.MASTER : ClusterView.Role.SLAVE;
    return new ClusterView.Host(
        name(entry.id()),
        entry.id(),
        entry.address(),
        role,
        facts.reachable(),
        voter,
        facts.storage(),
        facts.traffic());
  }

  ClusterView cluster(
      SystemsActor.Described known, List<HostFacts> facts, List<SystemView> systems, Instant at) {
    List<ClusterView.Host> hosts = new ArrayList<>();
    List<Alarm> alarms = new ArrayList<>();
    for (HostFacts one : facts) {
      HostName label = name(one.entry().id());
      boolean master = systems.stream().anyMatch(s -> s.master().equals(Optional.of(label)));
      hosts.add(host(one, master, known.voters().contains(one.entry().id())));
      alarms.addAll(one.alarms());
    }
    return new ClusterView(
        new ClusterView.Cluster(config.cluster(), version()),
        name(config.self().id()),
        at,
        hosts,
        systems,
        new ClusterView.Voters(known.version().number(), List.copyOf(known.voters())),
        alarms);
  }

  /**
   * One system as this host knows it. {@code snapshots} are those of this host's copy, oldest
   * first.
   */
  SystemView of(SystemReport report, List<Snapshot> snapshots) {
    SystemFacts.Sheet facts = report.facts();
    Optional<HostName> master = master(report).map(this::name);
    List<SystemView.Replica> replicas = facts.replicas().stream().map(this::replica).toList();
    Optional<Snapshot> newest =
        snapshots.stream()
            .filter(s -> s.position().filter(at -> isKept(at, facts.position())).isPresent())
            .max(Comparator.comparing(s -> s.position().orElseThrow()));
    return new SystemView(
        report.wanted().name(),
        facts.id(),
        state(report),
        master,
        facts.epoch(),
        lease(report),
        endpoints(report),
        container(report),
        snapshots.size(),
        newest.map(s -> SnapshotView.of(s.name(), s.guid(), s.created())),
        replicas,
        loss(replicas),
        barrier(report),
        report.wanted().automation().paused(),
        report.wanted().automation().loss(),
        0,
        facts.alarms().entrySet().stream()
            .map(a -> new Alarm(a.getKey(), a.getValue(), facts.alarmSince(a.getKey())))
            .toList(),
        facts.sources().stream().map(Views::source).toList(),
        facts.refused());
  }

  private static SystemView.ChangeSource source(SourceStatus source) {
    String state = source.state().name().toLowerCase(Locale.ROOT);
    return new SystemView.ChangeSource(source.name(), state, source.detail());
  }

  /** One newer than what was told was just taken, and is dropped if nothing is in it. */
  private static boolean isKept(Position at, Position told) {
    return told.equals(Position.NONE) || told.atLeast(at);
  }

  private static Optional<HostId> master(SystemReport report) {
    return report.facts().master();
  }

  private boolean here(SystemReport report) {
    return master(report).equals(Optional.of(config.self().id()));
  }

  private SystemView.State state(SystemReport report) {
    if (master(report).isEmpty()) {
      return SystemView.State.NO_MASTER;
    }
    if (!here(report)) {
      return report.wanted().run() ? SystemView.State.RUNNING : SystemView.State.STOPPED;
    }
    Phase phase = report.supervisor().map(SupervisorView::phase).orElse(Phase.STANDBY);
    return switch (phase) {
      case RUNNING -> SystemView.State.RUNNING;
      case STOPPED ->
          report.supervisor().flatMap(SupervisorView::step).isPresent()
              ? SystemView.State.STOPPING
              : SystemView.State.STOPPED;
      case FAILED -> SystemView.State.FAILED;
      case SWITCHING -> SystemView.State.SWITCHING_OVER;
      case ROLLING_BACK -> SystemView.State.ROLLING_BACK;
      case TAKING_OVER, RESUMING -> SystemView.State.TAKING_OVER;
      case LAPSED, STANDBY, YIELDING -> SystemView.State.NO_MASTER;
    };
  }

  private Optional<SystemView.Lease> lease(SystemReport report) {
    return report
        .authority()
        .flatMap(AuthorityView::leaseHolder)
        .map(
            holder ->
                new SystemView.Lease(
                    name(holder),
                    report.authority().map(AuthorityView::leaseRemainingMillis).orElse(0L)));
  }

  private List<String> endpoints(SystemReport report) {
    List<String> endpoints = new ArrayList<>();
    for (Publish port : report.wanted().settings().publish()) {
      for (HostEntry host : config.hosts()) {
        endpoints.add(port.address().orElse(host.address()) + ":" + port.port());
      }
    }
    return endpoints.stream().distinct().toList();
  }

  private Optional<SystemView.Container> container(SystemReport report) {
    if (!here(report)) {
      return Optional.empty();
    }
    SystemFacts.Sheet facts = report.facts();
    return Optional.of(
        new SystemView.Container(
            facts.startedAt().isPresent() ? "running" : "absent",
            facts.startedAt(),
            facts.exitCode(),
            facts.restarts()));
  }

  private SystemView.Replica replica(ReplicaStatus status) {
    return new SystemView.Replica(
        name(status.slave()),
        replicaState(status),
        lagSeconds(status),
        lagBytes(status),
        status.confirmed().flatMap(PositionLabel::of),
        status.progress().map(this::stream));
  }

  private SystemView.Stream stream(StreamProgress progress) {
    long now = clock.nanos();
    return new SystemView.Stream(
        progress.bytes(),
        progress.total(),
        progress.rate(now),
        progress.left(now).map(Duration::toSeconds));
  }

  private Optional<Double> lagSeconds(ReplicaStatus status) {
    if (status.state() == State.UP_TO_DATE) {
      return Optional.of(0.0);
    }
    return status.behindSinceBootNanos().map(since -> Math.max(clock.nanos() - since, 0) / NANOS);
  }

  private static Optional<Long> lagBytes(ReplicaStatus status) {
    if (status.state() == State.UP_TO_DATE) {
      return Optional.of(0L);
    }
    return status.progress().flatMap(p -> p.total().map(total -> Math.max(total - p.bytes(), 0)));
  }

  /**
   * While a system writes, something is always on its way: what is that young is no lag to tell.
   */
  private SystemView.ReplicaState behind(ReplicaStatus status) {
    return lagSeconds(status).filter(lag -> lag < CLOSE_SECONDS).isPresent()
        ? SystemView.ReplicaState.UP_TO_DATE
        : SystemView.ReplicaState.CATCHING_UP;
  }

  private SystemView.ReplicaState replicaState(ReplicaStatus status) {
    return switch (status.state()) {
      case UP_TO_DATE -> SystemView.ReplicaState.UP_TO_DATE;
      case STREAMING ->
          status.confirmed().isPresent() ? behind(status) : SystemView.ReplicaState.FULL_SEND;
      case WAITING -> SystemView.ReplicaState.CATCHING_UP;
      case REPLACING, DEPOSED -> SystemView.ReplicaState.DIVERGED;
      case ASKING -> status.confirmed().isPresent() ? behind(status) : SystemView.ReplicaState.AWAY;
      case RESTING -> SystemView.ReplicaState.AWAY;
    };
  }

  private static Optional<SystemView.Loss> loss(List<SystemView.Replica> replicas) {
    return replicas.stream()
        .filter(r -> r.lagSeconds().isPresent() && r.position().isPresent())
        .min(Comparator.comparing(r -> r.lagSeconds().orElseThrow()))
        .map(r -> new SystemView.Loss(r.lagSeconds().orElseThrow(), r.lagBytes()));
  }

  private Optional<SystemView.Barrier> barrier(SystemReport report) {
    Position barrier = report.authority().map(AuthorityView::barrier).orElse(Position.NONE);
    return PositionLabel.of(barrier)
        .map(label -> new SystemView.Barrier(label, holders(report, barrier)));
  }

  /** The master, and the copies that it knows to be of its own line and not older than that. */
  private List<HostName> holders(SystemReport report, Position barrier) {
    SystemFacts.Sheet facts = report.facts();
    Optional<HostId> self =
        Optional.of(config.self().id())
            .filter(id -> here(report) && facts.position().atLeast(barrier));
    Stream<HostId> others =
        facts.replicas().stream()
            .filter(replica -> replica.confirmed().filter(at -> at.atLeast(barrier)).isPresent())
            .map(ReplicaStatus::slave);
    return Stream.concat(self.stream(), others).map(this::name).toList();
  }

  /** The view with the number of its stashes on all hosts in contact. */
  static SystemView withStashes(SystemView v, List<StashView> stashes) {
    int count = (int) stashes.stream().filter(s -> s.system().equals(v.name())).count();
    return new SystemView(
        v.name(),
        v.id(),
        v.state(),
        v.master(),
        v.epoch(),
        v.lease(),
        v.endpoints(),
        v.container(),
        v.snapshots(),
        v.newest(),
        v.replicas(),
        v.lossIfMasterDiedNow(),
        v.barrier(),
        v.paused(),
        v.lossPolicy(),
        count,
        v.alarms(),
        v.changeSources(),
        v.refused());
  }
}
