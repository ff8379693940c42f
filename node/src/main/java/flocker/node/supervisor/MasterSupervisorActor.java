package flocker.node.supervisor;

import flocker.node.authority.Effect;
import flocker.node.authority.Input;
import flocker.node.authority.VoterActor;
import flocker.node.container.ContainerState;
import flocker.node.publish.PublisherActor;
import flocker.node.replication.GoingBack;
import flocker.node.system.Host;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.replication.ToReceiver;
import flocker.protocol.system.SystemRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Owns the container of one user system on this host and carries out the steps that {@link
 * Mastership} decides. It is told the effects of the voter and nothing else makes it master.
 */
public final class MasterSupervisorActor extends AbstractBehavior<MasterSupervisorActor.Command> {
  /** What it can be told. */
  public sealed interface Command {}

  /** Something the voter decided. */
  public record Decided(Effect effect) implements Command {}

  /** The settings as they are now. */
  public record Apply(SystemRecord wanted) implements Command {}

  /** Hand over to {@code target} without loss. */
  public record SwitchOver(HostId target, ActorRef<Ended> replyTo) implements Command {}

  /** Make an earlier version, or a stash, the live one. */
  public record GoBack(GoingBack.Target target, ActorRef<Ended> replyTo) implements Command {}

  /** This host's storage is not fit; hand over to {@code target}, which is. */
  public record StepDown(HostId target, String why) implements Command {}

  /** Take a snapshot that is kept even if empty. */
  public record TakeSnapshot(SnapshotMark mark, ActorRef<ShippingActor.Taken> replyTo)
      implements Command {}

  /** Asks for the state. */
  public record Describe(ActorRef<SupervisorView> replyTo) implements Command {}

  record StepDone(Step step) implements Command {}

  record StepFailed(Step step, String why) implements Command {}

  record Opened(Path root) implements Command {}

  record Started(ContainerState state) implements Command {}

  record Shippable(Epoch epoch, long nextSequence) implements Command {}

  record Reachable(Optional<String> address) implements Command {}

  record GuardsLost(String why) implements Command {}

  record GuardsFed() implements Command {}

  record RescueIsOver() implements Command {}

  private record Retry(Step step, String why) implements Command {}

  record Settled(Position position) implements Command {}

  record WentBack(GoingBack.Outcome outcome) implements Command {}

  private record Exited(long run, Optional<Integer> code) implements Command {}

  record Shipped(ShippingActor.Notice notice) implements Command {}

  record First(ShippingActor.Taken taken, Step step) implements Command {}

  private enum DeadlineCome implements Command {
    INSTANCE
  }

  /** How an operator's order ended. */
  public record Ended(boolean done, String message) {}

  /** The other actors of this system on this host. */
  public record Neighbours(
      ActorRef<VoterActor.Command> voter,
      ActorRef<ToReceiver> receiver,
      ActorRef<PublisherActor.Command> publisher,
      ActorRef<SupervisorEvent> events) {}

  private static final Duration RETRY = Duration.ofMillis(300);

  private final TimerScheduler<Command> timers;
  private final Host host;
  private final LocalCopy copy;
  private final Neighbours neighbours;
  private final Mastership mastership;
  private final StepRunner runner;
  private SystemRecord wanted;
  private Optional<ContainerState> container = Optional.empty();
  // Who waits for a switchover or a roll-back.
  private Optional<ActorRef<Ended>> ordered = Optional.empty();
  private String alarm = "";
  private boolean resting = true;
  private long runs;

  /**
   * The supervisor of {@code copy}; {@code mayRun} says whether a container of an earlier JVM may
   * be alive.
   */
  public static Behavior<Command> create(
      Host host, LocalCopy copy, SystemRecord wanted, Neighbours neighbours, boolean mayRun) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new MasterSupervisorActor(
                        context, timers, host, copy, wanted, neighbours, mayRun)));
  }

  private MasterSupervisorActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Host host,
      LocalCopy copy,
      SystemRecord wanted,
      Neighbours neighbours,
      boolean mayRun) {
    super(context);
    this.timers = timers;
    this.host = host;
    this.copy = copy;
    this.wanted = wanted;
    this.neighbours = neighbours;
    this.runner = new StepRunner(context, timers, host, copy, neighbours);
    this.mastership =
        new Mastership(
            new Mastership.Settings(
                host.config().lease().killAllowance(),
                host.config().container().maxRestarts(),
                host.config().container().backOff()),
            wanted.run(),
            mayRun);
    if (mayRun) {
      watchExit();
    }
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Decided.class, this::onDecided)
        .onMessage(Apply.class, this::onApply)
        .onMessage(SwitchOver.class, this::onSwitchOver)
        .onMessage(GoBack.class, this::onGoBack)
        .onMessage(WentBack.class, this::onWentBack)
        .onMessage(StepDown.class, this::onStepDown)
        .onMessage(TakeSnapshot.class, this::onTakeSnapshot)
        .onMessage(Describe.class, this::onDescribe)
        .onMessage(StepDone.class, m -> perform(mastership.done(m.step(), now())))
        .onMessage(StepFailed.class, this::onStepFailed)
        .onMessage(Opened.class, this::onOpened)
        .onMessage(Started.class, this::onStarted)
        .onMessage(Settled.class, this::onSettled)
        .onMessage(Exited.class, this::onExited)
        .onMessage(Shipped.class, this::onShipped)
        .onMessage(First.class, this::onFirst)
        .onMessage(Shippable.class, this::onShippable)
        .onMessage(Reachable.class, this::onReachable)
        .onMessage(RescueIsOver.class, m -> perform(mastership.rescueIsOver(now())))
        .onMessage(GuardsFed.class, m -> this)
        .onMessage(GuardsLost.class, this::onGuardsLost)
        .onMessage(Retry.class, m -> perform(mastership.failed(m.step(), m.why(), now())))
        .onMessage(DeadlineCome.class, m -> perform(mastership.leaseLapsed(now())))
        .build();
  }

  private long now() {
    return host.clock().nanos();
  }

  private Behavior<Command> onDecided(Decided decided) {
    Effect effect = decided.effect();
    if (effect instanceof Effect.Elected e) {
      return perform(mastership.elected(e.epoch(), now()));
    } else if (effect instanceof Effect.MasterAgain e) {
      return perform(mastership.masterAgain(e.epoch(), now()));
    } else if (effect instanceof Effect.LeaseHeld e) {
      perform(mastership.leaseHeld(e.epoch(), e.sentAt(), e.endsAt(), now()));
      Duration left = Duration.ofNanos(Math.max(mastership.deadline() - now(), 0));
      timers.startSingleTimer(DeadlineCome.INSTANCE, DeadlineCome.INSTANCE, left);
      return this;
    } else if (effect instanceof Effect.LeaseLapsed) {
      return perform(mastership.leaseLapsed(now()));
    } else if (effect instanceof Effect.Deposed e) {
      return perform(mastership.deposed(e.epoch(), now()));
    } else if (effect instanceof Effect.ElectionFailed e) {
      return perform(mastership.failed(Step.NEW_EPOCH, e.why(), now()));
    } else if (effect instanceof Effect.ReleaseDone) {
      return perform(mastership.done(Step.RELEASE, now()));
    }
    return this;
  }

  private Behavior<Command> onApply(Apply apply) {
    wanted = apply.wanted();
    return perform(mastership.want(wanted.run(), now()));
  }

  private Behavior<Command> onSwitchOver(SwitchOver order) {
    return admits(order.replyTo()) ? perform(mastership.switchover(order.target(), now())) : this;
  }

  private boolean admits(ActorRef<Ended> replyTo) {
    if (ordered.isPresent()) {
      replyTo.tell(new Ended(false, "a switchover or roll-back is under way; nothing was done"));
      return false;
    }
    ordered = Optional.of(replyTo);
    return true;
  }

  private void answer(boolean done, String message) {
    ordered.ifPresent(r -> r.tell(new Ended(done, message)));
    ordered = Optional.empty();
  }

  private Behavior<Command> onGoBack(GoBack order) {
    if (admits(order.replyTo())) {
      getContext().getLog().info("rolling-back target={}", order.target());
      runner.goBackTo(order.target());
      perform(mastership.rollBack(now()));
    }
    return this;
  }

  private Behavior<Command> onWentBack(WentBack back) {
    getContext().getLog().info("rolled-back outcome={}", back.outcome());
    return perform(mastership.wentBack(back.outcome().done(), back.outcome().toString(), now()));
  }

  private Behavior<Command> onStepDown(StepDown order) {
    getContext().getLog().warn("stepping-down target={} reason={}", order.target(), order.why());
    return perform(mastership.stepDown(order.target(), now()));
  }

  private Behavior<Command> onTakeSnapshot(TakeSnapshot order) {
    runner.take(order.mark(), order.replyTo());
    return this;
  }

  private Behavior<Command> onDescribe(Describe describe) {
    SupervisorView view =
        new SupervisorView(
            mastership.phase(),
            mastership.running(),
            mastership.epoch(),
            mastership.target(),
            container.flatMap(ContainerState::address),
            alarm);
    describe.replyTo().tell(view);
    return this;
  }

  private Behavior<Command> onStepFailed(StepFailed failed) {
    if (!mastership.running().equals(Optional.of(failed.step()))) {
      return this; // of a step that nobody waits for any more
    }
    getContext()
        .getLog()
        .warn(
            "step-failed step={} phase={} reason={}",
            failed.step(),
            mastership.phase(),
            failed.why());
    timers.startSingleTimer("retry", new Retry(failed.step(), failed.why()), RETRY);
    return this;
  }

  private Behavior<Command> onGuardsLost(GuardsLost lost) {
    getContext().getLog().error("guards-lost reason={}", lost.why());
    return perform(mastership.guardsLost(lost.why(), now()));
  }

  private Behavior<Command> onOpened(Opened opened) {
    runner.opened(opened.root());
    return perform(mastership.done(Step.OPEN, now()));
  }

  private Behavior<Command> onStarted(Started started) {
    container = Optional.of(started.state());
    watchExit();
    return perform(mastership.done(Step.START, now()));
  }

  private Behavior<Command> onSettled(Settled settled) {
    runner.tellPosition(settled.position());
    return perform(mastership.done(Step.CLOSE, now()));
  }

  private void watchExit() {
    long run = ++runs;
    getContext()
        .pipeToSelf(
            host.containers().exit(copy.system()),
            (code, failure) -> new Exited(run, failure == null ? code : Optional.empty()));
  }

  private Behavior<Command> onExited(Exited exited) {
    if (exited.run() != runs) {
      return this;
    }
    container = Optional.empty();
    neighbours
        .events()
        .tell(
            new SupervisorEvent.ContainerEnded(exited.code(), mastership.phase() == Phase.RUNNING));
    return perform(mastership.exited(now()));
  }

  private Behavior<Command> onShipped(Shipped shipped) {
    ShippingActor.Notice notice = shipped.notice();
    if (notice instanceof ShippingActor.PositionReached reached) {
      runner.tellPosition(reached.position());
    }
    neighbours.events().tell(new SupervisorEvent.FromShipping(notice));
    return this;
  }

  private Behavior<Command> onFirst(First first) {
    if (first.taken().failure().isPresent()) {
      getContext().getSelf().tell(new StepFailed(first.step(), first.taken().failure().get()));
      return this;
    }
    first.taken().position().ifPresent(runner::tellPosition);
    return perform(mastership.done(first.step(), now()));
  }

  private Behavior<Command> perform(List<Action> actions) {
    for (Action action : actions) {
      if (action instanceof Action.Run run) {
        runner.run(run.step(), mastership, wanted);
      } else if (action instanceof Action.Feed feed) {
        runner.feed(feed.deadlineNanos());
      } else if (action instanceof Action.PositionInDoubt) {
        neighbours.voter().tell(new VoterActor.Tell(new Input.PositionInDoubt()));
      } else if (action instanceof Action.PositionAsTold) {
        runner.tellPositionAgain();
      } else if (action instanceof Action.ContainerMayRun may) {
        neighbours.voter().tell(new VoterActor.Tell(new Input.ContainerChanged(may.mayRun())));
      } else if (action instanceof Action.Alarm raised) {
        alarm = raised.text();
        neighbours.events().tell(new SupervisorEvent.AlarmChanged(alarm));
      } else if (action instanceof Action.GaveUp) {
        neighbours.events().tell(new SupervisorEvent.GaveUp());
      } else if (action instanceof Action.SwitchoverEnded ended) {
        answer(ended.done(), ended.message());
      } else if (action instanceof Action.RollBackEnded ended) {
        answer(ended.done(), ended.message());
      } else if (action instanceof Action.PhaseChanged changed) {
        getContext()
            .getLog()
            .info(
                "phase-changed from={} to={} epoch={}",
                changed.from(),
                changed.to(),
                mastership.epoch());
        neighbours.events().tell(new SupervisorEvent.PhaseChanged(changed.from(), changed.to()));
      }
    }
    boolean now = mastership.running().isEmpty();
    if (now != resting) {
      resting = now;
      neighbours.events().tell(new SupervisorEvent.Resting(now));
    }
    return this;
  }

  private Behavior<Command> onShippable(Shippable ready) {
    runner.shippable(ready);
    return this;
  }

  private Behavior<Command> onReachable(Reachable reachable) {
    reachable.address().ifPresent(runner::reachedAt);
    return perform(mastership.done(Step.PORTS, now()));
  }
}
