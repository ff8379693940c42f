package flocker.node.sim;

import flocker.node.authority.Effect;
import flocker.node.authority.Input;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What operators ask of a running master: barriers, switchovers, roll-backs, voters, upgrades. */
final class Operator {
  private static final class Barrier {
    private final long id;
    private final Snap snap;
    private boolean sent;

    private Barrier(long id, Snap snap) {
      this.id = id;
      this.snap = snap;
    }
  }

  private record Switch(SimHost target, Snap last, long since) {}

  private static final double EACH_WORK = 0.15;

  private final Cluster cluster;
  private final World world;
  private final SimHost host;
  private final SimNode node;
  private final MasterLife life;
  private final List<Barrier> barriers = new ArrayList<>();
  private Switch handover;
  private Snap rollbackTo;
  private Snap rolledBackFrom;
  private HostId leaving;
  private boolean changing;
  private boolean upgrading;

  Operator(Cluster cluster, SimHost host, SimNode node, MasterLife life) {
    this.cluster = cluster;
    this.world = cluster.world();
    this.host = host;
    this.node = node;
    this.life = life;
  }

  /** Whatever was under way is given up. */
  void abandon() {
    barriers.clear();
    handover = null;
    rollbackTo = null;
    leaving = null;
    changing = false;
  }

  void work() {
    List.copyOf(barriers).forEach(this::barrierStep);
    if (handover != null) {
      switchoverStep();
    }
    boolean free = life.phase() == MasterLife.Phase.RUNNING && !upgrading;
    List<Scenario.Operation> wishes = cluster.scenario().operators();
    if (free && !cluster.healed() && !wishes.isEmpty() && world.chance(EACH_WORK)) {
      switch (wishes.get(world.random().nextInt(wishes.size()))) {
        case BARRIER -> barrier();
        case SWITCHOVER -> {
          List<SimHost> others = voters();
          if (!others.isEmpty()) {
            switchover(others.get(world.random().nextInt(others.size())));
          }
        }
        case ROLLBACK -> rollback();
        case VOTERS -> changeVoters();
        case UPGRADE -> upgrade();
      }
    }
  }

  private SortedSet<HostId> voterIds() {
    return host.node().authority().durable().record().voters();
  }

  /** Other hosts that could be elected. */
  private List<SimHost> voters() {
    return cluster.hosts().stream()
        .filter(h -> h != host && h.storage() && voterIds().contains(h.id()))
        .toList();
  }

  // --- barrier

  private void barrier() {
    if (barriers.size() < 2) {
      boolean current =
          host.replica().unsnapped() == 0 && host.replica().position().epoch().equals(life.epoch());
      Snap snap = current ? host.replica().head() : life.snap();
      begin(snap);
    }
  }

  private void begin(Snap snap) {
    Barrier barrier = new Barrier(world.events(), snap);
    barriers.add(barrier);
    world.log(host.name(), () -> "barrier wanted at " + snap);
  }

  private void barrierStep(Barrier barrier) {
    boolean elsewhere =
        voters().stream()
            .filter(h -> !h.id().equals(leaving))
            .map(h -> life.confirmed().get(h.name()))
            .anyMatch(at -> at != null && at.contains(barrier.snap));
    boolean alone = cluster.storageHosts() == 1 || cluster.scenario().has(Bug.BARRIER_BEFORE_DATA);
    if (!barrier.sent && (elsewhere || alone)) {
      barrier.sent = true;
      node.give(new Input.BarrierWanted(barrier.id, barrier.snap.position()));
    }
  }

  void told(Effect effect) {
    if (effect instanceof Effect.BarrierDone done) {
      for (Barrier barrier : List.copyOf(barriers)) {
        if (barrier.id == done.barrier()) {
          barriers.remove(barrier);
          cluster.invariants().barrierDone(host, barrier.snap, life.epoch());
          cluster.count("barriers");
        }
      }
    } else if (effect instanceof Effect.BarrierFailed failed) {
      barriers.removeIf(b -> b.id == failed.barrier());
    } else if (effect instanceof Effect.RecordDone) {
      changing = false;
      leaving = null;
      cluster.count("voters");
    } else if (effect instanceof Effect.RecordFailed) {
      changing = false;
      leaving = null;
    }
  }

  private void stopBarriers(String why) {
    barriers.clear();
    node.give(new Input.BarriersAborted(why));
  }

  // --- switchover

  void switchover(SimHost target) {
    world.log(host.name(), () -> "switchover to " + target);
    stopBarriers("switchover");
    life.phaseIs(MasterLife.Phase.SWITCHING);
    life.kill(
        () -> {
          Snap last = life.snap();
          handover = new Switch(target, last, host.local());
        });
  }

  private void switchoverStep() {
    Snap there = life.confirmed().get(handover.target.name());
    if (there != null && there.contains(handover.last)) {
      SimHost target = handover.target;
      handover = null;
      cluster.count("switchovers");
      node.give(new Input.ReleaseWanted(target.id()));
    } else if (host.local() - handover.since > 1_500 * World.MILLI) {
      world.log(host.name(), () -> "switchover fails back");
      handover = null;
      life.launch();
    }
  }

  // --- roll-back

  private void rollback() {
    Snap to = host.replica().head();
    int back = 1 + world.random().nextInt(6);
    for (int i = 0; i < back && to.parent() != null; i++) {
      to = to.parent();
    }
    Snap target = to;
    world.log(host.name(), () -> "ROLL-BACK to " + target + " from " + host.replica().head());
    stopBarriers("roll-back");
    life.phaseIs(MasterLife.Phase.ROLLING_BACK);
    life.kill(
        () -> {
          life.snap();
          rollbackTo = target;
          rolledBackFrom = host.replica().head();
          if (cluster.scenario().has(Bug.ROLLBACK_MOVES_FIRST)) {
            host.replica().swap(target);
            node.give(new Input.PositionChanged(target.position()));
          }
          node.give(new Input.NewEpochWanted());
        });
  }

  /** The epoch is granted: the copy moves, in one commit point. */
  boolean swapRollback(Epoch won) {
    if (rollbackTo == null) {
      return false;
    }
    Snap target = rollbackTo;
    abandon();
    Replica replica = host.replica();
    cluster.invariants().rolledBack(target);
    cluster.count("rollbacks");
    replica.open(won);
    Snap first = cluster.snap(won, 0, target, host.name());
    if (replica.head() == rolledBackFrom) {
      replica.swap(first);
    } else {
      replica.advance(first);
    }
    world.log(host.name(), () -> "rolled back, head " + first);
    begin(first);
    return true;
  }

  // --- voters

  private void changeVoters() {
    if (changing) {
      return;
    }
    SortedSet<HostId> now = new TreeSet<>(voterIds());
    List<SimHost> out =
        cluster.hosts().stream()
            .filter(h -> !now.contains(h.id()))
            .filter(h -> !h.storage() || life.confirmed().containsKey(h.name()))
            .toList();
    List<SimHost> in =
        cluster.hosts().stream()
            .filter(h -> h != host && now.contains(h.id()) && othersHave(h))
            .toList();
    if (!out.isEmpty() && (now.size() <= 3 || world.chance(0.5))) {
      now.add(out.get(world.random().nextInt(out.size())).id());
    } else if (now.size() > 3 && !in.isEmpty()) {
      SimHost gone = in.get(world.random().nextInt(in.size()));
      leaving = gone.id();
      now.remove(gone.id());
    } else {
      return;
    }
    changing = true;
    String names = now.stream().map(id -> cluster.host(id).name()).collect(Collectors.joining(","));
    world.log(host.name(), () -> "voters -> " + names);
    node.give(new Input.RecordWanted(world.events(), now, "{}"));
  }

  /** Without this host another voter still has the newest barrier. */
  private boolean othersHave(SimHost without) {
    return voters().stream()
        .filter(h -> h != without)
        .map(h -> life.confirmed().get(h.name()))
        .anyMatch(at -> at != null && at.position().atLeast(node.authority().durable().barrier()));
  }

  // --- upgrade

  /** One long lease, then the JVM ends, and starts again a little later. */
  private void upgrade() {
    world.log(host.name(), () -> "upgrade");
    upgrading = true;
    node.give(new Input.LongLeaseWanted(8_000));
    host.in(
        100,
        1_500,
        () -> {
          cluster.count("upgrades");
          host.killJvm();
          cluster.startLater(host, world.between(500, 4_000));
        });
  }
}
