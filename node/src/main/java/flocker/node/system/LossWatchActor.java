package flocker.node.system;

import flocker.node.authority.Effect;
import flocker.node.blocking.Blocking;
import flocker.node.container.ContainerState;
import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import flocker.node.supervisor.Phase;
import flocker.node.supervisor.ShippingActor;
import flocker.node.supervisor.SupervisorEvent;
import flocker.protocol.admin.LossPolicy;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SystemId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Keeps a bounded loss policy on the master: freezes the container while the other hosts are too
 * far behind, with an alarm, and thaws it again. {@link LossBound} decides.
 */
final class LossWatchActor extends AbstractBehavior<LossWatchActor.Command> {
  /** What it can be told. */
  sealed interface Command {}

  record News(SystemNews news) implements Command {}

  private record Found(boolean still) implements Command {}

  private record Acted(boolean still, String failure) implements Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private static final Duration EVERY = Duration.ofMillis(100);
  private static final String ALARM = "loss-bound";

  private final TimerScheduler<Command> timers;
  private final Host host;
  private final SystemId id;
  private final ActorRef<UserSystemActor.Raise> alarms;
  private final Blocking containers;
  private final Map<HostId, ReplicaStatus> replicas = new HashMap<>();
  private LossPolicy policy = LossPolicy.ASYNCHRONOUS;
  private Phase phase = Phase.STANDBY;
  private long since;
  private boolean still;
  private boolean acting;

  static Behavior<Command> create(Host host, SystemId id, ActorRef<UserSystemActor.Raise> alarms) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new LossWatchActor(context, timers, host, id, alarms)));
  }

  private LossWatchActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Host host,
      SystemId id,
      ActorRef<UserSystemActor.Raise> alarms) {
    super(context);
    this.timers = timers;
    this.host = host;
    this.id = id;
    this.alarms = alarms;
    this.containers =
        new Blocking(
            context
                .getSystem()
                .dispatchers()
                .lookup(DispatcherSelector.fromConfig(Host.CONTAINER_DISPATCHER)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(News.class, m -> onNews(m.news()))
        .onMessage(Look.class, m -> onLook())
        .onMessage(Found.class, this::onFound)
        .onMessage(Acted.class, this::onActed)
        .build();
  }

  private Behavior<Command> onNews(SystemNews news) {
    if (news instanceof SystemNews.Recorded recorded) {
      policy = recorded.wanted().automation().loss();
    } else if (news instanceof SystemNews.Supervised supervised) {
      if (supervised.event() instanceof SupervisorEvent.PhaseChanged changed) {
        phaseIs(changed.to());
      } else if (supervised.event() instanceof SupervisorEvent.FromShipping from
          && from.notice() instanceof ShippingActor.ReplicaChanged changed) {
        replicas.put(changed.status().slave(), changed.status());
      }
    } else if (news instanceof SystemNews.Decided decided
        && (decided.effect() instanceof Effect.Elected
            || decided.effect() instanceof Effect.Deposed)) {
      replicas.clear();
    }
    return this;
  }

  private void phaseIs(Phase now) {
    phase = now;
    if (now == Phase.RUNNING) {
      since = host.clock().nanos();
      find();
      timers.startTimerWithFixedDelay(Look.INSTANCE, Look.INSTANCE, EVERY);
    } else {
      timers.cancel(Look.INSTANCE);
      if (still) {
        // A frozen init cannot end as it is asked to.
        act(false);
      }
    }
  }

  /** An earlier JVM may have left it frozen. */
  private void find() {
    acting = true;
    getContext()
        .pipeToSelf(
            containers.call(
                () -> host.containers().state(id).phase() == ContainerState.Phase.PAUSED),
            (found, failure) -> new Found(failure == null && found));
  }

  private Behavior<Command> onFound(Found found) {
    acting = false;
    still = found.still();
    return this;
  }

  private Behavior<Command> onLook() {
    if (acting || phase != Phase.RUNNING || (policy.bound().isEmpty() && !still)) {
      return this;
    }
    long behind = LossBound.behind(replicas.values(), since, host.clock().nanos());
    boolean wanted =
        policy.bound().filter(bound -> LossBound.standsStill(bound, behind, still)).isPresent();
    if (wanted != still) {
      act(wanted);
    }
    return this;
  }

  private void act(boolean freeze) {
    acting = true;
    getContext()
        .pipeToSelf(
            containers.call(
                () -> {
                  if (freeze) {
                    host.containers().pause(id);
                  } else {
                    host.containers().resume(id);
                  }
                  return freeze;
                }),
            (done, failure) -> new Acted(freeze, failure == null ? "" : Blocking.reason(failure)));
  }

  private Behavior<Command> onActed(Acted acted) {
    acting = false;
    if (acted.failure().isEmpty()) {
      still = acted.still();
      getContext().getLog().warn("loss-bound system={} stands-still={}", id, still);
      alarms.tell(
          new UserSystemActor.Raise(
              ALARM,
              still
                  ? "the container stands still: no other host is within "
                      + policy
                      + " of it; it goes on when one has caught up"
                  : ""));
      if (still && phase != Phase.RUNNING) {
        act(false); // the phase changed while it was being frozen
      }
    } else {
      // A container that ended meanwhile is neither frozen nor to be thawed.
      still = false;
      alarms.tell(new UserSystemActor.Raise(ALARM, ""));
      getContext().getLog().warn("loss-bound-failed system={} reason={}", id, acted.failure());
    }
    return this;
  }
}
