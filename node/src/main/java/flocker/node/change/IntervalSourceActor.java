package flocker.node.change;

import flocker.node.time.BootClock;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Says "it may have changed" at an interval that grows while nothing does. Knows nothing itself:
 * whether something was written is told to it by whoever took the snapshot. One question at a time;
 * one that is never answered is asked again. While another source tells of most changes it looks
 * only where nobody has looked for the longest interval.
 */
public final class IntervalSourceActor extends AbstractBehavior<ChangeSource> {
  /** The name of this source. */
  public static final String NAME = "interval";

  private record Look() implements ChangeSource {}

  private record Settled(long question, boolean written) implements ChangeSource {}

  private static final int PATIENCE = 10;

  private final TimerScheduler<ChangeSource> timers;
  private final BootClock clock;
  private final Consumer<ChangeDetected> listener;
  private Pace pace;
  private boolean relaxed;
  private long question;

  private IntervalSourceActor(
      ActorContext<ChangeSource> context,
      TimerScheduler<ChangeSource> timers,
      Pace pace,
      BootClock clock,
      Consumer<ChangeDetected> listener) {
    super(context);
    this.timers = timers;
    this.pace = pace;
    this.clock = clock;
    this.listener = listener;
    lookAfter(pace.pause());
  }

  /**
   * @param listener is called from this actor and must not block: {@code change ->
   *     snapshots.tell(new SnapshotActor.ChangeSeen(change))}
   */
  public static Behavior<ChangeSource> create(
      Pace pace, BootClock clock, Consumer<ChangeDetected> listener) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new IntervalSourceActor(context, timers, pace, clock, listener)));
  }

  @Override
  public Receive<ChangeSource> createReceive() {
    return newReceiveBuilder()
        .onMessage(Look.class, this::onLook)
        .onMessage(Settled.class, this::onSettled)
        .onMessage(ChangeSource.Looked.class, this::onLooked)
        .onMessage(ChangeSource.Relax.class, this::onRelax)
        .onMessage(ChangeSource.Remounted.class, message -> this)
        .onMessage(ChangeSource.Stop.class, message -> Behaviors.stopped())
        .build();
  }

  private Behavior<ChangeSource> onLook(Look message) {
    question++;
    long asked = question;
    // A timer against an answer that never comes; an answer replaces it.
    lookAfter(pace.max().multipliedBy(PATIENCE));
    listener.accept(
        new ChangeDetected(
            NAME,
            clock.nanos(),
            written -> getContext().getSelf().tell(new Settled(asked, written))));
    return this;
  }

  private Behavior<ChangeSource> onSettled(Settled settled) {
    if (settled.question() == question) {
      pace = pace.after(settled.written());
      lookAfter(relaxed ? pace.max() : pace.pause());
    }
    return this;
  }

  /** Whoever asked: nothing that was written before is missing any more. */
  private Behavior<ChangeSource> onLooked(ChangeSource.Looked looked) {
    if (relaxed) {
      lookAfter(pace.max());
    }
    return this;
  }

  private Behavior<ChangeSource> onRelax(ChangeSource.Relax relax) {
    relaxed = relax.relaxed();
    pace = Pace.of(pace.fast(), pace.max());
    lookAfter(pace.pause());
    return this;
  }

  private void lookAfter(Duration wait) {
    timers.startSingleTimer(Look.class, new Look(), wait);
  }
}
