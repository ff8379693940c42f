package flocker.node.retention;

import flocker.node.blocking.Blocking;
import flocker.node.storage.Dataset;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** Thins the snapshots of one copy, a few every round, so that other work hardly waits for it. */
public final class ThinningActor extends AbstractBehavior<ThinningActor.Command> {
  /** What it can be told. */
  public sealed interface Command {}

  /** What the slaves have confirmed last, as far as this host knows. */
  public record Bases(Set<SnapshotGuid> guids) implements Command {
    public Bases {
      guids = Set.copyOf(guids);
    }
  }

  private record RoundEnded(int destroyed, String trouble) implements Command {}

  private enum Round implements Command {
    INSTANCE
  }

  private static final Duration EVERY = Duration.ofSeconds(15);
  private static final int AT_ONCE = 20;

  private final Thinning thinning;
  private final Storage storage;
  private final Dataset dataset;
  private final Blocking storing;
  private Set<SnapshotGuid> bases = Set.of();
  private boolean busy;

  /** Of one copy, while its tree lives. */
  public static Behavior<Command> create(Thinning thinning, Storage storage, Dataset dataset) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new ThinningActor(context, timers, thinning, storage, dataset)));
  }

  private ThinningActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Thinning thinning,
      Storage storage,
      Dataset dataset) {
    super(context);
    this.thinning = thinning;
    this.storage = storage;
    this.dataset = dataset;
    this.storing =
        new Blocking(
            context
                .getSystem()
                .dispatchers()
                .lookup(DispatcherSelector.fromConfig("flocker.storage-dispatcher")));
    timers.startTimerWithFixedDelay(Round.INSTANCE, Round.INSTANCE, EVERY);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Bases.class, this::onBases)
        .onMessageEquals(Round.INSTANCE, this::onRound)
        .onMessage(RoundEnded.class, this::onRoundEnded)
        .build();
  }

  private Behavior<Command> onBases(Bases told) {
    bases = told.guids();
    return this;
  }

  private Behavior<Command> onRound() {
    if (!busy) {
      busy = true;
      Set<SnapshotGuid> keep = bases;
      getContext()
          .pipeToSelf(
              storing.call(() -> round(keep)),
              (destroyed, thrown) ->
                  thrown == null
                      ? new RoundEnded(destroyed, "")
                      : new RoundEnded(0, String.valueOf(thrown.getMessage())));
    }
    return this;
  }

  /** Blocks. */
  private int round(Set<SnapshotGuid> keep) throws StorageFault {
    if (!storage.exists(dataset)) {
      return 0;
    }
    List<SnapshotName> plan = thinning.plan(storage.snapshots(dataset), keep);
    int destroyed = 0;
    for (SnapshotName name : plan.subList(0, Math.min(plan.size(), AT_ONCE))) {
      try {
        storage.destroySnapshot(dataset, name);
        destroyed++;
      } catch (StorageFault fault) {
        if (fault.kind() != StorageFault.Kind.HAS_DEPENDENTS
            && fault.kind() != StorageFault.Kind.BUSY
            && fault.kind() != StorageFault.Kind.NOT_FOUND) {
          throw fault;
        }
      }
    }
    return destroyed;
  }

  private Behavior<Command> onRoundEnded(RoundEnded ended) {
    busy = false;
    if (!ended.trouble().isEmpty()) {
      getContext().getLog().warn("thinning-failed dataset={} {}", dataset, ended.trouble());
    } else if (ended.destroyed() > 0) {
      getContext().getLog().debug("thinned dataset={} snapshots={}", dataset, ended.destroyed());
    }
    return this;
  }
}
