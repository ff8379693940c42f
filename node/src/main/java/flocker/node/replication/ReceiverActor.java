package flocker.node.replication;

import flocker.node.blocking.Blocking;
import flocker.node.storage.StorageFault;
import flocker.node.time.Clocks;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.Position;
import flocker.protocol.replication.Failure;
import flocker.protocol.replication.Refusal;
import flocker.protocol.replication.ReplicationMessage;
import flocker.protocol.replication.ReplicationMessage.Abort;
import flocker.protocol.replication.ReplicationMessage.Begin;
import flocker.protocol.replication.ReplicationMessage.Chunk;
import flocker.protocol.replication.ReplicationMessage.Describe;
import flocker.protocol.replication.ReplicationMessage.End;
import flocker.protocol.replication.ReplicationMessage.FromSlave;
import flocker.protocol.replication.ReplicationMessage.Refused;
import flocker.protocol.replication.ReplicationMessage.StillSending;
import flocker.protocol.replication.ReplicationMessage.Versions;
import flocker.protocol.replication.SlaveVersions;
import flocker.protocol.replication.StreamId;
import flocker.protocol.replication.ToReceiver;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * A host's copy of one user system as its masters see it: one stream at a time, none from an older
 * epoch than this host has promised or holds, and none at all while the host is master itself.
 */
public final class ReceiverActor extends AbstractBehavior<ToReceiver> {
  /** What its own host tells it. */
  public interface Command extends ToReceiver {}

  /** Streams of older epochs end now and are refused from now on. */
  public record PromiseMade(Epoch epoch) implements Command {}

  /** Like {@link PromiseMade}, and answer when nothing of older streams goes on. */
  public record EndStreams(Epoch epoch, ActorRef<StreamsEnded> replyTo) implements Command {}

  /** {@code position} cannot change any more by a stream older than {@code epoch}. */
  public record StreamsEnded(Epoch epoch, Position position) {}

  /** This host becomes master: end all streams, refuse all from now on, and answer. */
  public record Occupy(ActorRef<Occupied> replyTo) implements Command {}

  /** The dataset is the supervisor's now. */
  public record Occupied(Position position) {}

  /**
   * This host is no longer master.
   *
   * @param mayBeDirty whether the dataset may hold writes that are in no snapshot
   */
  public record Vacate(boolean mayBeDirty) implements Command {}

  private record Described(Describe question, SlaveVersions have) implements Command {}

  private record NotDescribed(Describe question, StorageFault fault) implements Command {}

  private record Looked(CopyCare.Found found, Look look) implements Command {}

  private record NotLooked(StorageFault fault, Look look) implements Command {}

  /**
   * Look what the copy is.
   *
   * @param recover whether to put right first what was left unfinished
   */
  private record Look(boolean recover, Runnable then) implements Command {}

  /**
   * How things stand when it is made.
   *
   * @param occupied whether the host is master, by its journal
   * @param mayBeDirty see {@link Vacate}
   */
  public record Beginning(Epoch promised, boolean occupied, boolean mayBeDirty) {}

  private record Parts(
      ReceiverSettings settings,
      Copy copy,
      Beginning beginning,
      Clocks clocks,
      ActorRef<ReceiverEvent> listener) {}

  private record Running(StreamId stream, ActorRef<ToReceiver> actor) {}

  private final TimerScheduler<ToReceiver> timers;
  private final ReceiverSettings settings;
  private final Copy copy;
  private final Clocks clocks;
  private final ActorRef<ReceiverEvent> listener;
  private final Blocking storing;
  private final CopyCare care;
  private final CopyState state;
  private Floor floor;
  // A turn is a storage call of this actor, or a stream.
  private final Turns turns = new Turns();
  private Optional<Running> current = Optional.empty();

  private ReceiverActor(
      ActorContext<ToReceiver> context, TimerScheduler<ToReceiver> timers, Parts parts) {
    super(context);
    context.setLoggerName(ReceiverActor.class);
    this.timers = timers;
    this.settings = parts.settings();
    this.copy = parts.copy();
    this.clocks = parts.clocks();
    this.listener = parts.listener();
    this.storing =
        new Blocking(
            context
                .getSystem()
                .dispatchers()
                .lookup(DispatcherSelector.fromConfig("flocker.storage-dispatcher")));
    this.care = new CopyCare(copy, clocks.wall());
    this.floor = Floor.at(parts.beginning().promised());
    this.state = new CopyState(parts.beginning().occupied(), parts.beginning().mayBeDirty());
    if (state.unsettled) {
      turns.take(this::settle);
    }
  }

  public static Behavior<ToReceiver> create(
      ReceiverSettings settings,
      Copy copy,
      Beginning beginning,
      Clocks clocks,
      ActorRef<ReceiverEvent> listener) {
    Parts parts = new Parts(settings, copy, beginning, clocks, listener);
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new ReceiverActor(context, timers, parts)));
  }

  @Override
  public Receive<ToReceiver> createReceive() {
    return newReceiveBuilder()
        .onMessage(Chunk.class, this::toStream)
        .onMessage(StillSending.class, this::toStream)
        .onMessage(End.class, this::toStream)
        .onMessage(Abort.class, this::toStream)
        .onMessage(Describe.class, this::onDescribe)
        .onMessage(Begin.class, this::onBegin)
        .onMessage(IncomingStreamActor.Over.class, this::onOver)
        .onMessage(PromiseMade.class, this::onPromiseMade)
        .onMessage(EndStreams.class, this::onEndStreams)
        .onMessage(Occupy.class, this::onOccupy)
        .onMessage(Vacate.class, this::onVacate)
        .onMessage(Described.class, this::onDescribed)
        .onMessage(NotDescribed.class, this::onNotDescribed)
        .onMessage(Look.class, this::look)
        .onMessage(Looked.class, this::onLooked)
        .onMessage(NotLooked.class, this::onNotLooked)
        .build();
  }

  // What masters say.

  private Behavior<ToReceiver> toStream(ReplicationMessage.FromMaster message) {
    current
        .filter(running -> running.stream().equals(message.stream()))
        .ifPresentOrElse(
            running -> running.actor().tell(message),
            () -> listener.tell(ReceiverEvent.Refused.of(Refusal.UNKNOWN_STREAM)));
    return this;
  }

  private Behavior<ToReceiver> onDescribe(Describe question) {
    return whenFree(question.stream(), question.replyTo(), () -> describe(question));
  }

  private Behavior<ToReceiver> onBegin(Begin begin) {
    return whenFree(begin.stream(), begin.replyTo(), () -> begin(begin));
  }

  /** Looked at when it comes and again when its turn has come: an epoch may have passed. */
  private Behavior<ToReceiver> whenFree(
      StreamId stream, ActorRef<FromSlave> replyTo, Runnable then) {
    if (current.map(running -> running.stream().equals(stream)).orElse(false)) {
      return this; // said twice
    }
    if (admits(stream, replyTo)) {
      cancel(Failure.SUPERSEDED, "a newer stream came");
      whenFree(
          () -> {
            if (admits(stream, replyTo)) {
              then.run();
            }
          });
    }
    return this;
  }

  private boolean admits(StreamId stream, ActorRef<FromSlave> replyTo) {
    Optional<Refusal> refusal = admission().refuse(stream);
    if (refusal.isPresent()) {
      getContext().getLog().info("stream-refused stream={} reason={}", stream, refusal.get());
      refuse(stream, replyTo, refusal.get(), "the copy here is at " + state.position);
      return false;
    }
    floor = floor.seen(stream.epoch());
    return true;
  }

  private void refuse(StreamId stream, ActorRef<FromSlave> replyTo, Refusal why, String text) {
    listener.tell(ReceiverEvent.Refused.of(why));
    replyTo.tell(new Refused(stream, copy.host(), why, admission().oldest(), text));
  }

  private Admission admission() {
    return new Admission(
        copy.system(),
        floor.oldest(),
        state.position,
        state.admission(),
        current.map(Running::stream));
  }

  private void describe(Describe question) {
    turns.keep();
    boolean modified = state.modified;
    boolean mayBeDirty = state.mayBeDirty;
    getContext()
        .pipeToSelf(
            storing.call(() -> care.have(modified, mayBeDirty)),
            (have, thrown) ->
                thrown == null
                    ? new Described(question, have)
                    : new NotDescribed(question, StorageFault.of(thrown)));
  }

  private Behavior<ToReceiver> onDescribed(Described described) {
    state.mayBeDirty = false;
    state.modified = false;
    Describe question = described.question();
    question.replyTo().tell(new Versions(question.stream(), copy.host(), described.have()));
    turns.giveBack();
    return this;
  }

  private Behavior<ToReceiver> onNotDescribed(NotDescribed not) {
    Describe question = not.question();
    String text = String.valueOf(not.fault().getMessage());
    refuse(question.stream(), question.replyTo(), Refusal.NOT_READY, text);
    turns.giveBack();
    return this;
  }

  private void begin(Begin begin) {
    ReceiveJob job = care.receive(begin.plan());
    ActorRef<ToReceiver> actor =
        getContext()
            .spawnAnonymous(
                IncomingStreamActor.create(
                    new IncomingStreamActor.Parts(
                        settings, copy.host(), clocks.boot(), begin, floor.oldest(), job),
                    getContext().getSelf()));
    turns.keep();
    current = Optional.of(new Running(begin.stream(), actor));
  }

  private Behavior<ToReceiver> onOver(IncomingStreamActor.Over over) {
    current = Optional.empty();
    state.modified |= over.modified();
    over.result()
        .ifPresent(
            result -> {
              result.stash().ifPresent(stash -> listener.tell(new ReceiverEvent.StashMade(stash)));
              moveTo(result.version().position().orElse(state.position));
            });
    over.answer().ifPresent(answer -> over.begin().replyTo().tell(answer));
    over.answer().flatMap(ReceiverEvent.Refused::said).ifPresent(listener::tell);
    if (over.result().isEmpty()) {
      // It may have ended anywhere: only storage knows what the copy is now.
      settle();
    } else {
      turns.giveBack();
    }
    return this;
  }

  // What this host says.

  private Behavior<ToReceiver> onPromiseMade(PromiseMade promise) {
    floor = floor.promised(promise.epoch());
    cancelOlder();
    return this;
  }

  private Behavior<ToReceiver> onEndStreams(EndStreams end) {
    floor = floor.ends(end.epoch());
    cancelOlder();
    tellPosition(() -> end.replyTo().tell(new StreamsEnded(end.epoch(), state.position)));
    return this;
  }

  private Behavior<ToReceiver> onOccupy(Occupy occupy) {
    state.occupied = true;
    cancel(Failure.SUPERSEDED, "this host becomes master");
    tellPosition(() -> occupy.replyTo().tell(new Occupied(state.position)));
    return this;
  }

  private Behavior<ToReceiver> onVacate(Vacate vacate) {
    state.mayBeDirty |= vacate.mayBeDirty();
    if (state.occupied) {
      state.occupied = false;
      state.unsettled = true;
      whenFree(this::settle);
    }
    return this;
  }

  private void cancelOlder() {
    current
        .filter(running -> running.stream().epoch().compareTo(floor.oldest()) < 0)
        .ifPresent(old -> cancel(Failure.SUPERSEDED, "epoch " + floor.oldest() + " begins"));
  }

  private void cancel(Failure why, String text) {
    current.ifPresent(running -> running.actor().tell(new IncomingStreamActor.Cancel(why, text)));
  }

  /** When nothing runs: a slave's position is known then, a master's is storage's to say. */
  private void tellPosition(Runnable tell) {
    whenFree(
        () -> {
          if (state.occupied) {
            look(new Look(false, tell));
          } else {
            tell.run();
          }
        });
  }

  // Looking what the copy is.

  /** Until it is done nothing else is, and nothing is told of the copy. */
  private void settle() {
    look(new Look(true, () -> listener.tell(new ReceiverEvent.PositionChanged(state.position))));
  }

  private Behavior<ToReceiver> look(Look look) {
    turns.keep();
    getContext()
        .pipeToSelf(
            storing.call(() -> care.look(look.recover())),
            (found, thrown) ->
                thrown == null
                    ? new Looked(found, look)
                    : new NotLooked(StorageFault.of(thrown), look));
    return this;
  }

  private Behavior<ToReceiver> onLooked(Looked looked) {
    state.unsettled = false;
    state.position = looked.found().position();
    if (looked.found().recovery() != Stasher.Recovery.NOTHING) {
      getContext()
          .getLog()
          .info("stash-recovered dataset={} outcome={}", copy.dataset(), looked.found().recovery());
    }
    looked.look().then().run();
    turns.giveBack();
    return this;
  }

  private Behavior<ToReceiver> onNotLooked(NotLooked not) {
    state.unsettled = true;
    getContext()
        .getLog()
        .warn(
            "copy-unknown dataset={} reason={}; nothing is told of it, tried again in {}",
            copy.dataset(),
            not.fault().getMessage(),
            settings.retry());
    timers.startSingleTimer(Look.class, not.look(), settings.retry());
    return this;
  }

  private void moveTo(Position now) {
    state.position = now;
    listener.tell(new ReceiverEvent.PositionChanged(now));
  }

  private void whenFree(Runnable then) {
    if (!turns.take(then)) {
      getContext().getLog().warn("receiver-busy dataset={}; a message is dropped", copy.dataset());
    }
  }
}
