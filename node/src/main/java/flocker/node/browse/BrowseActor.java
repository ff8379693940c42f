package flocker.node.browse;

import flocker.node.blocking.Blocking;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** Lends read-only clones of snapshots, and destroys those that nobody reads any more. */
public final class BrowseActor extends AbstractBehavior<BrowseActor.Command> {
  /** What it can be told. */
  public sealed interface Command {}

  /** Lend a clone of {@code snapshot}; each answer {@link Held} wants one {@link Release}. */
  public record Hold(Dataset dataset, Snapshot snapshot, ActorRef<Answer> replyTo)
      implements Command {}

  /** A reader has finished. */
  public record Release(Dataset dataset, Snapshot snapshot) implements Command {}

  /** What becomes of a {@link Hold}. */
  public sealed interface Answer {}

  /** Read here, and write nothing. */
  public record Held(Path root) implements Answer {}

  /** There is no clone, and none to release. */
  public record NotHeld(String why) implements Answer {}

  private record Swept(Optional<String> failure) implements Command {}

  private record Opened(Dataset name, Path root) implements Command {}

  private record NotOpened(Dataset name, String why) implements Command {}

  private record Lingered(Dataset name) implements Command {}

  private record Closed(Dataset name, Optional<String> failure) implements Command {}

  /** One clone. */
  private static final class Clone {
    private final Dataset dataset;
    private final Snapshot snapshot;
    private final List<ActorRef<Answer>> waiting = new ArrayList<>();
    private Lending lending = Lending.ABSENT;
    private Path root;

    Clone(Dataset dataset, Snapshot snapshot) {
      this.dataset = dataset;
      this.snapshot = snapshot;
    }
  }

  private static final int MOST_WAITING = 1000;

  private final TimerScheduler<Command> timers;
  private final SnapshotClones clones;
  private final Blocking storing;
  private final Duration linger;
  private final Map<Dataset, Clone> known = new HashMap<>();

  /**
   * What a crash left is destroyed before anything is lent.
   *
   * @param linger how long a clone is kept after its last reader
   */
  public static Behavior<Command> create(Storage storage, Duration linger) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    Behaviors.withStash(
                        MOST_WAITING, stash -> sweeping(context, timers, stash, storage, linger))));
  }

  private static Behavior<Command> sweeping(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      StashBuffer<Command> stash,
      Storage storage,
      Duration linger) {
    Blocking storing =
        new Blocking(
            context
                .getSystem()
                .dispatchers()
                .lookup(DispatcherSelector.fromConfig("flocker.storage-dispatcher")));
    SnapshotClones clones = new SnapshotClones(storage);
    context.pipeToSelf(
        storing.call(clones::sweep),
        (count, failure) -> new Swept(Optional.ofNullable(failure).map(Blocking::reason)));
    return Behaviors.receive(Command.class)
        .onMessage(
            Swept.class,
            swept -> {
              // A clone that is left is used again when its snapshot is wanted.
              swept
                  .failure()
                  .ifPresent(why -> context.getLog().warn("browse-sweep-failed reason={}", why));
              return stash.unstashAll(new BrowseActor(context, timers, clones, storing, linger));
            })
        .onAnyMessage(
            message -> {
              stash.stash(message);
              return Behaviors.same();
            })
        .build();
  }

  private BrowseActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      SnapshotClones clones,
      Blocking storing,
      Duration linger) {
    super(context);
    this.timers = timers;
    this.clones = clones;
    this.storing = storing;
    this.linger = linger;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Hold.class, this::onHold)
        .onMessage(Release.class, this::onRelease)
        .onMessage(Opened.class, this::onOpened)
        .onMessage(NotOpened.class, this::onNotOpened)
        .onMessage(Lingered.class, this::onLingered)
        .onMessage(Closed.class, this::onClosed)
        .onMessage(Swept.class, swept -> this)
        .build();
  }

  private Behavior<Command> onHold(Hold hold) {
    Dataset name = SnapshotClones.cloneOf(hold.dataset(), hold.snapshot());
    Clone clone = known.computeIfAbsent(name, n -> new Clone(hold.dataset(), hold.snapshot()));
    clone.waiting.add(hold.replyTo());
    return perform(name, clone, clone.lending.wanted());
  }

  private Behavior<Command> onRelease(Release release) {
    Dataset name = SnapshotClones.cloneOf(release.dataset(), release.snapshot());
    Clone clone = known.get(name);
    return clone == null ? this : perform(name, clone, clone.lending.released());
  }

  private Behavior<Command> onOpened(Opened opened) {
    Clone clone = known.get(opened.name());
    clone.root = opened.root();
    return perform(opened.name(), clone, clone.lending.opened());
  }

  private Behavior<Command> onNotOpened(NotOpened failed) {
    Clone clone = known.get(failed.name());
    clone.waiting.forEach(waiting -> waiting.tell(new NotHeld(failed.why())));
    clone.waiting.clear();
    return perform(failed.name(), clone, clone.lending.notOpened());
  }

  private Behavior<Command> onLingered(Lingered lingered) {
    Clone clone = known.get(lingered.name());
    return clone == null ? this : perform(lingered.name(), clone, clone.lending.lingered());
  }

  private Behavior<Command> onClosed(Closed closed) {
    Clone clone = known.get(closed.name());
    closed
        .failure()
        .ifPresent(
            why ->
                getContext()
                    .getLog()
                    .warn("browse-clone-left clone={} reason={}", closed.name(), why));
    return perform(
        closed.name(),
        clone,
        closed.failure().isEmpty() ? clone.lending.closed() : clone.lending.notClosed());
  }

  private Behavior<Command> perform(Dataset name, Clone clone, Lending.Next next) {
    clone.lending = next.lending();
    switch (next.act()) {
      case OPEN ->
          getContext()
              .pipeToSelf(
                  storing.call(() -> clones.open(clone.dataset, clone.snapshot)),
                  (root, failure) ->
                      failure == null
                          ? new Opened(name, root)
                          : new NotOpened(name, Blocking.reason(failure)));
      case LEND -> {
        clone.waiting.forEach(waiting -> waiting.tell(new Held(clone.root)));
        clone.waiting.clear();
      }
      case LINGER -> timers.startSingleTimer(name, new Lingered(name), linger);
      case CLOSE ->
          getContext()
              .pipeToSelf(
                  storing.call(
                      () -> {
                        clones.close(name);
                        return name;
                      }),
                  (done, failure) ->
                      new Closed(name, Optional.ofNullable(failure).map(Blocking::reason)));
      case NOTHING -> {
        if (clone.lending.equals(Lending.ABSENT)) {
          known.remove(name);
        }
      }
    }
    return this;
  }
}
