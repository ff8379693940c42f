package flocker.node.guard;

import flocker.protocol.id.SystemId;
import java.nio.file.Path;
import java.util.List;

/** One host's guards; a pair per system. Calls block and are bounded. */
public interface Guards {
  /**
   * Makes sure that a pair guards the system's cgroups until {@code deadlineNanos}
   * (CLOCK_BOOTTIME): starts it, or takes over the one an earlier JVM started. Returns when both
   * have confirmed. A deadline that has passed already kills.
   */
  void arm(SystemId system, List<Path> cgroups, long deadlineNanos) throws GuardFault;

  /** Moves the deadline of an armed pair; never backwards. Does not wait for an answer. */
  void feed(SystemId system, long deadlineNanos) throws GuardFault;

  /** Ends the pair; only after the container is proven dead. No-op if there is none. */
  void disarm(SystemId system) throws GuardFault;

  /** What the pair did or does, also one of an earlier JVM. */
  GuardState state(SystemId system) throws GuardFault;

  /** The state of a pair. */
  enum GuardState {
    ABSENT,
    ARMED,
    /** The deadline passed; the cgroups were killed and verified empty. */
    KILLED,
    /** The deadline passed, but something could not be killed. */
    NOT_PROVEN_DEAD
  }
}
