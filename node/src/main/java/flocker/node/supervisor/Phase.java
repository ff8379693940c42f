package flocker.node.supervisor;

/** What this host is for one user system, as an operator sees it. */
public enum Phase {
  /** Another host is master, or none is. */
  STANDBY,
  /** Elected; the take-over is under way. */
  TAKING_OVER,
  /** Elected earlier and restarted since; waits for a lease before anything else. */
  RESUMING,
  /** Master, and the container runs. */
  RUNNING,
  /** Master, and the container is stopped because an operator wants it so. */
  STOPPED,
  /** Master, but the container ended too often; waits for an operator. */
  FAILED,
  /** Master whose lease has lapsed without a successor; the container is dead. */
  LAPSED,
  /** Master on the way to hand over to another host. */
  SWITCHING,
  /** Master on the way back to an earlier version. */
  ROLLING_BACK,
  /** Master no more; cleaning up. */
  YIELDING
}
