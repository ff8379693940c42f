package flocker.node.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Virtual time: the queue of everything that will happen, in the order in which it does. */
final class World {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000 * MILLI;

  /** How an event reaches its host: what stops it on the way, and what delays it. */
  enum Kind {
    /** Of nobody: the nemesis, the operators. */
    WORLD,
    /** A message from another host, taken by whichever JVM runs. */
    NETWORK,
    /** Inside one incarnation of a JVM. */
    JVM,
    /** Inside one boot of the machine: guards, the container, the disk. */
    MACHINE
  }

  /** One thing that will happen. */
  record Event(long at, long order, Kind kind, SimHost host, long incarnation, Runnable action) {}

  private static final int TRACED = 60;

  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(
          (a, b) ->
              a.at() != b.at() ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
  private final RandomGenerator random;
  private final Deque<String> trace = new ArrayDeque<>();
  private final boolean tracing;
  private long now;
  private long order;
  private long events;

  World(long seed, boolean tracing) {
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.tracing = tracing;
  }

  long now() {
    return now;
  }

  long events() {
    return events;
  }

  RandomGenerator random() {
    return random;
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** A duration between two numbers of milliseconds. */
  long between(double leastMillis, double mostMillis) {
    return (long) ((leastMillis + random.nextDouble() * (mostMillis - leastMillis)) * MILLI);
  }

  void at(long when, Kind kind, SimHost host, long incarnation, Runnable action) {
    order++;
    queue.add(new Event(Math.max(when, now), order, kind, host, incarnation, action));
  }

  void after(long delay, Runnable action) {
    at(now + delay, Kind.WORLD, null, 0, action);
  }

  /** The next event that its host lives to see, or false if there is none before {@code end}. */
  boolean step(long end) {
    Event event = queue.poll();
    if (event == null || event.at() > end) {
      return false;
    }
    now = event.at();
    events++;
    if (event.host() == null || event.host().receives(event)) {
      event.action().run();
    }
    return true;
  }

  void log(String who, Supplier<String> what) {
    if (tracing) {
      if (trace.size() >= TRACED) {
        trace.removeFirst();
      }
      trace.addLast(String.format("%9.4f %-3s %s", now / 1e9, who, what.get()));
    }
  }

  String trace() {
    return String.join(System.lineSeparator(), trace);
  }
}
