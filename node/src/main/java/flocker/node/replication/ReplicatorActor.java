package flocker.node.replication;

import flocker.node.blocking.Blocking;
import flocker.node.replication.ReplicatorEvent.NewerEpochSeen;
import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import flocker.node.replication.ReplicatorEvent.State;
import flocker.node.snapshot.SnapshotTaken;
import flocker.node.storage.Increment;
import flocker.node.storage.StorageFault;
import flocker.node.time.BootClock;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.replication.Payload;
import flocker.protocol.replication.Refusal;
import flocker.protocol.replication.ReplicationMessage.Describe;
import flocker.protocol.replication.ReplicationMessage.FromSlave;
import flocker.protocol.replication.ReplicationMessage.Refused;
import flocker.protocol.replication.ReplicationMessage.Versions;
import flocker.protocol.replication.StreamId;
import flocker.protocol.replication.StreamPlan;
import flocker.protocol.replication.ToReceiver;
import flocker.protocol.replication.ToReplicator;
import flocker.protocol.replication.Version;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Keeps one slave up with the master during one epoch: one stream at a time, always straight to the
 * newest snapshot, and again after a pause when it fails.
 */
public final class ReplicatorActor extends AbstractBehavior<ToReplicator> {
  /** What its own host tells it. */
  public interface Command extends ToReplicator {}

  /** There is a new snapshot. The newest is enough: those between are left out. */
  public record Replicate(SnapshotTaken snapshot) implements Command {}

  private record Planned(StreamId stream, PlanJob.Result result) implements Command {}

  private record NotPlanned(StreamId stream, StorageFault fault) implements Command {}

  private record NoAnswer(StreamId stream) implements Command {}

  private record Rested() implements Command {}

  /**
   * @param epoch of this mastership
   * @param slave who is sent to
   */
  public record Route(Epoch epoch, HostId slave) {}

  /**
   * The attempt under way.
   *
   * @param plan empty: the slave is still asked what it has
   */
  private record Attempt(
      StreamId stream,
      ActorRef<ToReceiver> receiver,
      Optional<StreamPlan> plan,
      Optional<StreamProgress> progress) {}

  private record Parts(
      ReplicatorSettings settings,
      Route route,
      Copy source,
      Supplier<Optional<ActorRef<ToReceiver>>> receiver,
      BootClock clock,
      ActorRef<ReplicatorEvent> listener) {}

  private final TimerScheduler<ToReplicator> timers;
  private final Parts parts;
  private final ReplicatorSettings settings;
  private final Copy source;
  private final BootClock clock;
  private final Blocking storing;

  private State state = State.WAITING;
  private String detail = "";
  private Optional<SnapshotTaken> newest = Optional.empty();
  // What the slave has as its newest, and that is in our history.
  private Optional<Version> confirmed = Optional.empty();
  private Lag lag = Lag.NONE;
  private BackOff backOff;
  private long lastNumber;
  private Optional<Attempt> current = Optional.empty();

  private ReplicatorActor(
      ActorContext<ToReplicator> context, TimerScheduler<ToReplicator> timers, Parts parts) {
    super(context);
    context.setLoggerName(ReplicatorActor.class);
    this.timers = timers;
    this.parts = parts;
    this.settings = parts.settings();
    this.source = parts.source();
    this.clock = parts.clock();
    this.backOff = BackOff.of(settings.firstBackOff(), settings.maxBackOff());
    this.storing =
        new Blocking(
            context
                .getSystem()
                .dispatchers()
                .lookup(DispatcherSelector.fromConfig("flocker.storage-dispatcher")));
  }

  /**
   * @param source the master's own copy
   * @param receiver where the slave's {@link ReceiverActor} is, by its fixed path; empty: not known
   */
  public static Behavior<ToReplicator> create(
      ReplicatorSettings settings,
      Route route,
      Copy source,
      Supplier<Optional<ActorRef<ToReceiver>>> receiver,
      BootClock clock,
      ActorRef<ReplicatorEvent> listener) {
    Parts parts = new Parts(settings, route, source, receiver, clock, listener);
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new ReplicatorActor(context, timers, parts)));
  }

  @Override
  public Receive<ToReplicator> createReceive() {
    return newReceiveBuilder()
        .onMessage(Replicate.class, this::onReplicate)
        .onMessage(Versions.class, this::onVersions)
        .onMessage(Refused.class, this::onRefused)
        .onMessage(NoAnswer.class, this::onNoAnswer)
        .onMessage(Planned.class, this::onPlanned)
        .onMessage(NotPlanned.class, this::onNotPlanned)
        .onMessage(OutgoingStreamActor.Under.class, this::onUnder)
        .onMessage(OutgoingStreamActor.Confirmed.class, this::onConfirmed)
        .onMessage(OutgoingStreamActor.Broken.class, this::onBroken)
        .onMessage(Rested.class, this::onRested)
        .build();
  }

  private Behavior<ToReplicator> onReplicate(Replicate replicate) {
    if (newest.map(n -> n.position().compareTo(replicate.snapshot().position()) < 0).orElse(true)) {
      newest = Optional.of(replicate.snapshot());
      lag = lag.taken(replicate.snapshot().takenAtBootNanos());
      if (state == State.WAITING || state == State.UP_TO_DATE) {
        advance();
      } else {
        report();
      }
    }
    return this;
  }

  /** Begins what is to be done next, if there is anything. */
  private void advance() {
    Optional<Version> target = newest.map(ReplicatorActor::version);
    if (target.isEmpty()) {
      become(State.WAITING, "");
    } else if (target.equals(confirmed)) {
      lag = Lag.NONE;
      become(State.UP_TO_DATE, "");
    } else {
      open(target.get());
    }
  }

  private void open(Version target) {
    Optional<ActorRef<ToReceiver>> receiver = parts.receiver().get();
    if (receiver.isEmpty()) {
      rest("the host's address is not known");
      return;
    }
    lastNumber = Math.max(lastNumber + 1, clock.nanos());
    StreamId stream =
        new StreamId(parts.route().epoch(), source.system(), source.host(), lastNumber);
    current = Optional.of(new Attempt(stream, receiver.get(), Optional.empty(), Optional.empty()));
    if (confirmed.isPresent()) {
      Optional<StreamPlan> plan = new ReplicationPlan.Incremental(confirmed.get(), target).stream();
      begin(plan.orElseThrow(), confirmed.map(Version::name), "");
    } else {
      become(State.ASKING, "");
      timers.startSingleTimer(NoAnswer.class, new NoAnswer(stream), settings.idleTimeout());
      receiver.get().tell(new Describe(stream, getContext().getSelf().narrow()));
    }
  }

  private Behavior<ToReplicator> onVersions(Versions versions) {
    if (isAnswer(versions)) {
      timers.cancel(NoAnswer.class);
      StreamId stream = versions.stream();
      Version target = version(newest.orElseThrow());
      getContext()
          .pipeToSelf(
              storing.call(() -> PlanJob.plan(source, versions.have(), target)),
              (result, thrown) ->
                  thrown == null
                      ? new Planned(stream, result)
                      : new NotPlanned(stream, StorageFault.of(thrown)));
    }
    return this;
  }

  private Behavior<ToReplicator> onRefused(Refused refused) {
    if (isAnswer(refused)) {
      boolean newer =
          refused.why() == Refusal.OLDER_EPOCH
              && refused.promised().compareTo(parts.route().epoch()) > 0;
      ended(
          "refused, " + refused.why() + ": " + refused.text(),
          newer ? Optional.of(refused.promised()) : Optional.empty());
    }
    return this;
  }

  /** Whether {@code message} answers the question that is open. */
  private boolean isAnswer(FromSlave message) {
    return message.from().equals(parts.route().slave())
        && isCurrent(message.stream())
        && state == State.ASKING
        && timers.isTimerActive(NoAnswer.class);
  }

  private boolean isCurrent(StreamId stream) {
    return current.map(attempt -> attempt.stream().equals(stream)).orElse(false);
  }

  private Behavior<ToReplicator> onNoAnswer(NoAnswer message) {
    if (isCurrent(message.stream())) {
      ended("no answer for " + settings.idleTimeout(), Optional.empty());
    }
    return this;
  }

  private Behavior<ToReplicator> onPlanned(Planned planned) {
    if (!isCurrent(planned.stream())) {
      return this;
    }
    ReplicationPlan made = planned.result().plan();
    if (made instanceof ReplicationPlan.UpToDate upToDate) {
      confirmed = Optional.of(upToDate.version());
      backOff = backOff.succeeded();
      current = Optional.empty();
      advance();
      return this;
    }
    String why = "";
    Optional<SnapshotName> base = Optional.empty();
    if (made instanceof ReplicationPlan.Incremental increment) {
      confirmed = Optional.of(increment.from());
      base = Optional.of(increment.from().name());
    } else if (made instanceof ReplicationPlan.Diverged diverged) {
      why = diverged.evidence().toString();
      base = diverged.evidence().common().map(Version::name);
    }
    StreamPlan plan = made.stream().orElseThrow();
    StreamPlan sized =
        new StreamPlan(
            plan.mode(), plan.base(), plan.onto(), plan.to(), planned.result().estimate());
    begin(sized, base, why);
    return this;
  }

  private Behavior<ToReplicator> onNotPlanned(NotPlanned not) {
    if (isCurrent(not.stream())) {
      ended("no plan can be made: " + not.fault().getMessage(), Optional.empty());
    }
    return this;
  }

  private void begin(StreamPlan plan, Optional<SnapshotName> base, String why) {
    Attempt attempt = current.orElseThrow();
    lag = lag.begun();
    boolean replacing = plan.mode() == StreamPlan.Mode.REPLACE;
    if (replacing) {
      getContext().getLog().info("diverged slave={} evidence={}", parts.route().slave(), why);
    }
    OutgoingStreamActor.Ends ends =
        new OutgoingStreamActor.Ends(bytes(plan), parts.route().slave(), attempt.receiver());
    getContext()
        .spawnAnonymous(
            OutgoingStreamActor.create(
                new OutgoingStreamActor.Parts(settings, clock, attempt.stream(), plan, base, ends),
                getContext().getSelf()));
    StreamProgress progress = StreamProgress.start(clock.nanos(), plan.estimatedBytes());
    current =
        Optional.of(
            new Attempt(
                attempt.stream(), attempt.receiver(), Optional.of(plan), Optional.of(progress)));
    become(replacing ? State.REPLACING : State.STREAMING, why);
  }

  /** What was read when the snapshot was taken is not read again. */
  private StreamBytes bytes(StreamPlan plan) {
    Optional<Payload> read =
        newest
            .filter(taken -> version(taken).equals(plan.to()))
            .flatMap(SnapshotTaken::increment)
            .filter(increment -> plan.base().equals(Optional.of(increment.from())))
            .map(Increment::stream);
    return read.isPresent()
        ? new ReadAlready(read.get())
        : new SendJob(source.storage(), source.dataset(), settings.chunkBytes());
  }

  private Behavior<ToReplicator> onUnder(OutgoingStreamActor.Under under) {
    if (isCurrent(under.stream())) {
      Attempt now = current.orElseThrow();
      current =
          Optional.of(
              new Attempt(now.stream(), now.receiver(), now.plan(), Optional.of(under.progress())));
      report();
    }
    return this;
  }

  private Behavior<ToReplicator> onConfirmed(OutgoingStreamActor.Confirmed message) {
    if (isCurrent(message.stream())) {
      confirmed = current.flatMap(Attempt::plan).map(StreamPlan::to);
      lag = lag.confirmed();
      backOff = backOff.succeeded();
      current = Optional.empty();
      advance();
    }
    return this;
  }

  private Behavior<ToReplicator> onBroken(OutgoingStreamActor.Broken broken) {
    if (isCurrent(broken.stream())) {
      ended(broken.why(), broken.newer());
    }
    return this;
  }

  private Behavior<ToReplicator> onRested(Rested rested) {
    if (state == State.RESTING) {
      advance();
    }
    return this;
  }

  /** An attempt has failed: what the slave has is not known any more. */
  private void ended(String why, Optional<Epoch> newer) {
    current = Optional.empty();
    confirmed = Optional.empty();
    lag = lag.failed();
    timers.cancel(NoAnswer.class);
    getContext().getLog().info("replication-failed slave={} reason={}", parts.route().slave(), why);
    if (newer.isPresent()) {
      become(State.DEPOSED, why);
      parts.listener().tell(new NewerEpochSeen(parts.route().slave(), newer.get()));
    } else {
      rest(why);
    }
  }

  private void rest(String why) {
    backOff = backOff.failed();
    timers.startSingleTimer(Rested.class, new Rested(), backOff.pause());
    become(State.RESTING, why);
  }

  private void become(State next, String why) {
    state = next;
    detail = why;
    report();
  }

  private void report() {
    parts
        .listener()
        .tell(
            new ReplicaStatus(
                parts.route().slave(),
                state,
                confirmed.flatMap(Version::position),
                lag.since(),
                lag.sinceSent(),
                current.flatMap(Attempt::progress),
                detail));
  }

  private static Version version(SnapshotTaken taken) {
    return new Version(taken.snapshot().name(), taken.snapshot().guid());
  }
}
