package flocker.node.sim;

import flocker.node.authority.Effect;
import flocker.node.authority.HostView;
import flocker.node.authority.Input;
import flocker.node.authority.LeaseTimes;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a host does with an epoch that it holds: a thin model of the supervisor. Take-over, launch
 * on a fresh renewal, snapshots, lapse, switchover, roll-back, yielding. Everything here is lost
 * with the JVM.
 */
final class MasterLife {
  /** Where it is. */
  enum Phase {
    STANDBY,
    RESUMING,
    OPENING,
    WAITING_FOR_FRESH_LEASE,
    RUNNING,
    IDLE,
    SWITCHING,
    ROLLING_BACK,
    YIELDING
  }

  private final Cluster cluster;
  private final World world;
  private final SimHost host;
  private final SimNode node;
  private final LeaseTimes times;
  private final Operator operator;
  private final Map<String, Snap> confirmed = new LinkedHashMap<>();
  private Phase phase = Phase.STANDBY;
  private Epoch epoch;
  private long generation;
  private long leaseEnds = Long.MIN_VALUE;
  private long freshSince;
  private boolean positionTold;

  MasterLife(Cluster cluster, SimHost host, SimNode node, LeaseTimes times) {
    this.cluster = cluster;
    this.world = cluster.world();
    this.host = host;
    this.node = node;
    this.times = times;
    this.operator = new Operator(cluster, host, node, this);
  }

  Phase phase() {
    return phase;
  }

  Epoch epoch() {
    return epoch;
  }

  Map<String, Snap> confirmed() {
    return confirmed;
  }

  boolean positionTold() {
    return positionTold || !host.storage();
  }

  private boolean valid() {
    return epoch != null && host.local() < deadline();
  }

  private long deadline() {
    return leaseEnds == Long.MIN_VALUE
        ? Long.MIN_VALUE
        : leaseEnds - times.killAllowance().toNanos();
  }

  void fitness() {
    node.give(new Input.FitnessChanged(!host.sick()));
  }

  // --- start of the JVM

  /** After {@link #masterAgain}, if the journal says so. */
  void start() {
    if (!host.storage()) {
      return;
    }
    boolean again = epoch != null;
    if (host.container() == null) {
      cluster.invariants().beliefEnds(host);
      node.give(new Input.ContainerChanged(false));
    }
    if (again && host.container() != null) {
      tellPosition();
    } else {
      kill(() -> host.in(20, 500, this::replay));
    }
    fitness();
    work();
  }

  /** Mounted once, so that no write is lost, and looked at: then the position may be told. */
  private void replay() {
    Replica replica = host.replica();
    if (replica.writable() && replica.unsnapped() > 0) {
      snap();
    }
    if (epoch == null) {
      replica.close();
    }
    positionTold = true;
    tellPosition();
  }

  private void tellPosition() {
    positionTold = true;
    node.give(new Input.PositionChanged(host.replica().position()));
  }

  void masterAgain(Epoch held) {
    epoch = held;
    phase = Phase.RESUMING;
  }

  // --- what the authority says

  void elected(Epoch won) {
    epoch = won;
    leaseEnds = Long.MIN_VALUE;
    confirmed.clear();
    generation++;
    if (phase == Phase.ROLLING_BACK && operator.swapRollback(won)) {
      tellPosition();
      launch();
      return;
    }
    operator.abandon();
    phase = Phase.OPENING;
    kill(this::open);
  }

  private void open() {
    phase = Phase.OPENING;
    later(
        20,
        400,
        () -> {
          host.replica().open(epoch);
          snap();
          launch();
        });
  }

  /** Armed, then a renewal sent after everything was ready, then started. */
  void launch() {
    if (!valid() || host.sick()) {
      phase = Phase.IDLE;
      return;
    }
    phase = Phase.OPENING;
    node.give(new Input.ContainerChanged(true));
    host.arm(deadline());
    later(
        5,
        150,
        () -> {
          phase = Phase.WAITING_FOR_FRESH_LEASE;
          freshSince = host.local();
          node.give(new Input.FreshRenewalWanted());
        });
  }

  void leaseHeld(Effect.LeaseHeld held) {
    if (!held.epoch().equals(epoch)) {
      return;
    }
    leaseEnds = Math.max(leaseEnds, held.endsAt());
    if (valid()) {
      host.feed(deadline());
    }
    boolean fresh = phase == Phase.WAITING_FOR_FRESH_LEASE && held.sentAt() >= freshSince;
    if (fresh && valid() && host.sick()) {
      lapse();
    } else if (fresh && valid()) {
      phase = Phase.RUNNING;
      host.startContainer(epoch);
    } else if (valid() && (phase == Phase.RESUMING || phase == Phase.IDLE) && positionTold()) {
      resume();
    }
  }

  private void resume() {
    boolean opened = host.replica().writable() && host.replica().writeEpoch().equals(epoch);
    if (host.container() != null && opened) {
      world.log(host.name(), () -> "adopts its container");
      host.arm(deadline());
      phase = Phase.RUNNING;
    } else if (opened) {
      kill(this::launch);
    } else {
      kill(this::open);
    }
  }

  void leaseLapsed(Epoch of) {
    if (!of.equals(epoch)) {
      return;
    }
    if (phase == Phase.SWITCHING) {
      operator.abandon();
    }
    if (phase != Phase.ROLLING_BACK && phase != Phase.RESUMING) {
      lapse();
    }
  }

  private void lapse() {
    generation++;
    phase = Phase.OPENING;
    kill(() -> phase = Phase.IDLE);
  }

  void deposed(Epoch of) {
    if (of.equals(epoch)) {
      yieldNow();
    }
  }

  private void yieldNow() {
    epoch = null;
    leaseEnds = Long.MIN_VALUE;
    generation++;
    operator.abandon();
    phase = Phase.YIELDING;
    kill(
        () ->
            later(
                5,
                100,
                () -> {
                  if (host.replica().unsnapped() > 0) {
                    snap();
                  }
                  host.replica().close();
                  phase = Phase.STANDBY;
                }));
  }

  void released(Epoch of) {
    if (!of.equals(epoch)) {
      return;
    }
    if (cluster.scenario().has(Bug.RELEASE_TAKEN_BACK)) {
      operator.abandon();
      phase = Phase.WAITING_FOR_FRESH_LEASE;
      later(300, 900, this::startOnOldLease);
    } else {
      yieldNow();
    }
  }

  private void startOnOldLease() {
    if (valid()) {
      phase = Phase.RUNNING;
      host.startContainer(epoch);
    }
  }

  void told(Effect effect) {
    if (effect instanceof Effect.ElectionFailed && phase == Phase.ROLLING_BACK) {
      operator.abandon();
      if (epoch != null) {
        phase = Phase.IDLE;
      }
    } else {
      operator.told(effect);
    }
  }

  void containerFoundDead() {
    boolean mine = phase == Phase.RUNNING && host.container() == null;
    if (mine) {
      dead();
      phase = Phase.IDLE;
    }
  }

  /** Kills and proves it, then goes on. */
  void kill(Runnable then) {
    if (host.container() == null) {
      dead();
      then.run();
      return;
    }
    later(
        5,
        times.killAllowance().toMillis() * 0.9,
        () -> {
          host.containerDied("killed");
          dead();
          then.run();
        });
  }

  /** What it wrote last is in a snapshot before the voter may vote for somebody without it. */
  private void dead() {
    host.disarm();
    boolean late = host.replica().unsnapped() > 0 && positionTold;
    if (late) {
      node.give(new Input.PositionInDoubt());
      host.in(5, host.sick() ? 3_000 : 150, this::snapLate);
    }
    node.give(new Input.ContainerChanged(false));
  }

  /** What the dead container wrote last; nothing if a step has taken it meanwhile. */
  private void snapLate() {
    if (host.replica().unsnapped() > 0 && host.container() == null) {
      snap();
    } else {
      tellPosition();
    }
  }

  /** Unless something newer has begun meanwhile. */
  void later(double leastMillis, double mostMillis, Runnable action) {
    long mine = generation;
    host.in(
        leastMillis,
        mostMillis,
        () -> {
          if (mine == generation) {
            action.run();
          }
        });
  }

  // --- snapshots and replication

  Snap snap() {
    Replica replica = host.replica();
    Snap snap =
        cluster.snap(replica.writeEpoch(), replica.nextSequence(), replica.head(), host.name());
    replica.snapped(snap);
    tellPosition();
    return snap;
  }

  private void work() {
    host.in(
        50,
        400 * cluster.scale(),
        () -> {
          if (epoch != null) {
            workAsMaster();
          }
          work();
        });
  }

  private void workAsMaster() {
    if (phase == Phase.RUNNING && host.replica().unsnapped() > 0 && world.chance(0.8)) {
      snap();
    }
    if (valid() && host.replica().writable()) {
      replicate();
    }
    boolean retry = phase == Phase.IDLE && valid() && !host.sick();
    if (retry) {
      resume();
    }
    if (host.sick()) {
      stepDown();
    }
    operator.work();
  }

  /** Only where another host said within the last lease that it is fit and up to date. */
  private void stepDown() {
    Optional<HostId> fit = fitHost();
    if (fit.isEmpty()) {
      return;
    }
    if (phase == Phase.RUNNING) {
      operator.switchover(cluster.host(fit.get()));
    } else if (phase == Phase.IDLE && host.container() == null) {
      node.give(new Input.ReleaseWanted(fit.get()));
    }
  }

  private Optional<HostId> fitHost() {
    return node.authority().view(host.local()).hosts().entrySet().stream()
        .filter(e -> isFit(e.getValue()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private boolean isFit(HostView view) {
    return view.couldServe()
        && view.heardMillisAgo() < times.lease().toMillis()
        && (phase == Phase.RUNNING || view.position().atLeast(host.replica().position()));
  }

  private void replicate() {
    Epoch mine = epoch;
    for (SimHost slave : cluster.hosts()) {
      if (slave != host && slave.storage()) {
        cluster
            .network()
            .deliver(
                host,
                slave,
                () -> {
                  Snap at = slave.replica().head();
                  cluster.network().deliver(slave, host, () -> plan(slave, mine, at));
                });
      }
    }
  }

  private void plan(SimHost slave, Epoch mine, Snap at) {
    MasterLife now = host.node().life();
    if (now != this || !mine.equals(epoch) || !host.replica().writable()) {
      return;
    }
    Snap to = host.replica().head();
    if (to.contains(at)) {
      confirmed.put(slave.name(), at);
    }
    if (to != at) {
      cluster
          .network()
          .deliver(host, slave, () -> slave.node().receiver().offered(host, mine, at, to));
    }
  }

  void confirmed(SimHost slave, Epoch of, Snap snap) {
    if (of.equals(epoch)) {
      confirmed.put(slave.name(), snap);
    }
  }

  void phaseIs(Phase next) {
    generation++;
    phase = next;
  }

  boolean leaseValid() {
    return valid();
  }
}
