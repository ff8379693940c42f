package flocker.node.system;

import flocker.node.authority.AuthorityView;
import flocker.node.authority.Effect;
import flocker.node.authority.Input;
import flocker.node.authority.VoterActor;
import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import flocker.node.supervisor.MasterSupervisorActor;
import flocker.node.supervisor.ShippingActor;
import flocker.node.supervisor.SupervisorEvent;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.BarrierView;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.PositionLabel;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SystemName;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotMark;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The barriers of one system on its master: takes the snapshot, waits until enough other hosts have
 * it, has the voters record it. A switchover, a roll-back or the end of the mastership fails those
 * under way.
 */
final class BarriersActor extends AbstractBehavior<BarriersActor.Command> {
  /** What it can be told. */
  sealed interface Command {}

  /** A barrier is wanted. */
  record Take(int copies, Duration limit, ActorRef<AdminReply> replyTo) implements Command {}

  record News(SystemNews news) implements Command {}

  private record Snapped(long id, ShippingActor.Taken taken) implements Command {}

  private record Seen(Optional<AuthorityView> view) implements Command {}

  private record GiveUp(long id) implements Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private record UnderWay(BarrierOrder order, long since, ActorRef<AdminReply> replyTo) {}

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration ANSWER = Duration.ofSeconds(1);
  private static final int MOST = 64;

  private final TimerScheduler<Command> timers;
  private final Host host;
  private final SystemName name;
  private final ActorRef<VoterActor.Command> voter;
  private final ActorRef<UserSystemActor.ToSupervisor> supervisor;
  private final Map<Long, UnderWay> orders = new LinkedHashMap<>();
  private final Map<HostId, Position> confirmed = new HashMap<>();
  private Set<HostId> electable = Set.of();
  private long ids;

  static Behavior<Command> create(
      Host host,
      SystemName name,
      ActorRef<VoterActor.Command> voter,
      ActorRef<UserSystemActor.ToSupervisor> supervisor) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new BarriersActor(context, timers, host, name, voter, supervisor)));
  }

  private BarriersActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Host host,
      SystemName name,
      ActorRef<VoterActor.Command> voter,
      ActorRef<UserSystemActor.ToSupervisor> supervisor) {
    super(context);
    this.timers = timers;
    this.host = host;
    this.name = name;
    this.voter = voter;
    this.supervisor = supervisor;
    this.ids = host.random().get().nextLong() >>> 2;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Take.class, this::onTake)
        .onMessage(Snapped.class, this::onSnapped)
        .onMessage(News.class, m -> onNews(m.news()))
        .onMessage(Look.class, m -> onLook())
        .onMessage(Seen.class, this::onSeen)
        .onMessage(GiveUp.class, m -> onGiveUp(m.id()))
        .build();
  }

  private Behavior<Command> onTake(Take take) {
    if (orders.size() >= MOST) {
      take.replyTo()
          .tell(
              new AdminRefusal(
                  RefusalCode.CONFLICT, MOST + " barriers are under way already; try again"));
      return this;
    }
    long id = ++ids;
    orders.put(
        id, new UnderWay(new BarrierOrder(take.copies()), host.clock().nanos(), take.replyTo()));
    supervisor.tell(
        new UserSystemActor.ToSupervisor(
            new MasterSupervisorActor.TakeSnapshot(SnapshotMark.of("barrier"), snapshotReply(id))));
    timers.startSingleTimer(id, new GiveUp(id), take.limit());
    return onLook();
  }

  /** Not an adapter of this actor: there may be several orders at once. */
  private ActorRef<ShippingActor.Taken> snapshotReply(long id) {
    ActorRef<Command> self = getContext().getSelf();
    return getContext()
        .spawnAnonymous(
            Behaviors.receive(ShippingActor.Taken.class)
                .onAnyMessage(
                    taken -> {
                      self.tell(new Snapped(id, taken));
                      return Behaviors.stopped();
                    })
                .build());
  }

  private Behavior<Command> onSnapped(Snapped snapped) {
    UnderWay one = orders.get(snapped.id());
    if (one != null) {
      Optional<Position> position = snapped.taken().position();
      if (position.isPresent()) {
        one.order().snapshotTaken(position.get());
        advance();
      } else {
        fail(snapped.id(), snapped.taken().failure().orElse("the snapshot has no position"));
      }
    }
    return this;
  }

  private Behavior<Command> onLook() {
    if (!orders.isEmpty()) {
      VoterActor.look(getContext(), voter, ANSWER, Seen::new);
    }
    return this;
  }

  private Behavior<Command> onSeen(Seen seen) {
    long lease = host.config().lease().lease().toMillis();
    seen.view().ifPresent(view -> electable = electable(view, lease));
    advance();
    if (!orders.isEmpty()) {
      timers.startSingleTimer(Look.INSTANCE, Look.INSTANCE, LOOK_EVERY);
    }
    return this;
  }

  /** Voters that said within the last lease that they could serve. */
  private static Set<HostId> electable(AuthorityView view, long leaseMillis) {
    Set<HostId> found = new HashSet<>();
    view.hosts()
        .forEach(
            (id, said) -> {
              if (said.couldServeWithin(leaseMillis) && view.voters().contains(id)) {
                found.add(id);
              }
            });
    return found;
  }

  private void advance() {
    orders.forEach(
        (id, one) -> {
          if (one.order().look(confirmed, electable)) {
            voter.tell(new VoterActor.Tell(new Input.BarrierWanted(id, one.order().position())));
          }
        });
  }

  private Behavior<Command> onNews(SystemNews news) {
    if (news instanceof SystemNews.Decided decided) {
      onDecided(decided.effect());
    } else if (news instanceof SystemNews.Supervised supervised) {
      onSupervised(supervised.event());
    }
    return this;
  }

  private void onDecided(Effect effect) {
    if (effect instanceof Effect.BarrierDone done) {
      done(done.barrier());
    } else if (effect instanceof Effect.BarrierFailed failed) {
      fail(failed.barrier(), failed.why());
    } else if (effect instanceof Effect.Elected || effect instanceof Effect.Deposed) {
      confirmed.clear();
      failAll("another epoch has begun");
    }
  }

  private void onSupervised(SupervisorEvent event) {
    if (event instanceof SupervisorEvent.FromShipping from
        && from.notice() instanceof ShippingActor.ReplicaChanged changed) {
      ReplicaStatus status = changed.status();
      status
          .confirmed()
          .ifPresentOrElse(
              at -> confirmed.put(status.slave(), at), () -> confirmed.remove(status.slave()));
      advance();
    } else if (event instanceof SupervisorEvent.PhaseChanged changed) {
      switch (changed.to()) {
        case SWITCHING, YIELDING, STANDBY -> failAll("the mastership is given up here");
        case ROLLING_BACK -> failAll("the system goes back to an earlier version");
        default -> {
          // The position is on its way, and the lease may come back.
        }
      }
    }
  }

  private void failAll(String why) {
    if (!orders.isEmpty()) {
      voter.tell(new VoterActor.Tell(new Input.BarriersAborted(why)));
      List.copyOf(orders.keySet()).forEach(id -> fail(id, why));
    }
  }

  private void done(long id) {
    UnderWay one = orders.remove(id);
    if (one != null) {
      timers.cancel(id);
      one.replyTo()
          .tell(
              new BarrierView(
                  name,
                  PositionLabel.of(one.order().position()).orElseThrow(),
                  one.order().holders().stream()
                      .map(holder -> new HostName(host.config().host(holder).name()))
                      .toList(),
                  (host.clock().nanos() - one.since()) / 1_000_000L));
    }
  }

  private Behavior<Command> onGiveUp(long id) {
    fail(id, "the barrier was not complete in time");
    return this;
  }

  private void fail(long id, String why) {
    UnderWay one = orders.remove(id);
    if (one != null) {
      timers.cancel(id);
      boolean doubt = one.order().stage() == BarrierOrder.Stage.RECORD;
      one.replyTo()
          .tell(
              new AdminRefusal(
                  doubt ? RefusalCode.TIMED_OUT : RefusalCode.FAILED, one.order().failure(why)));
    }
  }
}
