package flocker.node.supervisor;

import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import java.util.Collection;

/** Whether another snapshot would only wait behind those that are being sent. Pure. */
final class Backlog {
  private Backlog() {}

  /**
   * True if there are slaves that are being sent something, and each of them has a snapshot waiting
   * already. Slaves that are away, or are asked what they have, do not count.
   */
  static boolean full(Collection<ReplicaStatus> slaves) {
    boolean waiting = false;
    for (ReplicaStatus slave : slaves) {
      switch (slave.state()) {
        case STREAMING, REPLACING -> {
          if (slave.unsentSinceBootNanos().isEmpty()) {
            return false;
          }
          waiting = true;
        }
        case UP_TO_DATE, WAITING -> {
          return false;
        }
        case ASKING, RESTING, DEPOSED -> {}
      }
    }
    return waiting;
  }
}
