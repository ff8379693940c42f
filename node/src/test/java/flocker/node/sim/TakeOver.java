package flocker.node.sim;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** How long it takes from the power loss of a healthy master to the next. */
record TakeOver(long electedMillis, long runningMillis) {
  private static final long LONGEST = 60 * World.SECOND;

  /** Three hosts without any other fault; the moment of the loss comes from the seed. */
  static TakeOver measure(long seed) {
    return measure(seed, SimHost::powerOff);
  }

  /** The same; nobody hears the master any more, which hears everybody. */
  static TakeOver ofAMutedMaster(long seed) {
    return measure(seed, SimHost::mute);
  }

  /** A power loss where every message takes {@code millis} or half of it. */
  static TakeOver onASlowNetwork(long seed, double millis) {
    return measure(
        seed,
        master -> {
          master.slowNetwork(millis);
          master.powerOff();
        });
  }

  private static TakeOver measure(long seed, Consumer<SimHost> loss) {
    Scenario scenario = Scenario.of(seed).withLayout(3, 0, 3).withFaults().withOperators();
    Cluster cluster = new Cluster(scenario, false);
    World world = cluster.world();
    until(world, () -> cluster.hosts().stream().anyMatch(h -> h.container() != null));
    long quiet = world.now() + world.between(4_000, 5_000);
    until(world, () -> world.now() >= quiet);
    SimHost master =
        cluster.hosts().stream().filter(h -> h.container() != null).findFirst().orElseThrow();
    long lost = world.now();
    loss.accept(master);
    until(world, () -> others(cluster, master).stream().anyMatch(TakeOver::isMaster));
    long elected = world.now();
    until(world, () -> others(cluster, master).stream().anyMatch(h -> h.container() != null));
    return new TakeOver((elected - lost) / World.MILLI, (world.now() - lost) / World.MILLI);
  }

  private static List<SimHost> others(Cluster cluster, SimHost not) {
    return cluster.hosts().stream().filter(h -> h != not).toList();
  }

  private static boolean isMaster(SimHost host) {
    return host.node().life().epoch() != null;
  }

  private static void until(World world, BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (!world.step(LONGEST)) {
        throw new AssertionError("did not come about by " + world.now() / 1e9 + " s");
      }
    }
  }
}
