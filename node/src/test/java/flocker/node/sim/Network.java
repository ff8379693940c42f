package flocker.node.sim;

import flocker.protocol.authority.AuthorityMessage;
import flocker.protocol.authority.AuthorityMessage.Renew;
import flocker.protocol.authority.AuthorityMessage.RenewAnswer;
import flocker.protocol.id.HostId;
import java.util.HashSet;
import java.util.Set;

/** Loses, delays, repeats and reorders; and can be cut, also one way. */
final class Network {
  private record Link(String from, String to) {}

  private final Cluster cluster;
  private final World world;
  private final Set<Link> cut = new HashSet<>();
  private final double loss;
  private final double slow;
  private final double twice;
  private boolean healed;
  private double slowness;

  Network(Cluster cluster) {
    this.cluster = cluster;
    this.world = cluster.world();
    boolean faults = !cluster.scenario().nemesis().isEmpty();
    this.loss = faults ? new double[] {0, 0, .02, .1, .3}[world.random().nextInt(5)] : 0;
    this.slow = faults ? new double[] {0, .01, .05}[world.random().nextInt(3)] : 0;
    this.twice = faults ? new double[] {0, .05}[world.random().nextInt(2)] : 0;
  }

  void cut(SimHost from, SimHost to) {
    cut.add(new Link(from.name(), to.name()));
  }

  void join(SimHost from, SimHost to) {
    cut.remove(new Link(from.name(), to.name()));
  }

  /** From now on every message takes half of this to all of it more. */
  void slowBy(double millis) {
    slowness = millis;
  }

  void heal() {
    healed = true;
    cut.clear();
  }

  void send(SimHost from, HostId to, AuthorityMessage message) {
    SimHost target = cluster.host(to);
    if (target != null) {
      boolean frequent = message instanceof Renew || message instanceof RenewAnswer;
      if (!frequent) {
        world.log(from.name(), () -> "to " + target + " " + message);
      }
      deliver(from, target, () -> target.node().receive(from.id(), message));
    }
  }

  /** {@code action} runs in whichever JVM of {@code to} lives when the message arrives. */
  void deliver(SimHost from, SimHost to, Runnable action) {
    if (from == to) {
      from.in(0.02, 0.5, action);
      return;
    }
    int copies = world.chance(twice) ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (!healed && world.chance(loss)) {
        continue;
      }
      long delay = world.between(0.2, 15);
      if (!healed && world.chance(slow)) {
        delay += world.between(0, 4_000);
      }
      delay += world.between(slowness * 0.5, slowness);
      if (to.index() == 0 && cluster.scenario().lag() > 0) {
        delay += world.between(0, cluster.scenario().lag());
      }
      Link link = new Link(from.name(), to.name());
      world.at(
          world.now() + delay,
          World.Kind.NETWORK,
          to,
          0,
          () -> {
            if (!cut.contains(link)) {
              action.run();
            }
          });
    }
  }
}
