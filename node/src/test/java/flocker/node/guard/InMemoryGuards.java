package flocker.node.guard;

import flocker.node.time.BootClock;
import flocker.protocol.id.SystemId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Guards without processes, on a clock of the test's. They look at the clock at every call, and at
 * {@link #tick}.
 */
public final class InMemoryGuards implements Guards {
  private static final class Pair {
    private long deadlineNanos;
    private boolean killed;
  }

  private final BootClock clock;
  private final Consumer<SystemId> kill;
  private final Predicate<SystemId> alive;
  private final Map<SystemId, Pair> pairs = new HashMap<>();

  /**
   * @param kill kills the system's container at once
   * @param alive whether anything of it lives
   */
  public InMemoryGuards(BootClock clock, Consumer<SystemId> kill, Predicate<SystemId> alive) {
    this.clock = clock;
    this.kill = kill;
    this.alive = alive;
  }

  /** Kills whatever is due. */
  public synchronized void tick() {
    pairs.forEach(
        (system, pair) -> {
          if (clock.nanos() >= pair.deadlineNanos) {
            pair.killed = true;
          }
          if (pair.killed) {
            kill.accept(system);
          }
        });
  }

  @Override
  public synchronized void arm(SystemId system, List<Path> cgroups, long deadlineNanos)
      throws GuardFault {
    tick();
    Pair pair = pairs.get(system);
    if (pair == null || pair.killed) {
      pair = new Pair();
      pairs.put(system, pair);
    }
    pair.deadlineNanos = Math.max(pair.deadlineNanos, deadlineNanos);
    tick();
    if (pair.killed) {
      throw new GuardFault("the deadline has passed");
    }
  }

  @Override
  public synchronized void feed(SystemId system, long deadlineNanos) throws GuardFault {
    tick();
    Pair pair = pairs.get(system);
    if (pair == null || pair.killed) {
      throw new GuardFault(pair == null ? "not armed" : "killed already");
    }
    pair.deadlineNanos = Math.max(pair.deadlineNanos, deadlineNanos);
  }

  @Override
  public synchronized void disarm(SystemId system) throws GuardFault {
    tick();
    if (pairs.containsKey(system) && alive.test(system)) {
      throw new GuardFault("the container is alive");
    }
    pairs.remove(system);
  }

  @Override
  public synchronized GuardState state(SystemId system) {
    tick();
    Pair pair = pairs.get(system);
    if (pair == null) {
      return GuardState.ABSENT;
    }
    return pair.killed ? GuardState.KILLED : GuardState.ARMED;
  }
}
