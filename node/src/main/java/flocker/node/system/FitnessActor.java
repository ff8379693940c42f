package flocker.node.system;

import flocker.node.blocking.Blocking;
import flocker.node.storage.PoolState;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Looks at this host's storage every so often: the pool's own state, its free space, and a canary
 * write that must be read back within a deadline. A look that hangs counts as unfit when its
 * deadline passes, and no second one is begun meanwhile.
 */
public final class FitnessActor extends AbstractBehavior<FitnessActor.Command> {
  /** What it can be told. */
  public sealed interface Command {}

  /** Asks for what was found last. */
  public record Describe(ActorRef<Fitness> replyTo) implements Command {}

  private record Looked(Optional<PoolState> pool, String why) implements Command {}

  private enum Timer implements Command {
    LOOK,
    DEADLINE
  }

  /**
   * The state of storage.
   *
   * @param pool empty while it could not be asked
   * @param why empty if storage is fit
   */
  public record Fitness(Optional<PoolState> pool, String why) {
    public boolean fit() {
      return why.isEmpty();
    }
  }

  private final TimerScheduler<Command> timers;
  private final Host host;
  private final Storage storage;
  private final ActorRef<SystemsActor.StorageFitness> listener;
  private final Blocking storing;
  private Fitness last = new Fitness(Optional.empty(), "storage was not looked at yet");
  private volatile boolean opened;
  private boolean looking;
  private boolean first = true;

  /** Of a host with storage. */
  public static Behavior<Command> create(
      Host host, Storage storage, ActorRef<SystemsActor.StorageFitness> listener) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new FitnessActor(context, timers, host, storage, listener)));
  }

  private FitnessActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Host host,
      Storage storage,
      ActorRef<SystemsActor.StorageFitness> listener) {
    super(context);
    this.timers = timers;
    this.host = host;
    this.storage = storage;
    this.listener = listener;
    this.storing =
        new Blocking(
            context
                .getSystem()
                .dispatchers()
                .lookup(DispatcherSelector.fromConfig(Host.STORAGE_DISPATCHER)));
    Duration interval = host.config().storage().fitnessInterval();
    timers.startTimerWithFixedDelay(Timer.LOOK, Timer.LOOK, Duration.ZERO, interval);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessageEquals(Timer.LOOK, this::onLook)
        .onMessageEquals(Timer.DEADLINE, this::onDeadline)
        .onMessage(Looked.class, this::onLooked)
        .onMessage(Describe.class, this::onDescribe)
        .build();
  }

  private Behavior<Command> onLook() {
    if (looking) {
      return this;
    }
    looking = true;
    timers.startSingleTimer(
        Timer.DEADLINE, Timer.DEADLINE, host.config().storage().canaryDeadline());
    getContext()
        .pipeToSelf(
            storing.call(this::look),
            (pool, failure) ->
                failure == null
                    ? new Looked(Optional.of(pool), judge(pool))
                    : new Looked(Optional.empty(), Blocking.reason(failure)));
    return this;
  }

  /** Blocks; never run twice at once. */
  private PoolState look() throws StorageFault {
    if (!opened) {
      storage.open();
      opened = true;
    }
    PoolState pool = storage.pool();
    storage.canary();
    return pool;
  }

  private String judge(PoolState pool) {
    double reserve = host.config().storage().reserve();
    if (!pool.usable()) {
      return "the pool is " + pool.health();
    }
    if (pool.freeBytes() < pool.sizeBytes() * reserve) {
      return "the pool has "
          + pool.freeBytes()
          + " of "
          + pool.sizeBytes()
          + " bytes free, less than the reserve of "
          + Math.round(reserve * 100)
          + " %; free some space or add some";
    }
    return "";
  }

  private Behavior<Command> onDeadline() {
    if (looking) {
      tell(
          new Fitness(
              last.pool(),
              "a canary write did not end within " + host.config().storage().canaryDeadline()));
    }
    return this;
  }

  private Behavior<Command> onLooked(Looked looked) {
    looking = false;
    timers.cancel(Timer.DEADLINE);
    tell(new Fitness(looked.pool(), looked.why()));
    return this;
  }

  private void tell(Fitness now) {
    boolean changed = first || !now.why().equals(last.why());
    first = false;
    last = now;
    if (changed) {
      getContext().getLog().info("storage-fitness fit={} {}", now.fit(), now.why());
      listener.tell(new SystemsActor.StorageFitness(now.fit(), now.why()));
    }
  }

  private Behavior<Command> onDescribe(Describe describe) {
    describe.replyTo().tell(last);
    return this;
  }
}
