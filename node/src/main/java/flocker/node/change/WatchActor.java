package flocker.node.change;

import flocker.node.time.BootClock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * A change source over a {@link Watch}. A watch whose thread hangs is replaced when the filesystem
 * is mounted again; how many may hang at a time is bounded.
 */
final class WatchActor extends AbstractBehavior<ChangeSource> {
  private record News() implements ChangeSource {}

  private record Wake() implements ChangeSource {}

  private record Check() implements ChangeSource {}

  private static final Duration CHECK = Duration.ofMillis(500);
  private static final int MOST_ABANDONED = 3;

  /** What it is made of. {@code listener} and {@code statuses} must not block. */
  record Parts(
      SourceName name,
      Watch.Factory factory,
      Damper.Limits limits,
      BootClock clock,
      Consumer<ChangeDetected> listener,
      Consumer<SourceStatus> statuses) {}

  private final TimerScheduler<ChangeSource> timers;
  private final Parts parts;
  private Watch watch;
  private Damper damper;
  private int abandoned;
  private Watch.Status told = new Watch.Status(Watch.State.STARTING, "");

  private WatchActor(
      ActorContext<ChangeSource> context, TimerScheduler<ChangeSource> timers, Parts parts) {
    super(context);
    this.timers = timers;
    this.parts = parts;
    this.damper = Damper.of(parts.limits());
    this.watch = start();
    timers.startTimerWithFixedDelay(new Check(), Duration.ofMillis(50), CHECK);
  }

  static Behavior<ChangeSource> create(Parts parts) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new WatchActor(context, timers, parts)));
  }

  @Override
  public Receive<ChangeSource> createReceive() {
    return newReceiveBuilder()
        .onMessage(News.class, news -> perform(damper.onNews(parts.clock().nanos())))
        .onMessage(Wake.class, wake -> perform(damper.onWake(parts.clock().nanos())))
        .onMessage(ChangeSource.Looked.class, this::onLooked)
        .onMessage(ChangeSource.Remounted.class, this::onRemounted)
        .onMessage(Check.class, this::onCheck)
        .onMessage(ChangeSource.Relax.class, relax -> this)
        .onMessage(ChangeSource.Stop.class, stop -> Behaviors.stopped())
        .onSignal(PostStop.class, this::onPostStop)
        .build();
  }

  private Watch start() {
    var self = getContext().getSelf();
    return parts.factory().start(() -> self.tell(new News()));
  }

  private Behavior<ChangeSource> perform(Damper.Step step) {
    damper = step.next();
    long now = parts.clock().nanos();
    OptionalLong wake = step.wakeAt();
    wake.ifPresent(
        at ->
            timers.startSingleTimer(
                Wake.class, new Wake(), Duration.ofNanos(Math.max(0, at - now))));
    if (step.pass()) {
      parts
          .listener()
          .accept(new ChangeDetected(parts.name().word(), now, ChangeDetected.Feedback.NONE));
    }
    return this;
  }

  private Behavior<ChangeSource> onLooked(ChangeSource.Looked looked) {
    damper = damper.onLooked(looked.source().equals(parts.name().word()), looked.written());
    return this;
  }

  private Behavior<ChangeSource> onRemounted(ChangeSource.Remounted remounted) {
    if (watch.status().state() == Watch.State.STUCK && abandoned < MOST_ABANDONED) {
      abandoned++;
      watch.close();
      watch = start();
    } else {
      watch.remounted();
    }
    return this;
  }

  private Behavior<ChangeSource> onCheck(Check check) {
    Watch.Status now = watch.status();
    if (!now.equals(told)) {
      told = now;
      parts.statuses().accept(new SourceStatus(parts.name().word(), now.state(), now.detail()));
    }
    return this;
  }

  private Behavior<ChangeSource> onPostStop(PostStop signal) {
    watch.close();
    return this;
  }
}
