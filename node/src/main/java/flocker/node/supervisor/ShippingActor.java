package flocker.node.supervisor;

import flocker.node.change.ChangeSource;
import flocker.node.change.SourceStatus;
import flocker.node.config.HostEntry;
import flocker.node.replication.ReplicatorActor;
import flocker.node.replication.ReplicatorEvent;
import flocker.node.snapshot.SnapshotActor;
import flocker.node.snapshot.SnapshotAnswer;
import flocker.node.snapshot.SnapshotFailed;
import flocker.node.snapshot.SnapshotTaken;
import flocker.node.storage.Snapshot;
import flocker.node.system.Host;
import flocker.node.time.Clocks;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.replication.ToReplicator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The snapshots of one epoch of this host and their way to the slaves: joins change source,
 * snapshotter and one replicator per slave. Made at a take-over, ended when the epoch is.
 */
public final class ShippingActor extends AbstractBehavior<ShippingActor.Command> {
  /** What it can be told. */
  public sealed interface Command {}

  /** Take a snapshot that is kept even if empty. */
  public record TakeNow(SnapshotMark mark, ActorRef<Taken> replyTo) implements Command {}

  /** Look for changes and send snapshots to the other hosts from now on. */
  public record Ship() implements Command {}

  /** Look for no more changes; snapshots that are asked for are taken and sent all the same. */
  public record StopChanges() implements Command {}

  /** Send nothing any more. */
  public record StopShipping() implements Command {}

  /** Answered when {@code host} has confirmed {@code position} or a newer one. */
  public record Await(HostId host, Position position, ActorRef<Reached> replyTo)
      implements Command {}

  /** End everything, then this actor. */
  public record Finish(ActorRef<Finished> replyTo) implements Command {}

  private record Answered(SnapshotAnswer answer, ActorRef<Taken> replyTo) implements Command {}

  private record New(SnapshotTaken taken) implements Command {}

  private record Reported(ReplicatorEvent report) implements Command {}

  private record Quiet(ActorRef<Finished> replyTo) implements Command {}

  /** What became of a snapshot that was asked for: one of the two. */
  public record Taken(Optional<Snapshot> snapshot, Optional<String> failure) {
    static Taken failed(String why) {
      return new Taken(Optional.empty(), Optional.of(why));
    }

    /** Where it stands. */
    public Optional<Position> position() {
      return snapshot.flatMap(Snapshot::position);
    }
  }

  /** The awaited position is confirmed. */
  public record Reached() {}

  /** Nothing is taken or sent any more. */
  public record Finished() {}

  /** What the supervisor is told. */
  public sealed interface Notice {}

  /** A snapshot of this host is durable. */
  public record PositionReached(Position position) implements Notice {}

  /** A replica's state changed. */
  public record ReplicaChanged(ReplicatorEvent.ReplicaStatus status) implements Notice {}

  /** How the change sources stand; none while no change is looked for. */
  public record SourcesChanged(List<SourceStatus> sources) implements Notice {
    public SourcesChanged {
      sources = List.copyOf(sources);
    }
  }

  private final Host host;
  private final LocalCopy copy;
  private final Epoch epoch;
  private final ActorRef<Notice> listener;
  private final ActorRef<SnapshotActor.Command> snapshots;
  private final Map<HostId, ActorRef<ToReplicator>> replicators = new HashMap<>();
  private final Map<HostId, ReplicatorEvent.ReplicaStatus> statuses = new HashMap<>();
  private final Map<HostId, Position> confirmed = new HashMap<>();
  private final List<Await> awaiting = new ArrayList<>();
  private Optional<ActorRef<ChangeSource>> source = Optional.empty();
  private Optional<SnapshotTaken> newest = Optional.empty();
  // Names an actor that may be made anew before the one before it has ended.
  private int looking;
  private boolean holding;

  static Behavior<Command> create(
      Host host, LocalCopy copy, Epoch epoch, long nextSequence, ActorRef<Notice> listener) {
    return Behaviors.setup(
        context -> new ShippingActor(context, host, copy, epoch, nextSequence, listener));
  }

  private ShippingActor(
      ActorContext<Command> context,
      Host host,
      LocalCopy copy,
      Epoch epoch,
      long nextSequence,
      ActorRef<Notice> listener) {
    super(context);
    this.host = host;
    this.copy = copy;
    this.epoch = epoch;
    this.listener = listener;
    SnapshotActor.Settings usual = SnapshotActor.Settings.DEFAULT;
    this.snapshots =
        context.spawn(
            SnapshotActor.create(
                new SnapshotActor.Settings(
                    host.config().snapshot().minGap(), usual.firstBackOff(), usual.maxBackOff()),
                copy.storage(),
                new SnapshotActor.Line(copy.dataset(), epoch, nextSequence),
                new Clocks(host.wallClock(), host.clock()),
                context.messageAdapter(SnapshotTaken.class, New::new)),
            "snapshots");
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(TakeNow.class, this::onTakeNow)
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(New.class, this::onNew)
        .onMessage(Reported.class, this::onReported)
        .onMessage(Ship.class, m -> onShip())
        .onMessage(StopChanges.class, m -> onStopChanges())
        .onMessage(StopShipping.class, m -> onStopShipping())
        .onMessage(Await.class, this::onAwait)
        .onMessage(Finish.class, this::onFinish)
        .onMessage(Quiet.class, this::onQuiet)
        .build();
  }

  private Behavior<Command> onTakeNow(TakeNow demand) {
    // Not an adapter of this actor: there may be several demands at once.
    ActorRef<Command> self = getContext().getSelf();
    ActorRef<SnapshotAnswer> answer =
        getContext()
            .spawnAnonymous(
                Behaviors.receive(SnapshotAnswer.class)
                    .onAnyMessage(
                        said -> {
                          self.tell(new Answered(said, demand.replyTo()));
                          return Behaviors.stopped();
                        })
                    .build());
    snapshots.tell(new SnapshotActor.TakeNow(demand.mark(), answer));
    return this;
  }

  private Behavior<Command> onAnswered(Answered answered) {
    if (answered.answer() instanceof SnapshotTaken taken) {
      answered.replyTo().tell(new Taken(Optional.of(taken.snapshot()), Optional.empty()));
    } else if (answered.answer() instanceof SnapshotFailed failed) {
      answered.replyTo().tell(Taken.failed(failed.why()));
    }
    return this;
  }

  private Behavior<Command> onNew(New event) {
    newest = Optional.of(event.taken());
    listener.tell(new PositionReached(event.taken().position()));
    replicators.values().forEach(r -> r.tell(new ReplicatorActor.Replicate(event.taken())));
    return this;
  }

  private Behavior<Command> onShip() {
    if (source.isEmpty()) {
      source =
          Optional.of(
              getContext()
                  .spawn(
                      host.changes(
                          copy,
                          change -> snapshots.tell(new SnapshotActor.ChangeSeen(change)),
                          sources -> listener.tell(new SourcesChanged(sources))),
                      "changes-" + ++looking));
    }
    for (HostEntry other : host.config().hosts()) {
      if (!other.witness() && !other.id().equals(host.config().self().id())) {
        replicators.computeIfAbsent(other.id(), this::replicator);
      }
    }
    return this;
  }

  private ActorRef<ToReplicator> replicator(HostId slave) {
    ActorRef<ToReplicator> replicator =
        getContext()
            .spawn(
                host.replicator(
                    copy,
                    epoch,
                    slave,
                    getContext().messageAdapter(ReplicatorEvent.class, Reported::new)),
                "replicator-" + slave);
    newest.ifPresent(taken -> replicator.tell(new ReplicatorActor.Replicate(taken)));
    return replicator;
  }

  private Behavior<Command> onReported(Reported reported) {
    if (reported.report() instanceof ReplicatorEvent.ReplicaStatus status) {
      statuses.put(status.slave(), status);
      hold(Backlog.full(statuses.values()));
      status.confirmed().ifPresent(position -> confirmed.put(status.slave(), position));
      listener.tell(new ReplicaChanged(status));
      answerAwaiting();
    } else if (reported.report() instanceof ReplicatorEvent.NewerEpochSeen newer) {
      getContext().getLog().info("newer-epoch-seen epoch={} newer={}", epoch, newer.epoch());
    }
    return this;
  }

  private void hold(boolean full) {
    if (full != holding) {
      holding = full;
      snapshots.tell(new SnapshotActor.Hold(full));
    }
  }

  private Behavior<Command> onAwait(Await await) {
    awaiting.add(await);
    answerAwaiting();
    return this;
  }

  private void answerAwaiting() {
    awaiting.removeIf(
        await -> {
          Position reached = confirmed.get(await.host());
          boolean there =
              reached != null
                  && reached.atLeast(await.position())
                  && (reached.compareTo(await.position()) > 0
                      || reached.guid().equals(await.position().guid()));
          if (there) {
            await.replyTo().tell(new Reached());
          }
          return there;
        });
  }

  private Behavior<Command> onStopChanges() {
    source.ifPresent(
        s -> {
          s.tell(new ChangeSource.Stop());
          listener.tell(new SourcesChanged(List.of()));
        });
    source = Optional.empty();
    return this;
  }

  private Behavior<Command> onStopShipping() {
    onStopChanges();
    replicators.values().forEach(getContext()::stop);
    replicators.clear();
    statuses.clear();
    hold(false);
    return this;
  }

  private Behavior<Command> onFinish(Finish finish) {
    onStopShipping();
    snapshots.tell(
        new SnapshotActor.Quiesce(
            getContext()
                .messageAdapter(
                    SnapshotActor.Quiesced.class, quiesced -> new Quiet(finish.replyTo()))));
    return this;
  }

  private Behavior<Command> onQuiet(Quiet quiet) {
    quiet.replyTo().tell(new Finished());
    return Behaviors.stopped();
  }
}
