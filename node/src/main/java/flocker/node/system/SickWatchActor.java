package flocker.node.system;

import flocker.node.authority.AuthorityView;
import flocker.node.authority.VoterActor;
import flocker.node.supervisor.MasterSupervisorActor;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * While this host's storage is sick, looks every second whether this host is the system's master
 * and whether another said within the last lease that it could serve; then it has the supervisor
 * step down. With nobody to hand over to the master stays, alarmed.
 */
final class SickWatchActor extends AbstractBehavior<SickWatchActor.Command> {
  /** What it can be told. */
  sealed interface Command {}

  /** Whether this host's storage can be relied on. */
  record StorageIs(boolean fit, String why) implements Command {}

  record News(SystemNews news) implements Command {}

  private record Seen(Optional<AuthorityView> view) implements Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final TimerScheduler<Command> timers;
  private final Host host;
  private final ActorRef<VoterActor.Command> voter;
  private final ActorRef<UserSystemActor.ToSupervisor> supervisor;
  private String why = "";
  private boolean paused;

  static Behavior<Command> create(
      Host host,
      ActorRef<VoterActor.Command> voter,
      ActorRef<UserSystemActor.ToSupervisor> supervisor) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new SickWatchActor(context, timers, host, voter, supervisor)));
  }

  private SickWatchActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Host host,
      ActorRef<VoterActor.Command> voter,
      ActorRef<UserSystemActor.ToSupervisor> supervisor) {
    super(context);
    this.timers = timers;
    this.host = host;
    this.voter = voter;
    this.supervisor = supervisor;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(StorageIs.class, this::onStorageIs)
        .onMessage(News.class, this::onNews)
        .onMessage(Look.class, m -> onLook())
        .onMessage(Seen.class, this::onSeen)
        .build();
  }

  private Behavior<Command> onStorageIs(StorageIs storage) {
    why = storage.fit() ? "" : storage.why();
    if (storage.fit()) {
      timers.cancel(Look.INSTANCE);
    } else {
      timers.startTimerWithFixedDelay(Look.INSTANCE, Look.INSTANCE, Duration.ZERO, EVERY);
    }
    return this;
  }

  private Behavior<Command> onNews(News told) {
    if (told.news() instanceof SystemNews.Recorded recorded) {
      paused = recorded.wanted().automation().paused().isPresent();
    }
    return this;
  }

  private Behavior<Command> onLook() {
    VoterActor.look(getContext(), voter, ANSWER, Seen::new);
    return this;
  }

  private Behavior<Command> onSeen(Seen seen) {
    long lease = host.config().lease().lease().toMillis();
    seen.view()
        .filter(view -> !why.isEmpty() && !paused)
        .filter(view -> view.role() == AuthorityView.Role.MASTER)
        .flatMap(view -> Successor.choose(view.hosts(), host.config().self().id(), lease))
        .ifPresent(
            target ->
                supervisor.tell(
                    new UserSystemActor.ToSupervisor(
                        new MasterSupervisorActor.StepDown(target, why))));
    return this;
  }
}
