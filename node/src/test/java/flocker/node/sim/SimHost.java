package flocker.node.sim;

import flocker.node.authority.LeaseTimes;
import flocker.protocol.authority.AuthorityDurable;
import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** One machine: its clock, its power, its disk, its container with the guards, and its JVM. */
final class SimHost {
  private final Cluster cluster;
  private final World world;
  private final String name;
  private final HostId id;
  private final int index;
  private final Replica replica;
  private final double rate;
  private long offset;
  private boolean power = true;
  private boolean frozen;
  private boolean destroyed;
  private boolean sick;
  private boolean paused;
  private boolean tainted;
  private long resumedAt = Long.MIN_VALUE;
  private long suspectUntil = Long.MIN_VALUE;
  private long pausedAt;
  private long boots;
  private long incarnations;
  private List<World.Event> queued = new ArrayList<>();
  private AuthorityDurable journal;
  private boolean journalExisted;
  private Epoch container;
  private boolean armed;
  private long deadline = Long.MIN_VALUE;
  private SimNode node;

  SimHost(Cluster cluster, String name, int index, Snap root, AuthorityDurable journal) {
    this.cluster = cluster;
    this.world = cluster.world();
    this.name = name;
    this.index = index;
    this.id = new HostId(String.format("%015d", index) + name.charAt(0));
    this.replica = root == null ? null : new Replica(root);
    this.journal = journal;
    double drift = cluster.scenario().maxDrift();
    double[] rates = {-drift, drift, (world.random().nextDouble() * 2 - 1) * drift};
    this.rate = 1 + rates[world.random().nextInt(3)];
    this.offset = world.between(0, 100_000);
  }

  static HostId idOf(String name, int index) {
    return new HostId(String.format("%015d", index) + name.charAt(0));
  }

  String name() {
    return name;
  }

  HostId id() {
    return id;
  }

  int index() {
    return index;
  }

  boolean storage() {
    return replica != null;
  }

  Replica replica() {
    return replica;
  }

  boolean power() {
    return power;
  }

  boolean destroyed() {
    return destroyed;
  }

  boolean sick() {
    return sick;
  }

  boolean frozen() {
    return frozen;
  }

  boolean paused() {
    return paused;
  }

  boolean jvm() {
    return node != null;
  }

  SimNode node() {
    return node;
  }

  AuthorityDurable journal() {
    return journal;
  }

  void makeSick(boolean value) {
    sick = value;
    if (node != null) {
      in(100, 1_000, () -> node.life().fitness());
    }
  }

  /** Nanoseconds of this host's CLOCK_BOOTTIME. */
  long local() {
    long at = paused ? pausedAt : world.now();
    return offset + (long) (at * rate);
  }

  /**
   * True from a pause of the whole machine until every lease that was asked for before has ended by
   * its own clock and one is held that was asked for later: what a host does whose clock stood
   * still is no promise of anybody.
   */
  boolean tainted() {
    return tainted;
  }

  void leaseHeld(long sentAt, long endsAt) {
    if (sentAt < resumedAt || paused) {
      suspectUntil = Math.max(suspectUntil, endsAt);
    } else if (local() >= suspectUntil) {
      tainted = false;
    }
  }

  void beliefAtPause(long endsAt) {
    suspectUntil = Math.max(suspectUntil, Math.max(endsAt, deadline));
  }

  // --- events

  /** Whether the event happens now; if it must wait, it is kept. */
  boolean receives(World.Event event) {
    boolean alive =
        switch (event.kind()) {
          case WORLD -> true;
          case MACHINE -> power && event.incarnation() == boots;
          case JVM -> power && node != null && event.incarnation() == incarnations;
          case NETWORK -> power && node != null;
        };
    if (!alive || event.kind() == World.Kind.WORLD) {
      return alive;
    }
    if (paused || (frozen && event.kind() != World.Kind.MACHINE)) {
      queued.add(event);
      return false;
    }
    return true;
  }

  /** After this many nanoseconds of the host's own clock, in this JVM. */
  void later(long localNanos, Runnable action) {
    long delay = (long) (Math.max(localNanos, 0) / rate);
    world.at(world.now() + delay, World.Kind.JVM, this, incarnations, action);
  }

  /** After a random time in this JVM. */
  void in(double leastMillis, double mostMillis, Runnable action) {
    later(world.between(leastMillis, mostMillis), action);
  }

  private void machineLater(long localNanos, Runnable action) {
    long delay = (long) (Math.max(localNanos, 0) / rate);
    world.at(world.now() + delay, World.Kind.MACHINE, this, boots, action);
  }

  // --- journal

  /** Writes, then goes on; what has not come to its end when the host dies is half there. */
  void persist(List<AuthorityEvent> events, Runnable then) {
    boolean slow = world.chance(0.01);
    in(
        0.3,
        slow ? 300 : 4,
        () -> {
          events.forEach(this::write);
          then.run();
        });
  }

  /** Some of what was being written may be on disk, though nobody was told. */
  void crashWhileWriting(List<AuthorityEvent> events) {
    int written = events.isEmpty() ? 0 : world.random().nextInt(events.size() + 1);
    events.subList(0, written).forEach(this::write);
  }

  private void write(AuthorityEvent event) {
    Scenario scenario = cluster.scenario();
    boolean lost =
        scenario.has(Bug.NOTHING_PERSISTED)
            || (scenario.has(Bug.LONGER_LEASE_NOT_PERSISTED)
                && event instanceof AuthorityEvent.LeaseLengthened)
            || (scenario.has(Bug.SAME_EPOCH_TWICE) && isOwnCandidacy(event));
    if (!lost) {
      journal = journal.apply(event);
    }
  }

  private boolean isOwnCandidacy(AuthorityEvent event) {
    return event instanceof AuthorityEvent.Asked
        || event instanceof AuthorityEvent.Won
        || (event instanceof AuthorityEvent.Promised p && p.to().equals(id));
  }

  // --- JVM

  void startJvm(LeaseTimes lease) {
    incarnations++;
    frozen = false;
    queued = new ArrayList<>();
    boolean restarted = journalExisted && !cluster.scenario().has(Bug.RESTART_FORGETS);
    journalExisted = true;
    node = new SimNode(cluster, this, lease, restarted);
    node.start();
  }

  void killJvm() {
    if (node != null) {
      world.log(name, () -> "JVM killed");
      crashWhileWriting(node.writing());
      node = null;
      incarnations++;
      frozen = false;
      queued = new ArrayList<>();
    }
  }

  /** No other host hears this one; it hears them all. */
  void mute() {
    cluster.hosts().stream()
        .filter(other -> other != this)
        .forEach(other -> cluster.network().cut(this, other));
  }

  void slowNetwork(double millis) {
    cluster.network().slowBy(millis);
  }

  void freeze() {
    world.log(name, () -> "JVM frozen");
    frozen = true;
  }

  void thaw() {
    if (frozen) {
      world.log(name, () -> "JVM thawed");
      frozen = false;
      release(true);
    }
  }

  private void release(boolean shuffled) {
    List<World.Event> waiting = queued;
    queued = new ArrayList<>();
    if (shuffled) {
      Collections.shuffle(waiting, new Random(world.random().nextLong()));
    }
    for (World.Event event : waiting) {
      boolean message = shuffled || event.kind() == World.Kind.NETWORK;
      long delay = message ? world.between(0, 2) : event.at() - pausedAt;
      world.at(world.now() + delay, event.kind(), this, event.incarnation(), event.action());
    }
  }

  // --- machine

  void pause() {
    world.log(name, () -> "machine paused");
    paused = true;
    tainted = true;
    pausedAt = world.now();
    beliefAtPause(cluster.invariants().believedUntil(this));
  }

  void resume() {
    if (paused) {
      offset -= (long) (rate * world.now()) - (long) (rate * pausedAt);
      paused = false;
      resumedAt = local();
      world.log(name, () -> "machine resumed");
      release(false);
    }
  }

  void powerOff() {
    if (power) {
      world.log(name, () -> "power lost");
      killJvm();
      power = false;
      paused = false;
      boots++;
      queued = new ArrayList<>();
      containerDied("power lost");
      deadline = Long.MIN_VALUE;
      cluster.invariants().beliefEnds(this);
    }
  }

  void powerOn(LeaseTimes lease) {
    if (!power && !destroyed) {
      power = true;
      world.log(name, () -> "power on");
      startJvm(lease);
    }
  }

  void destroy() {
    powerOff();
    destroyed = true;
  }

  // --- container and guards

  Epoch container() {
    return container;
  }

  void arm(long at) {
    armed = true;
    feed(at);
  }

  void disarm() {
    armed = false;
  }

  /** Moves the guards' deadline; the newest counts. */
  void feed(long at) {
    if (armed && at > deadline) {
      deadline = at;
      machineLater(at - local(), this::guardLooks);
    }
  }

  private void guardLooks() {
    if (container != null
        && armed
        && local() >= deadline - 10
        && !cluster.scenario().has(Bug.GUARD_OFF)) {
      long kill = (long) (cluster.lease().killAllowance().toNanos() * (0.2 + 0.79 * roll()));
      machineLater(kill, () -> containerDied("the guards"));
    }
  }

  private double roll() {
    return world.random().nextDouble();
  }

  void startContainer(Epoch epoch) {
    container = epoch;
    world.log(name, () -> "CONTAINER STARTS, epoch " + epoch + ", head " + replica.head());
    cluster.invariants().containerStarts(this);
    containerWrites(epoch);
  }

  private void containerWrites(Epoch epoch) {
    machineLater(
        world.between(50, 400 * cluster.scale()),
        () -> {
          if (epoch.equals(container)) {
            replica.write();
            containerWrites(epoch);
          }
        });
  }

  void containerDied(String why) {
    if (container != null) {
      container = null;
      world.log(name, () -> "container dead: " + why);
      if (node != null && power) {
        in(1, 50, () -> node.life().containerFoundDead());
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
