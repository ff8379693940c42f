package flocker.node.system;

import flocker.node.authority.AuthorityView;
import flocker.node.authority.Effect;
import flocker.node.authority.Input;
import flocker.node.authority.VoterActor;
import flocker.node.supervisor.MasterSupervisorActor;
import flocker.node.supervisor.Phase;
import flocker.node.supervisor.SupervisorEvent;
import flocker.protocol.id.HostId;
import flocker.protocol.system.Automation;
import flocker.protocol.system.CatalogMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * What one system's record says of automation, made true on this host: a pause reaches the voter;
 * take-overs are counted, and too many of them freeze; a system that keeps ending here is given to
 * another host once.
 */
public final class AutomationActor extends AbstractBehavior<AutomationActor.Command> {
  /** What it can be told. */
  public sealed interface Command {}

  /**
   * Stand for election by an operator's word: though the system is paused, and if {@code forced}
   * though the copy may lack something. {@code heard} gets {@link Effect.Elected} or {@link
   * Effect.ElectionFailed}.
   */
  public record Stand(boolean forced, ActorRef<Effect> heard) implements Command {}

  record News(SystemNews news) implements Command {}

  private record Changed(CatalogMessage.Changed outcome) implements Command {}

  private record Seen(Optional<AuthorityView> view) implements Command {}

  private record GivenAway(CatalogMessage.Changed outcome, HostId target) implements Command {}

  private record Moved(MasterSupervisorActor.Ended ended) implements Command {}

  private enum Timer implements Command {
    RAN_QUIETLY
  }

  private static final Duration QUIET_RUN = Duration.ofMinutes(5);
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final String PAUSED = "paused";

  private final TimerScheduler<Command> timers;
  private final Host host;
  private final ActorRef<VoterActor.Command> voter;
  private final ActorRef<RecordActor.Command> records;
  private final ActorRef<UserSystemActor.Command> tree;
  private Automation automation = Automation.INITIAL;
  private final List<ActorRef<Effect>> standing = new ArrayList<>();
  private boolean tookOver;

  static Behavior<Command> create(
      Host host,
      ActorRef<VoterActor.Command> voter,
      ActorRef<RecordActor.Command> records,
      ActorRef<UserSystemActor.Command> tree) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new AutomationActor(context, timers, host, voter, records, tree)));
  }

  private AutomationActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Host host,
      ActorRef<VoterActor.Command> voter,
      ActorRef<RecordActor.Command> records,
      ActorRef<UserSystemActor.Command> tree) {
    super(context);
    this.timers = timers;
    this.host = host;
    this.voter = voter;
    this.records = records;
    this.tree = tree;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(News.class, m -> onNews(m.news()))
        .onMessage(Stand.class, this::onStand)
        .onMessage(Changed.class, this::onChanged)
        .onMessage(Seen.class, this::onSeen)
        .onMessage(GivenAway.class, this::onGivenAway)
        .onMessage(Moved.class, this::onMoved)
        .onMessageEquals(Timer.RAN_QUIETLY, this::onRanQuietly)
        .build();
  }

  private Behavior<Command> onNews(SystemNews news) {
    if (news instanceof SystemNews.Recorded recorded) {
      learn(recorded.wanted().automation());
    } else if (news instanceof SystemNews.Decided decided) {
      Effect effect = decided.effect();
      if (effect instanceof Effect.Elected || effect instanceof Effect.ElectionFailed) {
        standing.forEach(waiting -> waiting.tell(effect));
        standing.clear();
      } else if (effect instanceof Effect.TookOver) {
        tookOver = true;
      } else if (effect instanceof Effect.Deposed) {
        tookOver = false;
      }
    } else if (news instanceof SystemNews.Supervised supervised) {
      onSupervised(supervised.event());
    }
    return this;
  }

  private Behavior<Command> onStand(Stand order) {
    standing.add(order.heard());
    voter.tell(
        new VoterActor.Tell(order.forced() ? new Input.StandForced() : new Input.StandNow()));
    return this;
  }

  private void learn(Automation now) {
    boolean pause = now.paused().isPresent();
    automation = now;
    voter.tell(new VoterActor.Tell(new Input.Paused(pause)));
    tree.tell(
        new UserSystemActor.Raise(
            PAUSED,
            now.paused()
                .map(why -> "no host takes over by itself until 'resume': " + why)
                .orElse("")));
  }

  private void onSupervised(SupervisorEvent event) {
    if (event instanceof SupervisorEvent.PhaseChanged changed) {
      if (changed.to() == Phase.RUNNING) {
        count();
        timers.startSingleTimer(Timer.RAN_QUIETLY, QUIET_RUN);
      } else {
        timers.cancel(Timer.RAN_QUIETLY);
      }
    } else if (event instanceof SupervisorEvent.GaveUp) {
      giveAway();
    }
  }

  private void amend(UnaryOperator<Automation> change) {
    records.tell(
        new RecordActor.Amend(
            record -> record.withAutomation(change.apply(record.automation())),
            getContext().messageAdapter(CatalogMessage.Changed.class, Changed::new)));
  }

  /** Counted where it succeeded, so that a host that fails to take over freezes nothing. */
  private void count() {
    if (tookOver) {
      tookOver = false;
      int most = host.config().takeOversPerHour();
      long millis = host.wallClock().get().toEpochMilli();
      amend(now -> TakeOverLimit.after(now, most, millis));
    }
  }

  private Behavior<Command> onChanged(Changed changed) {
    if (changed.outcome().outcome() != CatalogMessage.Outcome.DONE) {
      getContext().getLog().warn("automation-not-recorded reason={}", changed.outcome().message());
    }
    return this;
  }

  private void giveAway() {
    if (automation.handedOver() || automation.paused().isPresent()) {
      return; // it stays stopped here, and its alarm says why
    }
    VoterActor.look(getContext(), voter, ANSWER, Seen::new);
  }

  private Behavior<Command> onSeen(Seen seen) {
    long lease = host.config().lease().lease().toMillis();
    seen.view()
        .flatMap(view -> Successor.choose(view.hosts(), host.config().self().id(), lease))
        .ifPresent(
            target ->
                records.tell(
                    new RecordActor.Amend(
                        record -> record.withAutomation(record.automation().withHandedOver(true)),
                        getContext()
                            .messageAdapter(
                                CatalogMessage.Changed.class,
                                outcome -> new GivenAway(outcome, target)))));
    return this;
  }

  /** Recorded first: the next host knows that it is the last. */
  private Behavior<Command> onGivenAway(GivenAway recorded) {
    if (recorded.outcome().outcome() == CatalogMessage.Outcome.DONE) {
      getContext().getLog().warn("handing-over-crashing-system target={}", recorded.target());
      tree.tell(
          new UserSystemActor.ToSupervisor(
              new MasterSupervisorActor.SwitchOver(
                  recorded.target(),
                  getContext().messageAdapter(MasterSupervisorActor.Ended.class, Moved::new))));
    }
    return this;
  }

  private Behavior<Command> onMoved(Moved moved) {
    getContext()
        .getLog()
        .info("crashing-system-moved done={} {}", moved.ended().done(), moved.ended().message());
    return this;
  }

  private Behavior<Command> onRanQuietly() {
    if (automation.handedOver()) {
      amend(now -> now.withHandedOver(false));
    }
    return this;
  }
}
