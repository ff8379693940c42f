package flocker.node.supervisor;

import flocker.node.authority.Input;
import flocker.node.authority.VoterActor;
import flocker.node.blocking.Blocking;
import flocker.node.publish.PublisherActor;
import flocker.node.publish.Route;
import flocker.node.replication.GoingBack;
import flocker.node.replication.ReceiverActor;
import flocker.node.supervisor.MasterSupervisorActor.Command;
import flocker.node.supervisor.MasterSupervisorActor.First;
import flocker.node.supervisor.MasterSupervisorActor.GuardsFed;
import flocker.node.supervisor.MasterSupervisorActor.GuardsLost;
import flocker.node.supervisor.MasterSupervisorActor.Neighbours;
import flocker.node.supervisor.MasterSupervisorActor.Opened;
import flocker.node.supervisor.MasterSupervisorActor.Reachable;
import flocker.node.supervisor.MasterSupervisorActor.RescueIsOver;
import flocker.node.supervisor.MasterSupervisorActor.Settled;
import flocker.node.supervisor.MasterSupervisorActor.Shippable;
import flocker.node.supervisor.MasterSupervisorActor.Shipped;
import flocker.node.supervisor.MasterSupervisorActor.Started;
import flocker.node.supervisor.MasterSupervisorActor.StepDone;
import flocker.node.supervisor.MasterSupervisorActor.StepFailed;
import flocker.node.supervisor.MasterSupervisorActor.WentBack;
import flocker.node.system.Host;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.system.SystemRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Carries out single steps for one {@link MasterSupervisorActor}, in whose thread it lives: begins
 * a step and tells the actor how it ended. Decides nothing.
 */
final class StepRunner {
  /** How long sick storage may take to give its last writes away. */
  private static final Duration RESCUE = Duration.ofSeconds(5);

  /** How long an election for a roll-back may take before the old version goes on. */
  private static final Duration GRANTED_WITHIN = Duration.ofSeconds(20);

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Host host;
  private final LocalCopy copy;
  private final Neighbours neighbours;
  private final Blocking storage;
  private final Blocking containers;
  private Path root;
  private Optional<ActorRef<ShippingActor.Command>> shipping = Optional.empty();
  private Optional<Position> lastPosition = Optional.empty();
  private Optional<GoingBack.Target> target = Optional.empty();

  StepRunner(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Host host,
      LocalCopy copy,
      Neighbours neighbours) {
    this.context = context;
    this.timers = timers;
    this.host = host;
    this.copy = copy;
    this.neighbours = neighbours;
    this.storage = blockingOn(Host.STORAGE_DISPATCHER);
    this.containers = blockingOn(Host.CONTAINER_DISPATCHER);
  }

  private Blocking blockingOn(String name) {
    return new Blocking(
        context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(name)));
  }

  /** The dataset is mounted there. */
  void opened(Path at) {
    root = at;
  }

  void tellPosition(Position position) {
    lastPosition = Optional.of(position);
    neighbours.voter().tell(new VoterActor.Tell(new Input.PositionChanged(position)));
  }

  /** What was told last, where no newer position can be had. */
  void tellPositionAgain() {
    lastPosition.ifPresent(this::tellPosition);
  }

  /** A snapshot for somebody else. */
  void take(SnapshotMark mark, ActorRef<ShippingActor.Taken> replyTo) {
    if (shipping.isEmpty()) {
      replyTo.tell(ShippingActor.Taken.failed("this host is not master of the system now"));
    } else {
      shipping.get().tell(new ShippingActor.TakeNow(mark, replyTo));
    }
  }

  /** Moves the guards' deadline. */
  void feed(long deadline) {
    blocking(
        containers,
        () -> {
          copy.feed(deadline);
          return new GuardsFed();
        },
        fed -> fed,
        GuardsLost::new);
  }

  /** Begins {@code step}. */
  void run(Step step, Mastership mastership, SystemRecord wanted) {
    context.getLog().debug("step-begins step={} phase={}", step, mastership.phase());
    Epoch epoch = mastership.epoch().orElse(Epoch.ZERO);
    switch (step) {
      case OCCUPY ->
          neighbours
              .receiver()
              .tell(
                  new ReceiverActor.Occupy(
                      context.messageAdapter(
                          ReceiverActor.Occupied.class, o -> new StepDone(step))));
      case OPEN ->
          blocking(storage, () -> copy.open(epoch), Opened::new, why -> new StepFailed(step, why));
      case FIRST_SNAPSHOT -> firstSnapshot(epoch);
      case REPLICATE -> {
        shipping.ifPresent(s -> s.tell(new ShippingActor.Ship()));
        done(step);
      }
      case ARM -> {
        long deadline = mastership.deadline();
        onContainer(step, () -> copy.arm(deadline));
      }
      case FRESH_LEASE ->
          neighbours.voter().tell(new VoterActor.Tell(new Input.FreshRenewalWanted()));
      case START -> {
        Path at = root;
        blocking(
            containers,
            () -> copy.start(wanted, at),
            Started::new,
            why -> new StepFailed(step, why));
      }
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
      case SNAPSHOT -> takeNow(step);
      case FINAL_SNAPSHOT -> {
        timers.startSingleTimer("rescue", new RescueIsOver(), RESCUE);
        takeNow(step);
      }
      case STOP_CHANGES -> {
        shipping.ifPresent(s -> s.tell(new ShippingActor.StopChanges()));
        done(step);
      }
      case SEAL -> onStorage(step, copy::seal);
      case CONFIRM -> confirm(mastership.target().orElseThrow());
      case RELEASE ->
          neighbours
              .voter()
              .tell(
                  new VoterActor.Tell(new Input.ReleaseWanted(mastership.target().orElseThrow())));
      case NEW_EPOCH -> newEpoch();
      case GO_BACK -> {
        GoingBack.Target to = target.orElseThrow();
        blocking(
            storage,
            () -> copy.goBack(to, epoch, host.config().self().id()),
            WentBack::new,
            why -> new StepFailed(step, why));
      }
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

  /** What GO_BACK makes live. */
  void goBackTo(GoingBack.Target wanted) {
    target = Optional.of(wanted);
  }

  private void newEpoch() {
    timers.startSingleTimer(
        "new-epoch",
        new StepFailed(Step.NEW_EPOCH, "no majority granted a new epoch within " + GRANTED_WITHIN),
        GRANTED_WITHIN);
    neighbours.voter().tell(new VoterActor.Tell(new Input.NewEpochWanted()));
  }

  private void done(Step step) {
    context.getSelf().tell(new StepDone(step));
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

  /** The snapshotter of this epoch can begin. */
  void shippable(Shippable ready) {
    shipping =
        Optional.of(
            context.spawn(
                ShippingActor.create(
                    host,
                    copy,
                    ready.epoch(),
                    ready.nextSequence(),
                    context.messageAdapter(ShippingActor.Notice.class, Shipped::new)),
                "shipping-" + ready.epoch() + "-" + ready.nextSequence()));
    takeNow(Step.FIRST_SNAPSHOT);
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
                mark(step),
                context.messageAdapter(
                    ShippingActor.Taken.class, taken -> new First(taken, step))));
  }

  private void ports() {
    blocking(
        containers,
        copy::address,
        address -> new Reachable(address),
        why -> new StepFailed(Step.PORTS, why));
  }

  /** The container answers there. */
  void reachedAt(String address) {
    neighbours.publisher().tell(new PublisherActor.SetRoute(new Route.ToContainer(address)));
  }

  private void confirm(HostId target) {
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
                context.messageAdapter(
                    ShippingActor.Reached.class, r -> new StepDone(Step.CONFIRM))));
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
                context.messageAdapter(
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
      Function<T, Command> ok,
      Function<String, Command> failed) {
    context.pipeToSelf(
        blocking.call(call),
        (value, failure) ->
            failure == null ? ok.apply(value) : failed.apply(Blocking.reason(failure)));
  }

  private static SnapshotMark mark(Step step) {
    return SnapshotMark.of(
        switch (step) {
          case FIRST_SNAPSHOT -> "first";
          case FINAL_SNAPSHOT -> "switchover";
          default -> "stop";
        });
  }
}
