package flocker.node.replication;

import flocker.node.replication.ReplicatorEvent.NewerEpochSeen;
import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import flocker.node.replication.ReplicatorEvent.State;
import flocker.node.snapshot.SnapshotTaken;
import flocker.node.storage.StorageFault;
import flocker.node.storage.Storing;
import flocker.node.time.BootClock;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.replication.Payload;
import flocker.protocol.replication.Refusal;
import flocker.protocol.replication.ReplicationMessage.Abort;
import flocker.protocol.replication.ReplicationMessage.Begin;
import flocker.protocol.replication.ReplicationMessage.Chunk;
import flocker.protocol.replication.ReplicationMessage.Credit;
import flocker.protocol.replication.ReplicationMessage.Describe;
import flocker.protocol.replication.ReplicationMessage.End;
import flocker.protocol.replication.ReplicationMessage.Failed;
import flocker.protocol.replication.ReplicationMessage.Received;
import flocker.protocol.replication.ReplicationMessage.Refused;
import flocker.protocol.replication.ReplicationMessage.StillSending;
import flocker.protocol.replication.ReplicationMessage.Versions;
import flocker.protocol.replication.SlaveVersions;
import flocker.protocol.replication.StreamId;
import flocker.protocol.replication.StreamPlan;
import flocker.protocol.replication.ToReceiver;
import flocker.protocol.replication.ToReplicator;
import flocker.protocol.replication.Trailer;
import flocker.protocol.replication.Version;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
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

  private record Planned(StreamId stream, ReplicationPlan plan, Optional<Long> estimate)
      implements Command {}

  private record NotPlanned(StreamId stream, StorageFault fault) implements Command {}

  private record PartRead(SendJob job, Optional<Payload> part) implements Command {}

  private record Trailed(SendJob job, Trailer trailer) implements Command {}

  private record ReadFailed(SendJob job, StorageFault fault) implements Command {}

  private record Tick() implements Command {}

  private record Rested() implements Command {}

  /**
   * @param epoch of this mastership
   * @param slave who is sent to
   */
  public record Route(Epoch epoch, HostId slave) {}

  /** The stream under way. */
  private static final class Outgoing {
    final StreamId stream;
    final ActorRef<ToReceiver> receiver;
    StreamProgress progress;
    Optional<StreamPlan> plan = Optional.empty();
    Optional<SendJob> job = Optional.empty();
    SendWindow window = SendWindow.CLOSED;
    // At most one part is read ahead of the window.
    Optional<Payload> ready = Optional.empty();

    Outgoing(StreamId stream, ActorRef<ToReceiver> receiver, long now) {
      this.stream = stream;
      this.receiver = receiver;
      this.progress = StreamProgress.start(now, Optional.empty());
    }
  }

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
  private final Storing storing;

  private State state = State.WAITING;
  private String detail = "";
  private Optional<SnapshotTaken> newest = Optional.empty();
  // What the slave has as its newest, and that is in our history.
  private Optional<Version> confirmed = Optional.empty();
  private Lag lag = Lag.NONE;
  private BackOff backOff;
  private long lastNumber;
  private Optional<Outgoing> current = Optional.empty();

  private ReplicatorActor(
      ActorContext<ToReplicator> context, TimerScheduler<ToReplicator> timers, Parts parts) {
    super(context);
    this.timers = timers;
    this.parts = parts;
    this.settings = parts.settings();
    this.source = parts.source();
    this.clock = parts.clock();
    this.backOff = BackOff.of(settings.firstBackOff(), settings.maxBackOff());
    this.storing =
        new Storing(
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
        .onMessage(Credit.class, this::onCredit)
        .onMessage(Received.class, this::onReceived)
        .onMessage(Refused.class, this::onRefused)
        .onMessage(Failed.class, this::onFailed)
        .onMessage(Planned.class, this::onPlanned)
        .onMessage(NotPlanned.class, this::onNotPlanned)
        .onMessage(PartRead.class, this::onPartRead)
        .onMessage(Trailed.class, this::onTrailed)
        .onMessage(ReadFailed.class, this::onReadFailed)
        .onMessage(Tick.class, this::onTick)
        .onMessage(Rested.class, this::onRested)
        .onSignal(PostStop.class, this::onPostStop)
        .build();
  }

  private Behavior<ToReplicator> onReplicate(Replicate replicate) {
    if (newest.map(n -> n.position().compareTo(replicate.snapshot().position()) < 0).orElse(true)) {
      newest = Optional.of(replicate.snapshot());
      lag = lag.taken(replicate.snapshot().takenAtBootNanos());
      if (state == State.WAITING || state == State.UP_TO_DATE) {
        advance();
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
    Outgoing outgoing = new Outgoing(stream, receiver.get(), clock.nanos());
    current = Optional.of(outgoing);
    timers.startTimerWithFixedDelay(Tick.class, new Tick(), settings.heartbeat());
    if (confirmed.isPresent()) {
      Optional<StreamPlan> plan = new ReplicationPlan.Incremental(confirmed.get(), target).stream();
      begin(outgoing, plan.orElseThrow(), confirmed.map(Version::name), "");
    } else {
      become(State.ASKING, "");
      outgoing.receiver.tell(new Describe(stream, getContext().getSelf().narrow()));
    }
  }

  private Behavior<ToReplicator> onVersions(Versions versions) {
    current(versions.stream(), versions.from())
        .filter(outgoing -> state == State.ASKING)
        .ifPresent(
            outgoing -> {
              Version target = version(newest.orElseThrow());
              getContext()
                  .pipeToSelf(
                      storing.call(() -> plan(outgoing.stream, versions.have(), target)),
                      (planned, thrown) ->
                          thrown == null
                              ? planned
                              : new NotPlanned(outgoing.stream, Storing.fault(thrown)));
            });
    return this;
  }

  /** Blocks. */
  private Planned plan(StreamId stream, SlaveVersions have, Version target) throws StorageFault {
    List<Version> all = ReceiveJob.versions(source.storage().snapshots(source.dataset()));
    int index = all.indexOf(target);
    if (index < 0) {
      throw new StorageFault(StorageFault.Kind.NOT_FOUND, target + " is not there any more");
    }
    // What is newer has not been told yet, and may still be dropped.
    ReplicationPlan plan = ReplicationPlan.of(all.subList(0, index + 1), have);
    Optional<Long> estimate = Optional.empty();
    if (plan.stream().isPresent()) {
      Optional<SnapshotName> base = base(all, plan.stream().get().base());
      estimate = source.storage().estimateSend(source.dataset(), base, target.name());
    }
    return new Planned(stream, plan, estimate);
  }

  private static Optional<SnapshotName> base(List<Version> all, Optional<SnapshotGuid> guid) {
    return guid.flatMap(
        wanted -> all.stream().filter(v -> v.guid().equals(wanted)).map(Version::name).findFirst());
  }

  private Behavior<ToReplicator> onPlanned(Planned planned) {
    if (current(planned.stream()).isEmpty()) {
      return this;
    }
    Outgoing outgoing = current.orElseThrow();
    if (planned.plan() instanceof ReplicationPlan.UpToDate upToDate) {
      confirmed = Optional.of(upToDate.version());
      backOff = backOff.succeeded();
      drop();
      advance();
      return this;
    }
    String why = "";
    Optional<SnapshotName> base = Optional.empty();
    if (planned.plan() instanceof ReplicationPlan.Incremental increment) {
      confirmed = Optional.of(increment.from());
      base = Optional.of(increment.from().name());
    } else if (planned.plan() instanceof ReplicationPlan.Diverged diverged) {
      why = diverged.evidence().toString();
      base = diverged.evidence().common().map(Version::name);
    }
    StreamPlan plan = planned.plan().stream().orElseThrow();
    StreamPlan sized =
        new StreamPlan(plan.mode(), plan.base(), plan.onto(), plan.to(), planned.estimate());
    begin(outgoing, sized, base, why);
    return this;
  }

  private Behavior<ToReplicator> onNotPlanned(NotPlanned not) {
    current(not.stream()).ifPresent(outgoing -> fail(not.fault().getMessage()));
    return this;
  }

  private void begin(Outgoing outgoing, StreamPlan plan, Optional<SnapshotName> base, String why) {
    outgoing.plan = Optional.of(plan);
    outgoing.progress = StreamProgress.start(clock.nanos(), plan.estimatedBytes());
    lag = lag.begun();
    boolean replacing = plan.mode() == StreamPlan.Mode.REPLACE;
    if (replacing) {
      getContext().getLog().info("diverged slave={} evidence={}", parts.route().slave(), why);
    }
    become(replacing ? State.REPLACING : State.STREAMING, why);
    outgoing.receiver.tell(new Begin(outgoing.stream, plan, getContext().getSelf().narrow()));
    SendJob job = new SendJob(source.storage(), source.dataset(), settings.chunkBytes());
    outgoing.job = Optional.of(job);
    read(
        job,
        () -> {
          job.open(base, plan.to().name());
          return new PartRead(job, job.read());
        });
  }

  private void read(SendJob job, Storing.Call<? extends ToReplicator> call) {
    getContext()
        .pipeToSelf(
            storing.call(call),
            (done, thrown) -> thrown == null ? done : new ReadFailed(job, Storing.fault(thrown)));
  }

  private Behavior<ToReplicator> onPartRead(PartRead read) {
    current(read.job())
        .ifPresent(
            outgoing -> {
              if (read.part().isPresent()) {
                outgoing.ready = read.part();
                pump(outgoing);
              } else {
                read(read.job(), () -> new Trailed(read.job(), read.job().trailer()));
              }
            });
    return this;
  }

  private void pump(Outgoing outgoing) {
    if (outgoing.ready.isEmpty() || !outgoing.window.open()) {
      return;
    }
    Payload part = outgoing.ready.get();
    outgoing.ready = Optional.empty();
    long offset = outgoing.progress.bytes();
    outgoing.window = outgoing.window.onSent();
    outgoing.progress = outgoing.progress.sent(part.length());
    outgoing.receiver.tell(new Chunk(outgoing.stream, outgoing.window.sent(), offset, part));
    SendJob job = outgoing.job.orElseThrow();
    read(job, () -> new PartRead(job, job.read()));
  }

  private Behavior<ToReplicator> onTrailed(Trailed trailed) {
    current(trailed.job())
        .ifPresent(outgoing -> outgoing.receiver.tell(new End(outgoing.stream, trailed.trailer())));
    return this;
  }

  private Behavior<ToReplicator> onReadFailed(ReadFailed failed) {
    current(failed.job())
        .ifPresent(
            outgoing -> {
              outgoing.receiver.tell(new End(outgoing.stream, failed.job().brokenTrailer()));
              confirmed = Optional.empty();
              fail("reading the snapshot failed: " + failed.fault().getMessage());
            });
    return this;
  }

  // What the slave says.

  private Behavior<ToReplicator> onCredit(Credit credit) {
    current(credit.stream(), credit.from())
        .ifPresent(
            outgoing -> {
              outgoing.window = outgoing.window.onCredit(credit.upTo());
              pump(outgoing);
            });
    return this;
  }

  private Behavior<ToReplicator> onReceived(Received received) {
    current(received.stream(), received.from())
        .filter(outgoing -> outgoing.plan.isPresent())
        .ifPresent(
            outgoing -> {
              Version to = outgoing.plan.orElseThrow().to();
              if (!to.equals(received.version())) {
                confirmed = Optional.empty();
                fail("the slave received " + received.version() + " and not " + to);
                return;
              }
              confirmed = Optional.of(to);
              lag = lag.confirmed();
              backOff = backOff.succeeded();
              drop();
              advance();
            });
    return this;
  }

  private Behavior<ToReplicator> onRefused(Refused refused) {
    current(refused.stream(), refused.from())
        .ifPresent(
            outgoing -> {
              confirmed = Optional.empty();
              boolean newer = refused.promised().compareTo(parts.route().epoch()) > 0;
              if (refused.why() == Refusal.OLDER_EPOCH && newer) {
                drop();
                become(State.DEPOSED, "epoch " + refused.promised() + " is promised there");
                parts
                    .listener()
                    .tell(new NewerEpochSeen(parts.route().slave(), refused.promised()));
              } else {
                fail("refused: " + refused.why() + ": " + refused.text());
              }
            });
    return this;
  }

  private Behavior<ToReplicator> onFailed(Failed failed) {
    current(failed.stream(), failed.from())
        .ifPresent(
            outgoing -> {
              confirmed = Optional.empty();
              fail("failed there: " + failed.why() + ": " + failed.text());
            });
    return this;
  }

  private Behavior<ToReplicator> onTick(Tick tick) {
    current.ifPresent(
        outgoing -> {
          if (outgoing.progress.silentFor(settings.idleTimeout(), clock.nanos())) {
            outgoing.receiver.tell(new Abort(outgoing.stream, "no answer"));
            confirmed = Optional.empty();
            fail("no answer for " + settings.idleTimeout());
          } else if (outgoing.plan.isPresent()) {
            outgoing.receiver.tell(new StillSending(outgoing.stream, outgoing.window.sent()));
            report();
          }
        });
    return this;
  }

  private Behavior<ToReplicator> onRested(Rested rested) {
    if (state == State.RESTING) {
      advance();
    }
    return this;
  }

  private Behavior<ToReplicator> onPostStop(PostStop signal) {
    current
        .filter(outgoing -> outgoing.plan.isPresent())
        .ifPresent(
            outgoing -> outgoing.receiver.tell(new Abort(outgoing.stream, "the sender stops")));
    drop();
    return this;
  }

  // Helpers of the above.

  private Optional<Outgoing> current(StreamId stream, HostId from) {
    Optional<Outgoing> found =
        from.equals(parts.route().slave()) ? current(stream) : Optional.empty();
    found.ifPresent(outgoing -> outgoing.progress = outgoing.progress.heard(clock.nanos()));
    return found;
  }

  private Optional<Outgoing> current(StreamId stream) {
    return current.filter(outgoing -> outgoing.stream.equals(stream));
  }

  private Optional<Outgoing> current(SendJob job) {
    return current.filter(outgoing -> outgoing.job.map(j -> j == job).orElse(false));
  }

  private void fail(String why) {
    getContext().getLog().info("replication-failed slave={} reason={}", parts.route().slave(), why);
    drop();
    lag = lag.failed();
    rest(why);
  }

  private void rest(String why) {
    backOff = backOff.failed();
    timers.startSingleTimer(Rested.class, new Rested(), backOff.pause());
    become(State.RESTING, why);
  }

  /** Ends what runs here; the slave is told, or has told us, by other ways. */
  private void drop() {
    timers.cancel(Tick.class);
    current
        .flatMap(outgoing -> outgoing.job)
        .ifPresent(
            job ->
                storing.call(
                    () -> {
                      job.close();
                      return Boolean.TRUE;
                    }));
    current = Optional.empty();
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
                current.filter(o -> o.plan.isPresent()).map(outgoing -> outgoing.progress),
                detail));
  }

  private static Version version(SnapshotTaken taken) {
    return new Version(taken.snapshot().name(), taken.snapshot().guid());
  }
}
