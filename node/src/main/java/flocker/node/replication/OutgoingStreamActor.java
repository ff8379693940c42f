package flocker.node.replication;

import flocker.node.blocking.Blocking;
import flocker.node.storage.StorageFault;
import flocker.node.time.BootClock;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.replication.Payload;
import flocker.protocol.replication.Refusal;
import flocker.protocol.replication.ReplicationMessage.Abort;
import flocker.protocol.replication.ReplicationMessage.Begin;
import flocker.protocol.replication.ReplicationMessage.Chunk;
import flocker.protocol.replication.ReplicationMessage.Credit;
import flocker.protocol.replication.ReplicationMessage.End;
import flocker.protocol.replication.ReplicationMessage.Failed;
import flocker.protocol.replication.ReplicationMessage.FromSlave;
import flocker.protocol.replication.ReplicationMessage.Received;
import flocker.protocol.replication.ReplicationMessage.Refused;
import flocker.protocol.replication.ReplicationMessage.StillSending;
import flocker.protocol.replication.StreamId;
import flocker.protocol.replication.StreamPlan;
import flocker.protocol.replication.ToReceiver;
import flocker.protocol.replication.ToReplicator;
import flocker.protocol.replication.Trailer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream that goes out, from its {@code begin} to the slave's last word about it, of which the
 * {@link ReplicatorActor} is told. What waits for credit is one part; what was sent and is not with
 * the slave's storage yet, the slave's window bounds.
 */
final class OutgoingStreamActor extends AbstractBehavior<ToReplicator> {
  /** Off, unless FLOCKER_MEASURE=INFO: a line for each stream. */
  private static final Logger MEASURE = LoggerFactory.getLogger("flocker.measure");

  /** Told to the replicator now and then. */
  record Under(StreamId stream, StreamProgress progress) implements ReplicatorActor.Command {}

  /** The slave has it. */
  record Confirmed(StreamId stream) implements ReplicatorActor.Command {}

  /** It has ended otherwise. {@code newer}: the epoch that the slave has promised instead. */
  record Broken(StreamId stream, String why, Optional<Epoch> newer)
      implements ReplicatorActor.Command {}

  private record PartRead(Optional<Payload> part) implements ReplicatorActor.Command {}

  private record Trailed(Trailer trailer) implements ReplicatorActor.Command {}

  private record ReadFailed(StorageFault fault) implements ReplicatorActor.Command {}

  private record Tick() implements ReplicatorActor.Command {}

  private record Go() implements ReplicatorActor.Command {}

  /**
   * @param base the name of the snapshot that the stream builds on
   */
  record Parts(
      ReplicatorSettings settings,
      BootClock clock,
      StreamId stream,
      StreamPlan plan,
      Optional<SnapshotName> base,
      Ends ends) {}

  /** Where it comes from and where it goes. */
  record Ends(StreamBytes bytes, HostId slave, ActorRef<ToReceiver> receiver) {}

  private final TimerScheduler<ToReplicator> timers;
  private final Parts parts;
  private final StreamId stream;
  private final ActorRef<ToReceiver> receiver;
  private final ActorRef<? super ReplicatorActor.Command> parent;
  private final Blocking storing;
  private final StreamBytes job;

  private StreamProgress progress;
  private SendWindow window = SendWindow.CLOSED;
  private Ahead ahead = Ahead.NOTHING;
  // The part that is ready has been given its share of the host's bandwidth, and its time has come.
  private boolean paid;
  private Optional<Payload> ready = Optional.empty();
  private Optional<End> end = Optional.empty();
  private boolean over;

  private OutgoingStreamActor(
      ActorContext<ToReplicator> context,
      TimerScheduler<ToReplicator> timers,
      Parts parts,
      ActorRef<? super ReplicatorActor.Command> parent) {
    super(context);
    context.setLoggerName(OutgoingStreamActor.class);
    this.timers = timers;
    this.parts = parts;
    this.stream = parts.stream();
    this.receiver = parts.ends().receiver();
    this.parent = parent;
    this.storing =
        new Blocking(
            context
                .getSystem()
                .dispatchers()
                .lookup(DispatcherSelector.fromConfig("flocker.storage-dispatcher")));
    this.progress = StreamProgress.start(parts.clock().nanos(), parts.plan().estimatedBytes());
    this.job = parts.ends().bytes();
    timers.startTimerWithFixedDelay(new Tick(), parts.settings().heartbeat());
    receiver.tell(new Begin(stream, parts.plan(), context.getSelf().narrow()));
    read(
        () -> {
          job.open(parts.base(), parts.plan().to().name());
          return new PartRead(job.read());
        });
  }

  static Behavior<ToReplicator> create(
      Parts parts, ActorRef<? super ReplicatorActor.Command> parent) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new OutgoingStreamActor(context, timers, parts, parent)));
  }

  @Override
  public Receive<ToReplicator> createReceive() {
    return newReceiveBuilder()
        .onMessage(FromSlave.class, this::isForeign, message -> this)
        .onMessage(Credit.class, this::onCredit)
        .onMessage(Received.class, this::onReceived)
        .onMessage(Refused.class, this::onRefused)
        .onMessage(
            Failed.class, failed -> broken("failed there, " + failed.why() + ": " + failed.text()))
        .onMessage(PartRead.class, this::onPartRead)
        .onMessage(Trailed.class, this::onTrailed)
        .onMessage(ReadFailed.class, this::onReadFailed)
        .onMessage(Go.class, this::onGo)
        .onMessage(Tick.class, this::onTick)
        .onSignal(PostStop.class, this::onPostStop)
        .build();
  }

  private boolean isForeign(FromSlave message) {
    return !message.stream().equals(stream) || !message.from().equals(parts.ends().slave());
  }

  private void read(Callable<? extends ToReplicator> call) {
    getContext()
        .pipeToSelf(
            storing.call(call),
            (done, thrown) -> thrown == null ? done : new ReadFailed(StorageFault.of(thrown)));
  }

  private Behavior<ToReplicator> onPartRead(PartRead message) {
    if (message.part().isPresent()) {
      ready = message.part();
      pump();
    } else {
      read(() -> new Trailed(job.trailer()));
    }
    return this;
  }

  private void pump() {
    long now = parts.clock().nanos();
    if (ready.isPresent() && window.open() && ahead.room(now - progress.startedAt()) && pay(now)) {
      Payload part = ready.get();
      ready = Optional.empty();
      paid = false;
      ahead = ahead.onSent(part.length());
      long offset = progress.bytes();
      window = window.onSent();
      progress = progress.sent(part.length());
      receiver.tell(new Chunk(stream, window.sent(), offset, part));
      read(() -> new PartRead(job.read()));
    }
  }

  /** True if the part may go now; else it goes later. */
  private boolean pay(long now) {
    if (!paid && !timers.isTimerActive(Go.class)) {
      long at = job.take(parts.settings().bandwidth(), ready.orElseThrow().length(), now);
      paid = at <= now;
      if (!paid) {
        timers.startSingleTimer(Go.class, new Go(), Duration.ofNanos(at - now));
      }
    }
    return paid;
  }

  private Behavior<ToReplicator> onGo(Go go) {
    paid = true;
    pump();
    return this;
  }

  private Behavior<ToReplicator> onTrailed(Trailed trailed) {
    end = Optional.of(new End(stream, trailed.trailer()));
    receiver.tell(end.get());
    return this;
  }

  private Behavior<ToReplicator> onReadFailed(ReadFailed failed) {
    receiver.tell(new End(stream, job.brokenTrailer()));
    over = true;
    return broken("reading the snapshot failed: " + failed.fault().getMessage());
  }

  private Behavior<ToReplicator> onCredit(Credit credit) {
    progress = progress.heard(parts.clock().nanos());
    window = window.onCredit(credit.upTo());
    ahead = ahead.onWritten(credit.writtenBytes());
    pump();
    return this;
  }

  private Behavior<ToReplicator> onReceived(Received received) {
    over = true;
    if (!received.version().equals(parts.plan().to())) {
      return broken("the slave has " + received.version() + ", not " + parts.plan().to());
    }
    MEASURE.info(
        "replica-confirmed slave={} snapshot={} began={} at={} bytes={}",
        parts.ends().slave(),
        parts.plan().to().name(),
        progress.startedAt(),
        parts.clock().nanos(),
        progress.bytes());
    parent.tell(new Confirmed(stream));
    return Behaviors.stopped();
  }

  private Behavior<ToReplicator> onRefused(Refused refused) {
    over = true;
    boolean newer =
        refused.why() == Refusal.OLDER_EPOCH && refused.promised().compareTo(stream.epoch()) > 0;
    parent.tell(
        new Broken(
            stream,
            "refused, " + refused.why() + ": " + refused.text(),
            newer ? Optional.of(refused.promised()) : Optional.empty()));
    return Behaviors.stopped();
  }

  private Behavior<ToReplicator> onTick(Tick tick) {
    if (progress.silentFor(parts.settings().idleTimeout(), parts.clock().nanos())) {
      return broken("no answer for " + parts.settings().idleTimeout());
    }
    // The end is said again, for a broken connection may have lost it; both would wait for ever.
    receiver.tell(end.isPresent() ? end.get() : new StillSending(stream, window.sent()));
    parent.tell(new Under(stream, progress));
    return this;
  }

  private Behavior<ToReplicator> broken(String why) {
    parent.tell(new Broken(stream, why, Optional.empty()));
    return Behaviors.stopped();
  }

  private Behavior<ToReplicator> onPostStop(PostStop signal) {
    if (!over) {
      receiver.tell(new Abort(stream, "the sender stops"));
    }
    storing.call(
        () -> {
          job.close();
          return Boolean.TRUE;
        });
    return this;
  }
}
