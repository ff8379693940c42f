package flocker.node.authority;

import java.time.Duration;

/**
 * The arithmetic of leases. All relations are checked here, so that a configuration that cannot be
 * safe cannot be.
 *
 * @param lease how long a lease lasts for the voters: 1 s to 60 s
 * @param killAllowance how long before the lease's end the guards begin to kill: freeze, kill,
 *     thaw, verify
 * @param rateMargin the greatest relative difference of two clocks' rates that is survived (0.012
 *     covers 1 % and rounding)
 */
public record LeaseTimes(Duration lease, Duration killAllowance, double rateMargin) {
  public LeaseTimes {
    if (lease.compareTo(Duration.ofSeconds(1)) < 0 || lease.compareTo(Duration.ofSeconds(60)) > 0) {
      throw new IllegalArgumentException("lease-duration must be 1 s to 60 s, not " + lease);
    }
    if (rateMargin < 0.01 || rateMargin > 0.2) {
      throw new IllegalArgumentException(
          "clock-rate margin must be 0.01 to 0.2, not " + rateMargin);
    }
    if (killAllowance.compareTo(Duration.ofMillis(50)) < 0) {
      throw new IllegalArgumentException(
          "the guards need at least 50 ms to kill and verify, not " + killAllowance);
    }
    Duration useful =
        lease.minus(Duration.ofMillis((long) (lease.toMillis() * rateMargin))).minus(killAllowance);
    Duration needed = lease.dividedBy(5).multipliedBy(2);
    if (useful.compareTo(needed) < 0) {
      throw new IllegalArgumentException(
          "lease-duration "
              + lease
              + " less margin and kill allowance "
              + killAllowance
              + " leaves "
              + useful
              + ", less than two renewal intervals ("
              + needed
              + ")");
    }
  }

  /** Three seconds, with 300 ms for the guards. */
  public static final LeaseTimes DEFAULT =
      new LeaseTimes(Duration.ofSeconds(3), Duration.ofMillis(300), 0.012);

  /** The master renews this often. */
  public Duration renewalInterval() {
    return lease.dividedBy(5);
  }

  /**
   * A duration of {@code millis} that a voter grants, as the holder may trust it, in nanoseconds.
   */
  public long trustedNanos(long millis) {
    return (long) (millis * 1_000_000L * (1 - rateMargin));
  }
}
