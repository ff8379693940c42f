package flocker.node.replication;

import flocker.node.blocking.Blocking;
import flocker.node.storage.StorageFault;
import flocker.node.time.BootClock;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.replication.Failure;
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
import flocker.protocol.replication.ToReceiver;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One stream that comes in. Lives from its {@code begin} until nothing of it runs any more, and
 * then tells the {@link ReceiverActor} how it ended and what to answer.
 */
final class IncomingStreamActor extends AbstractBehavior<ToReceiver> {
  /** Give up, and say why to the sender. */
  record Cancel(Failure why, String text) implements ReceiverActor.Command {}

  /**
   * Nothing of it runs any more.
   *
   * @param answer for the sender
   * @param result present if all is durable
   * @param modified storage said that the copy was written to since its newest snapshot
   */
  record Over(
      Begin begin, Optional<FromSlave> answer, Optional<ReceiveJob.Result> result, boolean modified)
      implements ReceiverActor.Command {}

  private record Opened(boolean planFits) implements ReceiverActor.Command {}

  private record Written(int bytes) implements ReceiverActor.Command {}

  private record Finished(ReceiveJob.Result result) implements ReceiverActor.Command {}

  private record Broken(Throwable cause) implements ReceiverActor.Command {}

  private record Closed() implements ReceiverActor.Command {}

  private record Tick() implements ReceiverActor.Command {}

  /** What it needs. {@code floor}: the epoch to name in a refusal. */
  record Parts(
      ReceiverSettings settings,
      HostId host,
      BootClock clock,
      Begin begin,
      Epoch floor,
      ReceiveJob job) {}

  private final Parts parts;
  private final Begin begin;
  private final ReceiveJob job;
  private final ActorRef<? super Over> parent;
  private final Blocking storing;

  // Invariant: one blocking call at a time, but for cancel(); what waits for it is in the queue,
  // which the window bounds.
  private final Queue<Payload> queue = new ArrayDeque<>();
  private Optional<End> end = Optional.empty();
  private boolean calling = true;
  private boolean finishing;
  private Optional<FromSlave> failure = Optional.empty();
  private boolean failed;
  private boolean modified;
  private ChunkOrder order;
  private long written;
  private long writtenBytes;
  private long heardAt;

  private IncomingStreamActor(
      ActorContext<ToReceiver> context,
      TimerScheduler<ToReceiver> timers,
      Parts parts,
      ActorRef<? super Over> parent) {
    super(context);
    context.setLoggerName(IncomingStreamActor.class);
    this.parts = parts;
    this.begin = parts.begin();
    this.job = parts.job();
    this.parent = parent;
    this.storing =
        new Blocking(
            context
                .getSystem()
                .dispatchers()
                .lookup(DispatcherSelector.fromConfig("flocker.storage-dispatcher")));
    this.order = ChunkOrder.START.grant(parts.settings().windowChunks());
    this.heardAt = parts.clock().nanos();
    timers.startTimerWithFixedDelay(new Tick(), parts.settings().heartbeat());
    context.pipeToSelf(
        storing.call(job::open),
        (fits, thrown) -> thrown == null ? new Opened(fits) : new Broken(thrown));
    grant();
  }

  static Behavior<ToReceiver> create(Parts parts, ActorRef<? super Over> parent) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new IncomingStreamActor(context, timers, parts, parent)));
  }

  @Override
  public Receive<ToReceiver> createReceive() {
    return newReceiveBuilder()
        .onMessage(Chunk.class, this::onChunk)
        .onMessage(StillSending.class, this::onStillSending)
        .onMessage(End.class, this::onEnd)
        .onMessage(Abort.class, this::onAbort)
        .onMessage(Cancel.class, cancel -> fail(cancel.why(), cancel.text()))
        .onMessage(Opened.class, this::onOpened)
        .onMessage(Written.class, this::onWritten)
        .onMessage(Finished.class, this::onFinished)
        .onMessage(Broken.class, this::onBroken)
        .onMessage(Closed.class, this::onClosed)
        .onMessage(Tick.class, this::onTick)
        .build();
  }

  private Behavior<ToReceiver> onChunk(Chunk chunk) {
    if (failed) {
      return this;
    }
    heard();
    Optional<Failure> refusal =
        end.isPresent() ? Optional.of(Failure.REPLAY) : order.refuse(chunk, Payload.MAX_BYTES);
    if (refusal.isPresent()) {
      return fail(
          refusal.get(),
          "chunk " + chunk.number() + " at " + chunk.offset() + " came, due was " + order);
    }
    order = order.accepted(chunk);
    queue.add(chunk.payload());
    return next();
  }

  /** Says how many chunks were sent before it: a broken connection may have lost the last ones. */
  private Behavior<ToReceiver> onStillSending(StillSending message) {
    if (!failed && order.next() <= message.sent()) {
      return fail(Failure.GAP, message.sent() + " chunks were sent, and due is still " + order);
    }
    return heard();
  }

  private Behavior<ToReceiver> onEnd(End message) {
    heard();
    if (end.isEmpty()) {
      end = Optional.of(message);
    }
    return next();
  }

  private Behavior<ToReceiver> onAbort(Abort abort) {
    return failWith(Optional.empty(), "the sender gave up: " + abort.why());
  }

  private Behavior<ToReceiver> heard() {
    heardAt = parts.clock().nanos();
    return this;
  }

  /** Begins the next blocking call, if none runs. */
  private Behavior<ToReceiver> next() {
    if (calling || failed || finishing) {
      return this;
    }
    if (!queue.isEmpty()) {
      Payload part = queue.remove();
      call(
          () -> {
            job.write(part);
            return new Written(part.length());
          });
    } else if (end.isPresent()) {
      finishing = true;
      call(() -> finish(end.get()));
    }
    return this;
  }

  /** Blocks. */
  private ToReceiver finish(End message) throws StorageFault {
    ReceiveJob.Result result = job.finish(message.trailer());
    job.end();
    return new Finished(result);
  }

  private void call(Callable<? extends ToReceiver> call) {
    calling = true;
    getContext()
        .pipeToSelf(
            storing.call(call), (done, thrown) -> thrown == null ? done : new Broken(thrown));
  }

  private Behavior<ToReceiver> onOpened(Opened opened) {
    calling = false;
    if (failed) {
      return close();
    }
    if (!opened.planFits()) {
      return failWith(
          Optional.of(
              new Refused(
                  begin.stream(),
                  parts.host(),
                  Refusal.STALE_PLAN,
                  parts.floor(),
                  "the copy is not what the plan was made for")),
          "stale plan");
    }
    return next();
  }

  private Behavior<ToReceiver> onWritten(Written message) {
    calling = false;
    if (failed) {
      return close();
    }
    written++;
    writtenBytes += message.bytes();
    order = order.grant(written + parts.settings().windowChunks());
    grant();
    return next();
  }

  private Behavior<ToReceiver> onFinished(Finished finished) {
    ReceiveJob.Result result = finished.result();
    Received answer = new Received(begin.stream(), parts.host(), result.version());
    parent.tell(new Over(begin, Optional.of(answer), Optional.of(result), false));
    return Behaviors.stopped();
  }

  private Behavior<ToReceiver> onBroken(Broken broken) {
    calling = false;
    if (failed) {
      return close();
    }
    Throwable cause = Blocking.cause(broken.cause());
    if (cause instanceof StreamFault fault) {
      return fail(fault.failure(), fault.getMessage());
    }
    StorageFault fault = StorageFault.of(cause);
    modified = fault.kind() == StorageFault.Kind.MODIFIED;
    return fail(
        fault.kind() == StorageFault.Kind.NO_SPACE ? Failure.NO_SPACE : Failure.STORAGE,
        fault.getMessage());
  }

  private Behavior<ToReceiver> fail(Failure why, String text) {
    return failWith(Optional.of(new Failed(begin.stream(), parts.host(), why, text)), text);
  }

  private Behavior<ToReceiver> failWith(Optional<FromSlave> answer, String text) {
    if (failed) {
      return this;
    }
    failed = true;
    failure = answer;
    queue.clear();
    getContext()
        .getLog()
        .warn(
            "stream-failed stream={} reason={} answer={}; nothing of it is kept",
            begin.stream(),
            text,
            answer.map(message -> message.getClass().getSimpleName()).orElse("none"));
    if (!calling) {
      return close();
    }
    // Something blocks in storage: closing the pipe under it makes it return.
    storing.call(
        () -> {
          job.cancel();
          return Boolean.TRUE;
        });
    return this;
  }

  private Behavior<ToReceiver> close() {
    calling = true;
    call(
        () -> {
          job.end();
          return new Closed();
        });
    return this;
  }

  private Behavior<ToReceiver> onClosed(Closed closed) {
    parent.tell(new Over(begin, failure, Optional.empty(), modified));
    return Behaviors.stopped();
  }

  private Behavior<ToReceiver> onTick(Tick tick) {
    if (failed) {
      return this;
    }
    long silence = parts.clock().nanos() - heardAt;
    if (end.isEmpty() && silence > parts.settings().idleTimeout().toNanos()) {
      return fail(Failure.SILENCE, "the sender was silent for " + silence / 1_000_000 + " ms");
    }
    grant();
    return this;
  }

  private void grant() {
    begin.replyTo().tell(new Credit(begin.stream(), parts.host(), order.granted(), writtenBytes));
  }
}
