package flocker.node.system;

import flocker.node.authority.Effect;
import flocker.node.authority.Input;
import flocker.node.authority.VoterActor;
import flocker.node.blocking.Blocking;
import flocker.node.supervisor.LocalCopy;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SystemId;
import flocker.protocol.system.Catalog;
import flocker.protocol.system.CatalogMessage;
import flocker.protocol.system.Documents;
import flocker.protocol.system.ToSystems;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Keeps the cluster's own authority and its record, the catalog; spawns and retires the trees of
 * the user systems as the catalog says. Only on the host that is master of the cluster is the
 * catalog changed, one change at a time.
 */
public final class SystemsActor extends AbstractBehavior<ToSystems> {
  /** What it can be told. */
  public sealed interface Command extends ToSystems {}

  /** Asks what systems there are here and who the cluster's master is. */
  public record Describe(ActorRef<Described> replyTo) implements Command {}

  private record ClusterNotice(VoterActor.Notice notice) implements Command {}

  private record Retired(SystemId id) implements Command {}

  private record RetirementEnded(SystemId id, Optional<String> failure) implements Command {}

  /** This host's storage was looked at. */
  public record StorageFitness(boolean fit, String why) implements Command {}

  private static final Duration RETIRE_AGAIN = Duration.ofSeconds(5);

  /**
   * @param clusterMaster the host where the catalog is changed, if one is known
   * @param trees the user systems that live on this host
   */
  public record Described(
      Catalog catalog,
      RecordVersion version,
      SortedSet<HostId> voters,
      Optional<HostId> clusterMaster,
      Map<SystemId, ActorRef<UserSystemActor.Command>> trees) {}

  private final Host host;
  private final ActorRef<VoterActor.Command> voter;
  private final Map<SystemId, ActorRef<UserSystemActor.Command>> trees = new HashMap<>();
  private final Map<Long, ActorRef<CatalogMessage.Changed>> pending = new HashMap<>();
  private final Set<SystemId> retiring = new HashSet<>();
  private final TimerScheduler<ToSystems> timers;
  private final Blocking storing;
  private StorageFitness fit = new StorageFitness(true, "");
  private Catalog catalog = Catalog.EMPTY;
  private AuthorityRecord record;
  private Optional<HostId> clusterMaster = Optional.empty();
  private long requests;

  /** To be spawned as {@code /user/systems}. */
  public static Behavior<ToSystems> create(Host host) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new SystemsActor(context, timers, host)));
  }

  private SystemsActor(
      ActorContext<ToSystems> context, TimerScheduler<ToSystems> timers, Host host) {
    super(context);
    this.timers = timers;
    this.storing =
        new Blocking(
            context
                .getSystem()
                .dispatchers()
                .lookup(DispatcherSelector.fromConfig(Host.STORAGE_DISPATCHER)));
    this.host = host;
    this.record =
        new AuthorityRecord(
            RecordVersion.INITIAL, host.config().hostIds(), Documents.write(Catalog.EMPTY));
    this.voter =
        context.spawn(
            VoterActor.create(
                host.voter(
                    SystemId.CLUSTER,
                    record,
                    context.messageAdapter(VoterActor.Notice.class, ClusterNotice::new))),
            "cluster-voter");
    voter.tell(new VoterActor.Tell(new Input.HostsChanged(host.config().hostIds())));
    voter.tell(new VoterActor.Tell(new Input.ContainerChanged(false)));
    voter.tell(new VoterActor.Tell(new Input.PositionChanged(Position.NONE)));
    voter.tell(new VoterActor.Tell(new Input.FitnessChanged(true)));
  }

  @Override
  public Receive<ToSystems> createReceive() {
    return newReceiveBuilder()
        .onMessage(ClusterNotice.class, this::onClusterNotice)
        .onMessage(CatalogMessage.Add.class, this::onAdd)
        .onMessage(CatalogMessage.Remove.class, this::onRemove)
        .onMessage(Describe.class, this::onDescribe)
        .onMessage(Retired.class, this::onRetired)
        .onMessage(RetirementEnded.class, this::onRetirementEnded)
        .onMessage(StorageFitness.class, this::onFitness)
        .build();
  }

  private Behavior<ToSystems> onDescribe(Describe describe) {
    describe
        .replyTo()
        .tell(
            new Described(
                catalog, record.version(), record.voters(), clusterMaster, Map.copyOf(trees)));
    return this;
  }

  private Behavior<ToSystems> onAdd(CatalogMessage.Add add) {
    return change(now -> now.with(add.entry()), add.replyTo());
  }

  private Behavior<ToSystems> onRemove(CatalogMessage.Remove remove) {
    return change(now -> now.without(remove.id()), remove.replyTo());
  }

  private Behavior<ToSystems> change(
      UnaryOperator<Catalog> change, ActorRef<CatalogMessage.Changed> replyTo) {
    if (!clusterMaster.equals(Optional.of(host.config().self().id()))) {
      replyTo.tell(
          new CatalogMessage.Changed(
              CatalogMessage.Outcome.NOT_MASTER, "this host does not order changes now"));
    } else if (!pending.isEmpty()) {
      replyTo.tell(
          new CatalogMessage.Changed(
              CatalogMessage.Outcome.REFUSED, "another change is under way; try again"));
    } else {
      try {
        Catalog wanted = change.apply(catalog);
        long request = ++requests;
        pending.put(request, replyTo);
        voter.tell(
            new VoterActor.Tell(
                new Input.RecordWanted(request, record.voters(), Documents.write(wanted))));
      } catch (IllegalArgumentException e) {
        replyTo.tell(new CatalogMessage.Changed(CatalogMessage.Outcome.REFUSED, e.getMessage()));
      }
    }
    return this;
  }

  private Behavior<ToSystems> onClusterNotice(ClusterNotice wrapped) {
    Effect effect = wrapped.notice().effect();
    HostId self = host.config().self().id();
    if (effect instanceof Effect.RecordChanged changed) {
      learn(changed.record());
    } else if (effect instanceof Effect.RecordDone done) {
      answer(done.request(), CatalogMessage.Changed.done());
    } else if (effect instanceof Effect.RecordFailed failed) {
      answer(
          failed.request(),
          new CatalogMessage.Changed(CatalogMessage.Outcome.UNKNOWN, failed.why()));
    } else if (effect instanceof Effect.LeaseHeld) {
      clusterMaster = Optional.of(self);
    } else if (effect instanceof Effect.MasterHeard heard) {
      clusterMaster = Optional.of(heard.master());
    } else if (effect instanceof Effect.LeaseLapsed || effect instanceof Effect.Deposed) {
      clusterMaster = clusterMaster.filter(master -> !master.equals(self));
    } else if (effect instanceof Effect.EndStreams end) {
      voter.tell(new VoterActor.Tell(new Input.StreamsEnded(end.epoch(), Position.NONE)));
    }
    return this;
  }

  private Behavior<ToSystems> onFitness(StorageFitness fitness) {
    fit = fitness;
    trees.values().forEach(tree -> tree.tell(fitnessOf(fitness)));
    return this;
  }

  private static UserSystemActor.StorageFitness fitnessOf(StorageFitness fitness) {
    return new UserSystemActor.StorageFitness(fitness.fit(), fitness.why());
  }

  private void answer(long request, CatalogMessage.Changed outcome) {
    ActorRef<CatalogMessage.Changed> replyTo = pending.remove(request);
    if (replyTo != null) {
      replyTo.tell(outcome);
    }
  }

  private void learn(AuthorityRecord newer) {
    record = newer;
    catalog = Documents.catalog(newer.document());
    for (Catalog.Entry entry : catalog.systems()) {
      trees.computeIfAbsent(entry.id(), id -> spawn(entry));
    }
    for (SystemId gone : catalog.destroyed()) {
      ActorRef<UserSystemActor.Command> tree = trees.get(gone);
      if (tree != null) {
        tree.tell(new UserSystemActor.Retire());
      } else if (retiring.add(gone)) {
        retire(gone);
      }
    }
  }

  private ActorRef<UserSystemActor.Command> spawn(Catalog.Entry entry) {
    getContext().getLog().info("system-known name={} id={}", entry.name(), entry.id());
    ActorRef<UserSystemActor.Command> tree =
        getContext()
            .spawn(UserSystemActor.create(host, entry, record.voters()), entry.id().value());
    getContext().watchWith(tree, new Retired(entry.id()));
    tree.tell(fitnessOf(fit));
    return tree;
  }

  private Behavior<ToSystems> onRetired(Retired retired) {
    trees.remove(retired.id());
    if (catalog.destroyed().contains(retired.id())) {
      retiring.add(retired.id());
      retire(retired.id());
    }
    return this;
  }

  private void retire(SystemId gone) {
    if (host.storage().isEmpty()) {
      return;
    }
    LocalCopy copy = host.copy(gone).orElseThrow();
    getContext()
        .pipeToSelf(
            storing.call(
                () -> {
                  Retirement.of(copy, host.config().self().id());
                  return gone;
                }),
            (done, failure) ->
                new RetirementEnded(gone, Optional.ofNullable(failure).map(Blocking::reason)));
  }

  private Behavior<ToSystems> onRetirementEnded(RetirementEnded ended) {
    if (ended.failure().isPresent()) {
      getContext()
          .getLog()
          .warn("retirement-failed system={} reason={}", ended.id(), ended.failure().get());
      timers.startSingleTimer(ended.id(), new Retired(ended.id()), RETIRE_AGAIN);
    }
    return this;
  }
}
