package flocker.node.supervisor;

import flocker.node.authority.Effect;
import flocker.node.authority.Input;
import flocker.node.authority.VoterActor;
import flocker.node.blocking.Blocking;
import flocker.node.container.ContainerState;
import flocker.node.publish.PublisherActor;
import flocker.node.publish.Route;
import flocker.node.replication.ReceiverActor;
import flocker.node.system.Host;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.replication.ToReceiver;
import flocker.protocol.system.SystemRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
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

  /** This host's storage is not fit; hand over to {@code target}, which is. */
  public record StepDown(HostId target, String why) implements Command {}

  /** Take a snapshot that is kept even if empty. */
  public record TakeSnapshot(String reason, ActorRef<ShippingActor.Taken> replyTo)
      implements Command {}

  /** Asks for the state. */
  public record Describe(ActorRef<SupervisorView> replyTo) implements Command {}

  private record StepDone(Step step) implements Command {}

  private record StepFailed(Step step, String why) implements Command {}

  private record Opened(Path root) implements Command {}

  private record Started(ContainerState state) implements Command {}

  private record Shippable(Epoch epoch, long nextSequence) implements Command {}

  private record Reachable(Optional<String> address) implements Command {}

  private record GuardsLost(String why) implements Command {}

  private record GuardsFed() implements Command {}

  private record Retry(Step step, String why) implements Command {}

  private record Settled(Position position) implements Command {}

  private record Exited(long run, Optional<Integer> code) implements Command {}

  private record Shipped(ShippingActor.Notice notice) implements Command {}

  private record First(ShippingActor.Taken taken, Step step) implements Command {}

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
  private final Blocking storage;
  private final Blocking containers;
  private SystemRecord wanted;
  private Path root;
  private Optional<ContainerState> container = Optional.empty();
  private Optional<ActorRef<ShippingActor.Command>> shipping = Optional.empty();
  private Optional<ActorRef<Ended>> switchover = Optional.empty();
  private Optional<Position> lastPosition = Optional.empty();
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
    this.storage = blockingOn(Host.STORAGE_DISPATCHER);
    this.containers = blockingOn(Host.CONTAINER_DISPATCHER);
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

  private Blocking blockingOn(String name) {
    return new Blocking(
        getContext().getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(name)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Decided.class, this::onDecided)
        .onMessage(Apply.class, this::onApply)
        .onMessage(SwitchOver.class, this::onSwitchOver)
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
    if (switchover.isPresent()) {
      order.replyTo().tell(new Ended(false, "a switchover is under way already"));
      return this;
    }
    switchover = Optional.of(order.replyTo());
    return perform(mastership.switchover(order.target(), now()));
  }

  private Behavior<Command> onStepDown(StepDown order) {
    getContext().getLog().warn("stepping-down target={} reason={}", order.target(), order.why());
    return perform(mastership.stepDown(order.target(), now()));
  }

  private Behavior<Command> onTakeSnapshot(TakeSnapshot order) {
    if (shipping.isEmpty()) {
      order.replyTo().tell(ShippingActor.Taken.failed("this host is not master of the system now"));
    } else {
      shipping.get().tell(new ShippingActor.TakeNow(order.reason(), order.replyTo()));
    }
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
    root = opened.root();
    return perform(mastership.done(Step.OPEN, now()));
  }

  private Behavior<Command> onStarted(Started started) {
    container = Optional.of(started.state());
    watchExit();
    return perform(mastership.done(Step.START, now()));
  }

  private Behavior<Command> onSettled(Settled settled) {
    tellPosition(settled.position());
    return perform(mastership.done(Step.CLOSE, now()));
  }

  private void tellPosition(Position position) {
    lastPosition = Optional.of(position);
    neighbours.voter().tell(new VoterActor.Tell(new Input.PositionChanged(position)));
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
      tellPosition(reached.position());
    }
    neighbours.events().tell(new SupervisorEvent.FromShipping(notice));
    return this;
  }

  private Behavior<Command> onFirst(First first) {
    if (first.taken().failure().isPresent()) {
      getContext().getSelf().tell(new StepFailed(first.step(), first.taken().failure().get()));
      return this;
    }
    first.taken().position().ifPresent(this::tellPosition);
    return perform(mastership.done(first.step(), now()));
  }

  private Behavior<Command> perform(List<Mastership.Action> actions) {
    for (Mastership.Action action : actions) {
      if (action instanceof Mastership.Action.Run run) {
        run(run.step());
      } else if (action instanceof Mastership.Action.Feed feed) {
        feed(feed.deadlineNanos());
      } else if (action instanceof Mastership.Action.ContainerMayRun may) {
        neighbours.voter().tell(new VoterActor.Tell(new Input.ContainerChanged(may.mayRun())));
      } else if (action instanceof Mastership.Action.Alarm raised) {
        alarm = raised.text();
        neighbours.events().tell(new SupervisorEvent.AlarmChanged(alarm));
      } else if (action instanceof Mastership.Action.SwitchoverEnded ended) {
        switchover.ifPresent(r -> r.tell(new Ended(ended.done(), ended.message())));
        switchover = Optional.empty();
      } else if (action instanceof Mastership.Action.PhaseChanged changed) {
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

  private void feed(long deadline) {
    blocking(
        containers,
        () -> {
          copy.feed(deadline);
          return new GuardsFed();
        },
        fed -> fed,
        GuardsLost::new);
  }

  private void run(Step step) {
    getContext().getLog().debug("step-begins step={} phase={}", step, mastership.phase());
    Epoch epoch = mastership.epoch().orElse(Epoch.ZERO);
    switch (step) {
      case OCCUPY ->
          neighbours
              .receiver()
              .tell(
                  new ReceiverActor.Occupy(
                      getContext()
                          .messageAdapter(ReceiverActor.Occupied.class, o -> new StepDone(step))));
      case OPEN ->
          blocking(storage, () -> copy.open(epoch), Opened::new, why -> new StepFailed(step, why));
      case FIRST_SNAPSHOT -> firstSnapshot(epoch);
      case REPLICATE -> {
        shipping.ifPresent(s -> s.tell(new ShippingActor.Ship()));
        done(step);
      }
      case ARM -> onContainer(step, () -> copy.arm(mastership.deadline()));
      case FRESH_LEASE ->
          neighbours.voter().tell(new VoterActor.Tell(new Input.FreshRenewalWanted()));
      case START ->
          blocking(
              containers,
              () -> copy.start(wanted, root),
              Started::new,
              why -> new StepFailed(step, why));
      case PORTS -> ports();
      case HOLD -> {
        neighbours.publisher().tell(new PublisherActor.SetRoute(Route.Hold.INSTANCE));
        done(step);
      }
      case STOP -> onContainer(step, () -> copy.stop(wanted.settings()));
      case KILL -> onContainer(step, copy::kill);
      case DISARM -> onContainer(step, copy::disarm);
      case BACK_OFF ->
          timers.startSingleTimer("back-off", new StepDone(step), mastership.backOff());
      case SNAPSHOT, FINAL_SNAPSHOT -> takeNow(step);
      case STOP_CHANGES -> {
        shipping.ifPresent(s -> s.tell(new ShippingActor.StopChanges()));
        done(step);
      }
      case SEAL -> onStorage(step, copy::seal);
      case CONFIRM -> confirm();
      case RELEASE ->
          neighbours
              .voter()
              .tell(
                  new VoterActor.Tell(new Input.ReleaseWanted(mastership.target().orElseThrow())));
      case STOP_REPLICATION -> {
        shipping.ifPresent(s -> s.tell(new ShippingActor.StopShipping()));
        done(step);
      }
      case STOP_SNAPSHOTS -> stopShipping();
      case CLOSE -> blocking(storage, copy::close, Settled::new, why -> new StepFailed(step, why));
      case VACATE -> {
        neighbours.receiver().tell(new ReceiverActor.Vacate(false));
        done(step);
      }
    }
  }

  private void done(Step step) {
    getContext().getSelf().tell(new StepDone(step));
  }

  private void firstSnapshot(Epoch epoch) {
    if (shipping.isPresent()) {
      takeNow(Step.FIRST_SNAPSHOT);
      return;
    }
    blocking(
        storage,
        () -> copy.nextSequence(epoch),
        sequence -> new Shippable(epoch, sequence),
        why -> new StepFailed(Step.FIRST_SNAPSHOT, why));
  }

  private Behavior<Command> onShippable(Shippable ready) {
    shipping =
        Optional.of(
            getContext()
                .spawn(
                    ShippingActor.create(
                        host,
                        copy,
                        ready.epoch(),
                        ready.nextSequence(),
                        getContext().messageAdapter(ShippingActor.Notice.class, Shipped::new)),
                    "shipping-" + ready.epoch() + "-" + ready.nextSequence()));
    takeNow(Step.FIRST_SNAPSHOT);
    return this;
  }

  private void takeNow(Step step) {
    if (shipping.isEmpty()) {
      done(step);
      return;
    }
    shipping
        .get()
        .tell(
            new ShippingActor.TakeNow(
                step.name().toLowerCase(java.util.Locale.ROOT),
                getContext()
                    .messageAdapter(ShippingActor.Taken.class, taken -> new First(taken, step))));
  }

  private void ports() {
    blocking(
        containers,
        copy::address,
        address -> new Reachable(address),
        why -> new StepFailed(Step.PORTS, why));
  }

  private Behavior<Command> onReachable(Reachable reachable) {
    reachable
        .address()
        .ifPresent(
            a ->
                neighbours.publisher().tell(new PublisherActor.SetRoute(new Route.ToContainer(a))));
    return perform(mastership.done(Step.PORTS, now()));
  }

  private void confirm() {
    HostId target = mastership.target().orElseThrow();
    Duration limit = host.config().confirmWithin();
    timers.startSingleTimer(
        "confirm",
        new StepFailed(Step.CONFIRM, target + " did not confirm the last snapshot within " + limit),
        limit);
    shipping
        .orElseThrow()
        .tell(
            new ShippingActor.Await(
                target,
                lastPosition.orElse(Position.NONE),
                getContext()
                    .messageAdapter(ShippingActor.Reached.class, r -> new StepDone(Step.CONFIRM))));
  }

  private void stopShipping() {
    if (shipping.isEmpty()) {
      done(Step.STOP_SNAPSHOTS);
      return;
    }
    shipping
        .get()
        .tell(
            new ShippingActor.Finish(
                getContext()
                    .messageAdapter(
                        ShippingActor.Finished.class, f -> new StepDone(Step.STOP_SNAPSHOTS))));
    shipping = Optional.empty();
  }

  /** A blocking act that may fail. */
  private interface Act {
    void run() throws Exception;
  }

  private void onStorage(Step step, Act act) {
    act(storage, step, act);
  }

  private void onContainer(Step step, Act act) {
    act(containers, step, act);
  }

  private void act(Blocking blocking, Step step, Act act) {
    blocking(
        blocking,
        () -> {
          act.run();
          return step;
        },
        StepDone::new,
        why -> new StepFailed(step, why));
  }

  private <T> void blocking(
      Blocking blocking,
      Callable<T> call,
      java.util.function.Function<T, Command> ok,
      java.util.function.Function<String, Command> failed) {
    getContext()
        .pipeToSelf(
            blocking.call(call),
            (value, failure) ->
                failure == null ? ok.apply(value) : failed.apply(Blocking.reason(failure)));
  }
}
