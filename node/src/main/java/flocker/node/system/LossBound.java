package flocker.node.system;

import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import java.time.Duration;
import java.util.Collection;

/**
 * Whether a container with a bounded loss policy may run: it stands still while even the best of
 * the other hosts is further behind than the bound, and goes on once one has caught up to half of
 * it. Pure.
 */
final class LossBound {
  private LossBound() {}

  /**
   * How far the best other host is behind, in nanoseconds.
   *
   * @param since when this mastership began to run: what a host without any copy of this history is
   *     behind
   */
  static long behind(Collection<ReplicaStatus> replicas, long since, long now) {
    return replicas.stream()
        .mapToLong(
            replica ->
                replica.confirmed().isEmpty()
                    ? now - since
                    : replica.behindSinceBootNanos().map(at -> now - at).orElse(0L))
        .min()
        .orElse(now - since);
  }

  /** Whether the container is to stand still now, given whether it does. */
  static boolean standsStill(Duration bound, long behindNanos, boolean still) {
    long limit = still ? bound.toNanos() / 2 : bound.toNanos();
    return behindNanos > limit;
  }
}
