package flocker.node.guard;

import flocker.protocol.id.SystemId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards as two detached {@code flocker-guard} processes per system. They outlive this JVM, also
 * its kill -9; the next JVM finds them by their sockets in the runtime directory. Thread-safe.
 */
public final class ProcessGuards implements Guards, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessGuards.class);

  private final GuardSettings settings;
  private final Map<SystemId, GuardPair> pairs = new ConcurrentHashMap<>();
  private final ExecutorService repairs =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "guard-repair");
            thread.setDaemon(true);
            return thread;
          });

  /** The runtime directory is made (0700) when the first pair is armed. */
  public ProcessGuards(GuardSettings settings) {
    this.settings = settings;
  }

  private GuardPair pair(SystemId system) {
    return pairs.computeIfAbsent(system, id -> new GuardPair(settings, id));
  }

  @Override
  public void arm(SystemId system, List<Path> cgroups, long deadlineNanos) throws GuardFault {
    pair(system).arm(cgroups, deadlineNanos);
  }

  /**
   * Also notices a guard that died alone, and starts a new one in the background; it fails only if
   * neither guard can be told, or they have killed already.
   */
  @Override
  public void feed(SystemId system, long deadlineNanos) throws GuardFault {
    GuardPair pair = pair(system);
    if (pair.feed(deadlineNanos)) {
      return;
    }
    LOG.warn("guard-lost system={} one of its two guards has ended; starting another", system);
    try {
      repairs.execute(() -> repair(system, pair));
    } catch (RejectedExecutionException closed) {
      LOG.warn("guard-lost system={} not repaired: this node is stopping", system);
    }
  }

  private static void repair(SystemId system, GuardPair pair) {
    try {
      pair.repair();
    } catch (GuardFault fault) {
      LOG.error("guard-repair-failed system={} reason={}", system, fault.getMessage());
    }
  }

  @Override
  public void disarm(SystemId system) throws GuardFault {
    pair(system).disarm();
  }

  @Override
  public GuardState state(SystemId system) throws GuardFault {
    return pair(system).state();
  }

  /** Lets go of the guards without ending them: they hold to the newest deadline they were fed. */
  @Override
  public void close() {
    repairs.shutdownNow();
    pairs.values().forEach(GuardPair::letGo);
  }
}
