package flocker.node.system;

import flocker.node.authority.Effect;
import flocker.node.authority.Input;
import flocker.node.authority.VoterActor;
import flocker.node.blocking.Blocking;
import flocker.node.config.HostEntry;
import flocker.node.publish.PortAlarm;
import flocker.node.publish.PublisherActor;
import flocker.node.publish.Route;
import flocker.node.replication.ReceiverActor;
import flocker.node.replication.ReceiverEvent;
import flocker.node.retention.RetentionActor;
import flocker.node.supervisor.LocalCopy;
import flocker.node.supervisor.MasterSupervisorActor;
import flocker.node.supervisor.Phase;
import flocker.node.supervisor.SupervisorEvent;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SystemId;
import flocker.protocol.replication.ToReceiver;
import flocker.protocol.retention.ToRetention;
import flocker.protocol.system.Catalog;
import flocker.protocol.system.CatalogMessage;
import flocker.protocol.system.Documents;
import flocker.protocol.system.SystemRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;
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
 * One user system on this host, at {@code /user/systems/<id>}: spawns voter, receiver, publisher
 * and supervisor and carries word between them. Until the local copy is prepared the voter
 * acknowledges leases but knows no position, so it neither votes nor stands.
 */
public final class UserSystemActor extends AbstractBehavior<UserSystemActor.Command> {
  /** What it can be told. */
  public sealed interface Command {}

  /** Whether this host's storage can be relied on. */
  public record StorageFitness(boolean fit, String why) implements Command {}

  /** The system was destroyed by an operator: everything of it here ends, its datasets too. */
  public record Retire() implements Command {}

  /** Change the record, one change at a time; only on the system's master. */
  public record ChangeRecord(
      UnaryOperator<SystemRecord> change, ActorRef<CatalogMessage.Changed> replyTo)
      implements Command {}

  /** For the actor that changes the record. */
  public record ToRecord(RecordActor.Command command) implements Command {}

  /**
   * Make sure that what was written until now survives the loss of any one host. Answered by {@link
   * flocker.protocol.admin.BarrierView}.
   */
  public record TakeBarrier(int copies, Duration limit, ActorRef<AdminReply> replyTo)
      implements Command {}

  /** For the actor that keeps what the record says of automation. */
  public record ToAutomation(AutomationActor.Command command) implements Command {}

  /** Raises an alarm of this system, or clears it with an empty text. */
  public record Raise(String code, String text) implements Command {}

  /** For the supervisor. */
  public record ToSupervisor(MasterSupervisorActor.Command command) implements Command {}

  /** Asks what this host knows of the system. */
  public record Describe(ActorRef<SystemReport> replyTo) implements Command {}

  private record Noticed(VoterActor.Notice notice) implements Command {}

  private record Prepared(Preparation preparation) implements Command {}

  private record PreparationFailed(String why) implements Command {}

  private record SupervisorSaid(SupervisorEvent event) implements Command {}

  private record ReceiverSaid(ReceiverEvent notice) implements Command {}

  private record StreamsEnded(Epoch epoch, Position position) implements Command {}

  private enum Prepare implements Command {
    INSTANCE
  }

  private static final Duration PREPARE_AGAIN = Duration.ofSeconds(1);

  private final TimerScheduler<Command> timers;
  private final Host host;
  private final Catalog.Entry entry;
  private final SystemId id;
  private final SystemFacts facts;
  private final ActorRef<VoterActor.Command> voter;
  private final ActorRef<PublisherActor.Command> publisher;
  private final ActorRef<SickWatchActor.Command> sickWatch;
  private final List<Effect> early = new ArrayList<>();
  private final ActorRef<RecordActor.Command> records;
  private final ActorRef<BarriersActor.Command> barriers;
  private final ActorRef<AutomationActor.Command> automation;
  private final List<Consumer<SystemNews>> watchers;
  private final Blocking storing;
  private Optional<ActorRef<ToReceiver>> receiver = Optional.empty();
  private Optional<ActorRef<MasterSupervisorActor.Command>> supervisor = Optional.empty();
  private Optional<ActorRef<ToRetention>> retention = Optional.empty();
  private Optional<Prepared> unready = Optional.empty();
  private Optional<Epoch> promised = Optional.empty();
  private boolean prepared;
  private boolean fit = true;
  private AuthorityRecord record;
  private SystemRecord wanted;

  /** The tree of {@code entry}; {@code voters} are those of a new system's first record. */
  public static Behavior<Command> create(Host host, Catalog.Entry entry, SortedSet<HostId> voters) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new UserSystemActor(context, timers, host, entry, voters)));
  }

  private UserSystemActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Host host,
      Catalog.Entry entry,
      SortedSet<HostId> voters) {
    super(context);
    this.timers = timers;
    this.host = host;
    this.entry = entry;
    this.id = entry.id();
    this.wanted = entry.initial();
    this.facts = new SystemFacts(id, entry.name(), host);
    this.storing =
        new Blocking(
            context
                .getSystem()
                .dispatchers()
                .lookup(DispatcherSelector.fromConfig(Host.STORAGE_DISPATCHER)));
    this.record =
        new AuthorityRecord(RecordVersion.INITIAL, voters, Documents.write(entry.initial()));
    this.voter =
        context.spawn(
            VoterActor.create(
                host.voter(
                    id, record, context.messageAdapter(VoterActor.Notice.class, Noticed::new))),
            "voter");
    this.publisher =
        context.spawn(
            host.publisher(
                id,
                context.messageAdapter(
                    PortAlarm.class, a -> new Raise("port-" + a.port(), a.problem().orElse("")))),
            "publisher");
    this.sickWatch =
        context.spawn(SickWatchActor.create(host, voter, context.getSelf().narrow()), "sick-watch");
    this.records = context.spawn(RecordActor.create(voter, record, wanted), "record");
    this.barriers =
        context.spawn(
            BarriersActor.create(host, entry.name(), voter, context.getSelf().narrow()),
            "barriers");
    ActorRef<LossWatchActor.Command> loss =
        context.spawn(LossWatchActor.create(host, id, context.getSelf().narrow()), "loss-watch");
    this.automation =
        context.spawn(
            AutomationActor.create(host, voter, records, context.getSelf()), "automation");
    this.watchers =
        List.of(
            news -> automation.tell(new AutomationActor.News(news)),
            news -> records.tell(new RecordActor.News(news)),
            news -> sickWatch.tell(new SickWatchActor.News(news)),
            news -> barriers.tell(new BarriersActor.News(news)),
            news -> loss.tell(new LossWatchActor.News(news)));
    voter.tell(new VoterActor.Tell(new Input.HostsChanged(host.config().hostIds())));
    publisher.tell(new PublisherActor.SetOtherHosts(host.otherAddresses()));
    publisher.tell(new PublisherActor.SetPorts(wanted.settings().publish()));
    context.getSelf().tell(Prepare.INSTANCE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Prepare.class, m -> onPrepare())
        .onMessage(Prepared.class, this::onPrepared)
        .onMessage(PreparationFailed.class, this::onPreparationFailed)
        .onMessage(Noticed.class, m -> onNotice(m.notice().effect()))
        .onMessage(StreamsEnded.class, this::onStreamsEnded)
        .onMessage(SupervisorSaid.class, this::onSupervisorSaid)
        .onMessage(ReceiverSaid.class, this::onReceiverSaid)
        .onMessage(StorageFitness.class, this::onFitness)
        .onMessage(ChangeRecord.class, this::onChangeRecord)
        .onMessage(ToRecord.class, this::onToRecord)
        .onMessage(TakeBarrier.class, this::onTakeBarrier)
        .onMessage(ToAutomation.class, this::onToAutomation)
        .onMessage(Raise.class, this::onRaise)
        .onMessage(ToSupervisor.class, this::onToSupervisor)
        .onMessage(Describe.class, this::onDescribe)
        .onMessage(Retire.class, m -> onRetire())
        .build();
  }

  private Behavior<Command> onPrepare() {
    Optional<LocalCopy> copy = host.copy(id);
    if (copy.isEmpty()) {
      return onPrepared(new Prepared(new Preparation(Position.NONE, false)));
    }
    getContext()
        .pipeToSelf(
            storing.call(() -> Preparation.of(copy.get(), host.config().self().id())),
            (done, failure) ->
                failure == null
                    ? new Prepared(done)
                    : new PreparationFailed(Blocking.reason(failure)));
    return this;
  }

  private Behavior<Command> onPreparationFailed(PreparationFailed failed) {
    facts.alarm("preparation", "the copy on this host cannot be used yet: " + failed.why());
    getContext().getLog().warn("preparation-failed system={} reason={}", id, failed.why());
    timers.startSingleTimer(Prepare.INSTANCE, Prepare.INSTANCE, PREPARE_AGAIN);
    return this;
  }

  private Behavior<Command> onPrepared(Prepared message) {
    if (promised.isEmpty()) {
      // The receiver must know what was promised before it listens to anybody.
      unready = Optional.of(message);
      return this;
    }
    Preparation ready = message.preparation();
    prepared = true;
    facts.alarm("preparation", "");
    facts.position(ready.position());
    host.copy(id).ifPresent(copy -> spawnStorageSide(copy, ready));
    tell(new Input.ContainerChanged(ready.mayRun()));
    tell(new Input.PositionChanged(ready.position()));
    tellFitness();
    List<Effect> waiting = List.copyOf(early);
    early.clear();
    waiting.forEach(this::onNotice);
    if (ready.position().exists() && ready.position().epoch().equals(Epoch.ZERO)) {
      tell(new Input.StandNow());
    }
    return this;
  }

  private void spawnStorageSide(LocalCopy copy, Preparation ready) {
    ActorRef<ToReceiver> incoming =
        getContext()
            .spawn(
                host.receiver(
                    copy,
                    new ReceiverActor.Beginning(promised.orElseThrow(), ready.mayRun(), false),
                    getContext().messageAdapter(ReceiverEvent.class, ReceiverSaid::new)),
                "receiver");
    receiver = Optional.of(incoming);
    ActorRef<RetentionActor.Alarm> alarms =
        getContext().messageAdapter(RetentionActor.Alarm.class, a -> new Raise(a.code(), a.text()));
    retention = Optional.of(getContext().spawn(host.retention(copy, wanted, alarms), "retention"));
    supervisor =
        Optional.of(
            getContext()
                .spawn(
                    MasterSupervisorActor.create(
                        host,
                        copy,
                        wanted,
                        new MasterSupervisorActor.Neighbours(
                            voter,
                            incoming,
                            publisher,
                            getContext()
                                .messageAdapter(SupervisorEvent.class, SupervisorSaid::new)),
                        ready.mayRun()),
                    "supervisor"));
  }

  private void tell(Input input) {
    voter.tell(new VoterActor.Tell(input));
  }

  private void tellFitness() {
    if (prepared) {
      tell(
          new Input.FitnessChanged(fit && host.storage().isPresent() && facts.position().exists()));
    }
  }

  private Behavior<Command> onNotice(Effect effect) {
    if (effect instanceof Effect.RecordChanged changed) {
      learn(changed.record());
    } else if (effect instanceof Effect.RecordDone || effect instanceof Effect.RecordFailed) {
      publish(new SystemNews.Decided(effect));
    } else if (effect instanceof Effect.MasterHeard heard) {
      onMasterHeard(heard);
    } else if (effect instanceof Effect.PromiseMade promise) {
      onPromise(promise.epoch());
    } else if (!prepared) {
      early.add(effect);
    } else if (effect instanceof Effect.EndStreams end) {
      endStreams(end.epoch());
    } else {
      facts.decided(effect);
      tellRole();
      publish(new SystemNews.Decided(effect));
      supervisor.ifPresent(s -> s.tell(new MasterSupervisorActor.Decided(effect)));
    }
    return this;
  }

  private void tellRole() {
    retention.ifPresent(r -> r.tell(facts.role()));
  }

  private void onPromise(Epoch epoch) {
    promised = Optional.of(epoch);
    receiver.ifPresent(r -> r.tell(new ReceiverActor.PromiseMade(epoch)));
    Optional<Prepared> waiting = unready;
    unready = Optional.empty();
    waiting.ifPresent(this::onPrepared);
  }

  private void onMasterHeard(Effect.MasterHeard heard) {
    boolean changed = facts.master(heard.master(), heard.epoch());
    if (changed && !heard.master().equals(host.config().self().id())) {
      HostEntry master = host.config().host(heard.master());
      publisher.tell(new PublisherActor.SetRoute(new Route.ToHost(master.address())));
    }
  }

  private void learn(AuthorityRecord newer) {
    record = newer;
    wanted = Documents.system(newer.document());
    publisher.tell(new PublisherActor.SetPorts(wanted.settings().publish()));
    supervisor.ifPresent(s -> s.tell(new MasterSupervisorActor.Apply(wanted)));
    retention.ifPresent(r -> r.tell(new RetentionActor.Wanted(wanted)));
    publish(new SystemNews.Recorded(record, wanted));
  }

  private void publish(SystemNews news) {
    watchers.forEach(watcher -> watcher.accept(news));
  }

  private void endStreams(Epoch epoch) {
    if (receiver.isEmpty()) {
      tell(new Input.StreamsEnded(epoch, Position.NONE));
      return;
    }
    receiver
        .get()
        .tell(
            new ReceiverActor.EndStreams(
                epoch,
                getContext()
                    .messageAdapter(
                        ReceiverActor.StreamsEnded.class,
                        ended -> new StreamsEnded(epoch, ended.position()))));
  }

  private Behavior<Command> onStreamsEnded(StreamsEnded ended) {
    // A master's own snapshots are told by its supervisor, which is never behind the receiver.
    if (ended.position().atLeast(facts.position()) || facts.phase() == Phase.STANDBY) {
      facts.position(ended.position());
    }
    tell(new Input.StreamsEnded(ended.epoch(), facts.position()));
    return this;
  }

  private Behavior<Command> onSupervisorSaid(SupervisorSaid said) {
    facts.supervisorSaid(said.event());
    if (said.event() instanceof SupervisorEvent.FromShipping) {
      tellRole();
    }
    publish(new SystemNews.Supervised(said.event()));
    tellFitness();
    return this;
  }

  private Behavior<Command> onReceiverSaid(ReceiverSaid said) {
    Optional<Position> moved = facts.receiverSaid(said.notice());
    moved.ifPresent(position -> tell(new Input.PositionChanged(position)));
    tellFitness();
    return this;
  }

  private Behavior<Command> onFitness(StorageFitness fitness) {
    fit = fitness.fit();
    facts.alarm("storage", fitness.fit() ? "" : fitness.why());
    tellFitness();
    sickWatch.tell(new SickWatchActor.StorageIs(fitness.fit(), fitness.why()));
    return this;
  }

  private Behavior<Command> onChangeRecord(ChangeRecord change) {
    records.tell(new RecordActor.Amend(change.change(), change.replyTo()));
    return this;
  }

  private Behavior<Command> onToRecord(ToRecord order) {
    records.tell(order.command());
    return this;
  }

  private Behavior<Command> onTakeBarrier(TakeBarrier order) {
    barriers.tell(new BarriersActor.Take(order.copies(), order.limit(), order.replyTo()));
    return this;
  }

  private Behavior<Command> onToAutomation(ToAutomation order) {
    automation.tell(order.command());
    return this;
  }

  private Behavior<Command> onRaise(Raise raised) {
    facts.alarm(raised.code(), raised.text());
    return this;
  }

  private Behavior<Command> onToSupervisor(ToSupervisor order) {
    supervisor.ifPresent(s -> s.tell(order.command()));
    return this;
  }

  private Behavior<Command> onDescribe(Describe describe) {
    SystemFacts.Sheet sheet = facts.sheet();
    SystemRecord settings = wanted;
    RecordVersion version = record.version();
    new Gathering(getContext().getSystem(), voter, supervisor)
        .report((a, s) -> sheet.report(settings, version, a, s))
        .thenAccept(describe.replyTo()::tell);
    return this;
  }

  private Behavior<Command> onRetire() {
    getContext().getLog().info("system-retired id={} name={}", id, entry.name());
    return Behaviors.stopped();
  }
}
