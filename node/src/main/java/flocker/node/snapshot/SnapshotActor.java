package flocker.node.snapshot;

import flocker.node.blocking.Blocking;
import flocker.node.change.ChangeDetected;
import flocker.node.storage.Dataset;
import flocker.node.storage.Increment;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.storage.TakenSnapshot;
import flocker.node.time.Clocks;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.id.SnapshotName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the snapshots of one user filesystem during one epoch of this host as master. */
public final class SnapshotActor extends AbstractBehavior<SnapshotActor.Command> {
  /** Off, unless FLOCKER_MEASURE=INFO: a line for each snapshot. */
  private static final Logger MEASURE = LoggerFactory.getLogger("flocker.measure");

  /** What it can be told. */
  public interface Command {}

  /** A change source has noticed something. */
  public record ChangeSeen(ChangeDetected change) implements Command {}

  /**
   * Take one that begins after this, at once, and keep it even if it is empty.
   *
   * @param mark why, and what is said of it; part of its name
   */
  public record TakeNow(SnapshotMark mark, ActorRef<SnapshotAnswer> replyTo) implements Command {}

  /** Finish the one that is being taken and take no more, whatever is asked. */
  public record Quiesce(ActorRef<Quiesced> replyTo) implements Command {}

  /** None is being taken and none will be. */
  public record Quiesced() {}

  /** Whether the slaves have enough to do: then another snapshot would only wait behind others. */
  public record Hold(boolean held) implements Command {}

  private record Wake() implements Command {}

  private record Taken(Outcome outcome) implements Command {}

  private record NotTaken(StorageFault fault) implements Command {}

  /**
   * @param written empty ones are false; where that could not be found out, true
   * @param kept whether it still exists
   */
  private record Outcome(
      Snapshot snapshot, boolean written, boolean kept, Optional<Increment> increment) {}

  /**
   * @param minGap least time between two starts
   * @param firstBackOff after a failure; doubles up to {@code maxBackOff}
   */
  public record Settings(Duration minGap, Duration firstBackOff, Duration maxBackOff) {
    /** 50 ms between two; 250 ms to 10 s after failures. */
    public static final Settings DEFAULT =
        new Settings(Duration.ofMillis(50), Duration.ofMillis(250), Duration.ofSeconds(10));
  }

  /** Which snapshots: those of {@code epoch} from {@code nextSequence} on. */
  public record Line(Dataset dataset, Epoch epoch, long nextSequence) {}

  private record Parts(
      Settings settings,
      Storage storage,
      Line line,
      Clocks clocks,
      ActorRef<SnapshotTaken> listener) {}

  private final TimerScheduler<Command> timers;
  private final Storage storage;
  private final Blocking storing;
  private final Line line;
  private final Clocks clocks;
  private final ActorRef<SnapshotTaken> listener;

  private Debounce debounce;
  private long nextSequence;
  private long startedAt;
  // The newest kept snapshot of the dataset, as far as this actor knows; empty: not looked yet.
  private Optional<SnapshotName> newest = Optional.empty();
  // A failed one may be there all the same, and nobody was told of it: the next one is told.
  private boolean doubtful;
  // What the running snapshot answers, and what the next one will.
  private List<ChangeDetected.Feedback> feedbacks = new ArrayList<>();
  private List<ChangeDetected.Feedback> laterFeedbacks = new ArrayList<>();
  private List<TakeNow> demands = new ArrayList<>();
  private List<TakeNow> laterDemands = new ArrayList<>();
  private Optional<ActorRef<Quiesced>> quiescing = Optional.empty();

  private SnapshotActor(
      ActorContext<Command> context, TimerScheduler<Command> timers, Parts parts) {
    super(context);
    context.setLoggerName(SnapshotActor.class);
    this.timers = timers;
    this.storage = parts.storage();
    this.storing =
        new Blocking(
            context
                .getSystem()
                .dispatchers()
                .lookup(DispatcherSelector.fromConfig("flocker.storage-dispatcher")));
    this.line = parts.line();
    this.clocks = parts.clocks();
    this.listener = parts.listener();
    this.nextSequence = line.nextSequence();
    Settings settings = parts.settings();
    this.debounce =
        Debounce.idle(
            new Debounce.Limits(settings.minGap(), settings.firstBackOff(), settings.maxBackOff()));
  }

  public static Behavior<Command> create(
      Settings settings,
      Storage storage,
      Line line,
      Clocks clocks,
      ActorRef<SnapshotTaken> listener) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new SnapshotActor(
                        context, timers, new Parts(settings, storage, line, clocks, listener))));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(ChangeSeen.class, this::onChangeSeen)
        .onMessage(TakeNow.class, this::onTakeNow)
        .onMessage(Quiesce.class, this::onQuiesce)
        .onMessage(Hold.class, this::onHold)
        .onMessage(Wake.class, this::onWake)
        .onMessage(Taken.class, this::onTaken)
        .onMessage(NotTaken.class, this::onNotTaken)
        .build();
  }

  private Behavior<Command> onChangeSeen(ChangeSeen seen) {
    if (quiescing.isEmpty()) {
      laterFeedbacks.add(seen.change().feedback());
      perform(debounce.onChange(clocks.boot().nanos()));
    }
    return this;
  }

  private Behavior<Command> onTakeNow(TakeNow demand) {
    if (quiescing.isPresent()) {
      demand.replyTo().tell(new SnapshotFailed("no more snapshots are taken of this epoch here"));
      return this;
    }
    laterDemands.add(demand);
    perform(debounce.onUrgent(clocks.boot().nanos()));
    return this;
  }

  private Behavior<Command> onQuiesce(Quiesce quiesce) {
    quiescing = Optional.of(quiesce.replyTo());
    laterDemands.forEach(
        demand -> demand.replyTo().tell(new SnapshotFailed("snapshots of this epoch end here")));
    laterDemands.clear();
    laterFeedbacks.clear();
    timers.cancelAll();
    if (!debounce.snapshotting()) {
      quiesce.replyTo().tell(new Quiesced());
    }
    return this;
  }

  private Behavior<Command> onHold(Hold hold) {
    if (quiescing.isEmpty()) {
      perform(debounce.onHold(hold.held(), clocks.boot().nanos()));
    }
    return this;
  }

  private Behavior<Command> onWake(Wake wake) {
    if (quiescing.isEmpty()) {
      perform(debounce.onWake(clocks.boot().nanos()));
    }
    return this;
  }

  private Behavior<Command> onTaken(Taken taken) {
    Outcome outcome = taken.outcome();
    doubtful = false;
    if (outcome.kept()) {
      newest = Optional.of(outcome.snapshot().name());
      SnapshotTaken told =
          new SnapshotTaken(
              outcome.snapshot(),
              outcome.snapshot().position().orElseThrow(),
              startedAt,
              outcome.increment());
      listener.tell(told);
      MEASURE.info(
          "snapshot-taken snapshot={} began={} at={}",
          outcome.snapshot().name(),
          startedAt,
          clocks.boot().nanos());
      for (TakeNow demand : demands) {
        getContext()
            .getLog()
            .info(
                "snapshot-demanded reason={} snapshot={}", demand.mark().reason(), told.position());
        demand.replyTo().tell(told);
      }
    }
    feedbacks.forEach(feedback -> feedback.settled(outcome.written()));
    demands.clear();
    feedbacks.clear();
    return ended(debounce.onTaken(clocks.boot().nanos()));
  }

  private Behavior<Command> onNotTaken(NotTaken notTaken) {
    StorageFault fault = notTaken.fault();
    getContext()
        .getLog()
        .warn(
            "snapshot-failed dataset={} epoch={} failures={} reason={}; it will be tried again",
            line.dataset(),
            line.epoch(),
            debounce.failures() + 1,
            fault.getMessage());
    demands.forEach(demand -> demand.replyTo().tell(new SnapshotFailed(fault.getMessage())));
    demands.clear();
    laterFeedbacks.addAll(0, feedbacks);
    feedbacks.clear();
    doubtful = true;
    return ended(debounce.onFailed(clocks.boot().nanos()));
  }

  private Behavior<Command> ended(Debounce.Step step) {
    if (quiescing.isPresent()) {
      debounce = Debounce.idle(debounce.limits());
      quiescing.get().tell(new Quiesced());
    } else {
      perform(step);
    }
    return this;
  }

  private void perform(Debounce.Step step) {
    debounce = step.next();
    long now = clocks.boot().nanos();
    step.wakeAt()
        .ifPresent(
            at ->
                timers.startSingleTimer(
                    Wake.class, new Wake(), Duration.ofNanos(Math.max(0, at - now))));
    if (step.start()) {
      start(now);
    }
  }

  private void start(long now) {
    startedAt = now;
    feedbacks = laterFeedbacks;
    laterFeedbacks = new ArrayList<>();
    Demands due = Demands.of(laterDemands.stream().map(TakeNow::mark).toList());
    demands = new ArrayList<>(laterDemands.subList(0, due.count()));
    laterDemands = new ArrayList<>(laterDemands.subList(due.count(), laterDemands.size()));
    // Used up now, whatever becomes of it.
    SnapshotName name =
        SnapshotName.of(line.epoch(), nextSequence, clocks.wall().get(), due.mark());
    nextSequence++;
    boolean keepEmpty = doubtful || !demands.isEmpty();
    Optional<SnapshotName> before = newest;
    getContext()
        .pipeToSelf(
            storing.call(() -> take(name, before, keepEmpty)),
            (outcome, thrown) ->
                thrown == null ? new Taken(outcome) : new NotTaken(StorageFault.of(thrown)));
    if (!laterDemands.isEmpty()) {
      perform(debounce.onUrgent(now));
    }
  }

  /** Blocks. */
  private Outcome take(SnapshotName name, Optional<SnapshotName> known, boolean keepEmpty)
      throws StorageFault {
    Optional<SnapshotName> before =
        known.isPresent() ? known : storage.newest(line.dataset()).map(Snapshot::name);
    if (before.isEmpty()) {
      Snapshot first = storage.snapshot(line.dataset(), name);
      return new Outcome(first, true, true, Optional.empty());
    }
    TakenSnapshot taken = storage.snapshotAfter(line.dataset(), before.get(), name);
    if (keepEmpty || taken.written()) {
      return new Outcome(taken.snapshot(), true, true, taken.increment());
    }
    boolean dropped = false;
    try {
      storage.destroySnapshot(line.dataset(), name);
      dropped = true;
    } catch (StorageFault e) {
      // Whether it is gone is not known: then it must be looked at and, if it is there, kept.
      // Nobody has been told of it yet, so both are right.
      dropped = storage.snapshots(line.dataset()).stream().noneMatch(s -> s.name().equals(name));
    }
    return new Outcome(taken.snapshot(), !dropped, !dropped, taken.increment());
  }
}
