package flocker.node.sim;

import flocker.node.authority.LeaseTimes;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What one run is made of. Everything but the layout and the bugs is drawn from the seed.
 *
 * @param hosts with storage
 * @param witnesses voters without storage
 * @param firstVoters how many of the hosts are voters at the beginning; witnesses always are
 * @param seconds of faults, after which everything is healed
 * @param nemesis which faults there are
 * @param operators what operators do
 * @param lag milliseconds that messages to the first host may take longer than others
 * @param maxDrift greatest relative error of a clock's rate
 */
record Scenario(
    long seed,
    int hosts,
    int witnesses,
    int firstVoters,
    int seconds,
    LeaseTimes lease,
    List<Fault> nemesis,
    List<Operation> operators,
    int lag,
    double maxDrift,
    Set<Bug> bugs) {

  /** What goes wrong. */
  enum Fault {
    POWER,
    POWER_ALL,
    JVM_KILL,
    FREEZE,
    PAUSE,
    CUT,
    ONE_WAY,
    ISOLATE,
    MUTE,
    /** One host does not hear the master; then the JVM of all others restarts. */
    CUT_AND_RESTART,
    SICK,
    /** One host hears nothing new for a while; then the master and who followed it are lost. */
    FOLLOWERS_LOST,
    /** An operator forces a host that need not have the newest copy, where no lease is known. */
    PROMOTE,
    /** An operator pauses everything for a while; the master may be lost meanwhile. */
    PAUSED,
    LEASE_SETTING
  }

  /** What operators ask for. */
  enum Operation {
    BARRIER,
    SWITCHOVER,
    ROLLBACK,
    VOTERS,
    UPGRADE
  }

  private static final List<Fault> ALL_FAULTS =
      List.of(
          Fault.POWER,
          Fault.POWER_ALL,
          Fault.JVM_KILL,
          Fault.FREEZE,
          Fault.PAUSE,
          Fault.CUT,
          Fault.ONE_WAY,
          Fault.ISOLATE,
          Fault.MUTE,
          Fault.CUT_AND_RESTART,
          Fault.SICK,
          Fault.FOLLOWERS_LOST,
          Fault.PROMOTE,
          Fault.PAUSED,
          Fault.LEASE_SETTING);

  private static final List<Operation> ALL_OPERATIONS =
      List.of(
          Operation.BARRIER,
          Operation.BARRIER,
          Operation.SWITCHOVER,
          Operation.ROLLBACK,
          Operation.UPGRADE);

  private static final Operation[] WITH_VOTERS = {
    Operation.BARRIER,
    Operation.VOTERS,
    Operation.VOTERS,
    Operation.BARRIER,
    Operation.SWITCHOVER,
    Operation.ROLLBACK,
    Operation.UPGRADE
  };

  private static final int[][] LAYOUTS = {
    {3, 0, 3}, {2, 1, 2}, {5, 0, 3}, {3, 2, 3}, {3, 0, 3}, {2, 0, 2}, {5, 0, 5}, {2, 1, 2},
    {4, 0, 4}, {5, 0, 3}, {1, 0, 1}, {4, 1, 3}
  };

  /** The run of this seed with everything that can go wrong. */
  static Scenario of(long seed) {
    int[] layout = LAYOUTS[Math.floorMod(seed, LAYOUTS.length)];
    Scenario plain =
        new Scenario(
            seed,
            layout[0],
            layout[1],
            layout[2],
            60,
            LeaseTimes.DEFAULT,
            ALL_FAULTS,
            ALL_OPERATIONS,
            0,
            0.0049,
            Set.of());
    return layout[0] > 3 ? plain.withOperators(WITH_VOTERS) : plain;
  }

  Scenario withLayout(int storage, int more, int voters) {
    return new Scenario(
        seed, storage, more, voters, seconds, lease, nemesis, operators, lag, maxDrift, bugs);
  }

  Scenario withLease(Duration duration, int forSeconds, double drift) {
    LeaseTimes times = new LeaseTimes(duration, Duration.ofMillis(300), 0.012);
    return new Scenario(
        seed,
        hosts,
        witnesses,
        firstVoters,
        forSeconds,
        times,
        nemesis,
        operators,
        lag,
        drift,
        bugs);
  }

  Scenario withFaults(Fault... faults) {
    return new Scenario(
        seed,
        hosts,
        witnesses,
        firstVoters,
        seconds,
        lease,
        List.of(faults),
        operators,
        lag,
        maxDrift,
        bugs);
  }

  Scenario withOperators(Operation... operations) {
    return new Scenario(
        seed,
        hosts,
        witnesses,
        firstVoters,
        seconds,
        lease,
        nemesis,
        List.of(operations),
        lag,
        maxDrift,
        bugs);
  }

  Scenario withLag(int millis) {
    return new Scenario(
        seed,
        hosts,
        witnesses,
        firstVoters,
        seconds,
        lease,
        nemesis,
        operators,
        millis,
        maxDrift,
        bugs);
  }

  Scenario with(Bug bug) {
    Set<Bug> all = EnumSet.of(bug);
    all.addAll(bugs);
    return new Scenario(
        seed,
        hosts,
        witnesses,
        firstVoters,
        seconds,
        lease,
        nemesis,
        operators,
        lag,
        maxDrift,
        all);
  }

  boolean has(Bug bug) {
    return bugs.contains(bug);
  }
}
