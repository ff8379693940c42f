package flocker.node.sim;

import flocker.node.authority.Input;
import flocker.node.authority.LeaseTimes;
import flocker.protocol.authority.AuthorityDurable;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** All hosts of one run, and the run itself. */
final class Cluster {
  /** After healing, a container must have been seen to run this late. */
  private static final long RECOVERY = 20 * World.SECOND;

  private static final int[] LEASES = {1, 3, 6};

  private final Scenario scenario;
  private final World world;
  private final Network network;
  private final Invariants invariants;
  private final List<SimHost> hosts = new ArrayList<>();
  private final Map<HostId, SimHost> byId = new LinkedHashMap<>();
  private final Set<SimHost> sickForEver = new HashSet<>();
  private final Map<String, Long> counts = new TreeMap<>();
  private LeaseTimes lease;
  private long guids;
  private boolean healed;
  private boolean paused;

  Cluster(Scenario scenario, boolean tracing) {
    this.scenario = scenario;
    this.lease = scenario.lease();
    this.world = new World(scenario.seed(), tracing);
    this.network = new Network(this);
    this.invariants = new Invariants(this);
    Snap root = snap(Epoch.ZERO, 0, null, "a");
    AuthorityDurable journal = AuthorityDurable.initial(firstRecord());
    for (int i = 0; i < scenario.hosts() + scenario.witnesses(); i++) {
      Snap copy = i < scenario.hosts() ? root : null;
      SimHost host = new SimHost(this, name(i), i, copy, journal);
      hosts.add(host);
      byId.put(host.id(), host);
    }
    hosts.forEach(host -> host.startJvm(lease));
  }

  private static String name(int index) {
    return String.valueOf((char) ('a' + index));
  }

  private AuthorityRecord firstRecord() {
    SortedSet<HostId> voters = new TreeSet<>();
    for (int i = 0; i < scenario.hosts() + scenario.witnesses(); i++) {
      if (i < scenario.firstVoters() || i >= scenario.hosts()) {
        voters.add(SimHost.idOf(name(i), i));
      }
    }
    return new AuthorityRecord(RecordVersion.INITIAL, voters, "{}");
  }

  /** Runs to the end; throws a {@link Violation} where one is seen. */
  void run() {
    new Nemesis(this).plan();
    long healedAt = scenario.seconds() * World.SECOND;
    long recovery = (long) (RECOVERY * scale());
    long end = healedAt + recovery + (long) (5 * World.SECOND * scale());
    while (world.step(end)) {
      invariants.afterEvent();
    }
    invariants.atEnd(healedAt, recovery);
  }

  /** How much slower than with a lease of three seconds everything goes. */
  double scale() {
    return Math.max(1, scenario.lease().lease().toMillis() / 3_000.0);
  }

  /** An operator's pause reaches every host that runs, and each that starts meanwhile. */
  void pauseAll(boolean value) {
    paused = value;
    for (SimHost host : hosts) {
      if (host.jvm() && !host.frozen() && !host.paused()) {
        host.node().give(new Input.Paused(value));
      }
    }
  }

  boolean paused() {
    return paused;
  }

  void heal() {
    world.log("", () -> "--- healed");
    healed = true;
    network.heal();
    for (SimHost host : hosts) {
      if (!host.destroyed()) {
        cure(host);
        host.resume();
        host.thaw();
        if (!host.power()) {
          host.powerOn(lease);
        } else if (!host.jvm()) {
          host.startJvm(lease);
        }
      }
    }
    pauseAll(false);
  }

  /** Whether the hosts that are left can have a master. */
  boolean masterPossible() {
    SimHost newest = null;
    for (SimHost host : hosts) {
      boolean newer =
          newest == null
              || host.journal().record().version().compareTo(newest.journal().record().version())
                  > 0;
      newest = newer ? host : newest;
    }
    AuthorityRecord record = newest.journal().record();
    return hosts.stream()
        .filter(h -> isVoter(record, h) && h.storage() && !sickForEver.contains(h))
        .anyMatch(h -> !h.destroyed() && wouldGetVotes(record, h));
  }

  private boolean wouldGetVotes(AuthorityRecord record, SimHost candidate) {
    Position copy = candidate.replica().position();
    long yes =
        hosts.stream()
            .filter(h -> isVoter(record, h) && !h.destroyed())
            .filter(h -> !h.storage() || copy.atLeast(h.replica().position()))
            .count();
    return yes >= record.majority();
  }

  private static boolean isVoter(AuthorityRecord record, SimHost host) {
    return record.voters().contains(host.id());
  }

  /** Starts the JVM unless something else has happened to the host meanwhile. */
  void startLater(SimHost host, long delay) {
    world.after(
        delay,
        () -> {
          if (host.power() && !host.jvm() && !host.paused()) {
            host.startJvm(lease);
          }
        });
  }

  void cure(SimHost host) {
    if (!sickForEver.contains(host)) {
      host.makeSick(false);
    }
  }

  void sickForEver(SimHost host) {
    sickForEver.add(host);
  }

  /** Another lease-duration; each host takes it up when its JVM starts the next time. */
  void chooseLease() {
    int seconds = LEASES[world.random().nextInt(LEASES.length)];
    lease = new LeaseTimes(Duration.ofSeconds(seconds), Duration.ofMillis(200), lease.rateMargin());
  }

  Snap snap(Epoch epoch, long sequence, Snap parent, String madeOn) {
    guids++;
    Snap snap = new Snap(guids, epoch, sequence, parent, madeOn);
    invariants.snapped(snap);
    return snap;
  }

  void count(String what) {
    counts.merge(what, 1L, Long::sum);
  }

  Map<String, Long> counts() {
    return counts;
  }

  Scenario scenario() {
    return scenario;
  }

  World world() {
    return world;
  }

  Network network() {
    return network;
  }

  Invariants invariants() {
    return invariants;
  }

  LeaseTimes lease() {
    return lease;
  }

  boolean healed() {
    return healed;
  }

  List<SimHost> hosts() {
    return hosts;
  }

  long storageHosts() {
    return scenario.hosts();
  }

  SimHost host(HostId id) {
    return byId.get(id);
  }

  SimHost byName(String name) {
    return hosts.stream().filter(h -> h.name().equals(name)).findFirst().orElseThrow();
  }

  SortedSet<HostId> ids() {
    return new TreeSet<>(byId.keySet());
  }
}
