package flocker.node.sim;

import java.util.ArrayList;
import java.util.List;

/** Chooses, from the seed, what goes wrong and when; and heals everything at the end. */
final class Nemesis {
  private static final double[] GAPS = {.05, .5, 2, 5, 9};
  private static final double[] DURATIONS = {.3, 1, 2.9, 4, 8, 15};

  private final Cluster cluster;
  private final World world;

  Nemesis(Cluster cluster) {
    this.cluster = cluster;
    this.world = cluster.world();
  }

  void plan() {
    double end = cluster.scenario().seconds();
    double at = 4 + world.random().nextDouble() * 4;
    List<Scenario.Fault> faults = cluster.scenario().nemesis();
    while (!faults.isEmpty() && at < end - 2) {
      Scenario.Fault fault = faults.get(world.random().nextInt(faults.size()));
      world.after((long) (at * World.SECOND), () -> strike(fault));
      double gap = GAPS[world.random().nextInt(GAPS.length)] * cluster.scale();
      at += gap * (.5 + world.random().nextDouble());
    }
    if (!faults.isEmpty() && world.chance(0.3)) {
      double when = 5 + world.random().nextDouble() * (end - 10);
      boolean destroy = world.chance(0.5);
      world.after((long) (when * World.SECOND), () -> forEver(destroy));
    }
    world.after((long) (end * World.SECOND), cluster::heal);
  }

  private SimHost victim() {
    List<SimHost> all = cluster.hosts();
    int roll = world.random().nextInt(all.size() + 2);
    if (roll < all.size()) {
      return all.get(roll);
    }
    return all.stream()
        .filter(h -> h.container() != null)
        .findFirst()
        .orElseGet(() -> all.get(world.random().nextInt(all.size())));
  }

  private void forEver(boolean destroy) {
    SimHost host = victim();
    if (destroy) {
      world.log(host.name(), () -> "--- destroyed");
      host.destroy();
    } else if (host.storage()) {
      world.log(host.name(), () -> "--- sick for ever");
      cluster.sickForEver(host);
      host.makeSick(true);
    }
  }

  private void until(long duration, SimHost host, Runnable undo) {
    world.after(
        duration,
        () -> {
          if (!cluster.healed() && !host.destroyed()) {
            undo.run();
          }
        });
  }

  private void strike(Scenario.Fault fault) {
    SimHost host = victim();
    SimHost other = cluster.hosts().get(world.random().nextInt(cluster.hosts().size()));
    double seconds =
        DURATIONS[world.random().nextInt(DURATIONS.length)]
            * cluster.scale()
            * (.7 + .6 * world.random().nextDouble());
    long duration = (long) (seconds * World.SECOND);
    if (host.destroyed()) {
      return;
    }
    world.log(host.name(), () -> String.format("--- %s %s %.2f s", fault, other.name(), seconds));
    switch (fault) {
      case POWER -> {
        host.powerOff();
        until(duration, host, () -> host.powerOn(cluster.lease()));
      }
      case POWER_ALL -> {
        for (SimHost each : cluster.hosts()) {
          each.powerOff();
          until(duration + world.between(0, 3_000), each, () -> each.powerOn(cluster.lease()));
        }
      }
      case LEASE_SETTING -> cluster.chooseLease();
      case FOLLOWERS_LOST -> followersLost(other);
      case PROMOTE -> promote(host);
      case PAUSED -> {
        cluster.pauseAll(true);
        until(duration, host, () -> cluster.pauseAll(false));
      }
      case SICK -> {
        if (host.storage() && !host.sick()) {
          host.makeSick(true);
          until(duration, host, () -> cluster.cure(host));
        }
      }
      case CUT, ONE_WAY, ISOLATE, MUTE -> cut(fault, host, other, duration);
      case CUT_AND_RESTART -> cutAndRestart(other);
      case JVM_KILL, FREEZE, PAUSE -> stop(fault, host, duration);
    }
  }

  /** As the command does it: only where this host knows of no lease. */
  private void promote(SimHost host) {
    boolean can = host.jvm() && host.storage() && !host.frozen() && !host.paused();
    if (can && host.node().authority().view(host.local()).leaseHolder().isEmpty()) {
      host.node().promote();
    }
  }

  private void cut(Scenario.Fault fault, SimHost host, SimHost other, long duration) {
    List<SimHost> others = new ArrayList<>();
    if (fault == Scenario.Fault.ISOLATE || fault == Scenario.Fault.MUTE) {
      others.addAll(cluster.hosts());
    } else {
      others.add(other);
    }
    others.remove(host);
    for (SimHost each : others) {
      cluster.network().cut(host, each);
      if (fault != Scenario.Fault.ONE_WAY && fault != Scenario.Fault.MUTE) {
        cluster.network().cut(each, host);
      }
    }
    until(
        duration,
        host,
        () ->
            others.forEach(
                each -> {
                  cluster.network().join(host, each);
                  cluster.network().join(each, host);
                }));
  }

  private void followersLost(SimHost behind) {
    List<SimHost> others =
        cluster.hosts().stream().filter(h -> h != behind && h.storage()).toList();
    if (!behind.storage() || behind.container() != null) {
      return;
    }
    long cut = world.between(1_500, 3_000);
    for (SimHost each : others) {
      cluster.network().cut(each, behind);
      cluster.network().cut(behind, each);
    }
    until(
        cut,
        behind,
        () -> {
          for (SimHost each : others) {
            cluster.network().join(each, behind);
            cluster.network().join(behind, each);
            each.powerOff();
            until(world.between(6_000, 12_000), each, () -> each.powerOn(cluster.lease()));
          }
        });
  }

  private void cutAndRestart(SimHost deaf) {
    SimHost master =
        cluster.hosts().stream().filter(h -> h.container() != null).findFirst().orElse(deaf);
    if (master == deaf) {
      return;
    }
    cut(Scenario.Fault.CUT, master, deaf, 9 * World.SECOND);
    for (SimHost host : cluster.hosts()) {
      if (host != master && host != deaf) {
        until(
            world.between(2_000, 6_000),
            host,
            () -> {
              if (host.jvm() && !host.paused()) {
                host.killJvm();
                cluster.startLater(host, world.between(100, 800));
              }
            });
      }
    }
  }

  private void stop(Scenario.Fault fault, SimHost host, long duration) {
    if (!host.power() || host.paused()) {
      return;
    }
    switch (fault) {
      case JVM_KILL -> {
        host.killJvm();
        cluster.startLater(host, duration);
      }
      case FREEZE -> {
        if (host.jvm() && !host.frozen()) {
          host.freeze();
          until(duration, host, host::thaw);
        }
      }
      default -> {
        host.pause();
        until(duration, host, host::resume);
      }
    }
  }
}
