package flocker.node.authority;

/**
 * How long a candidate waits, as parts of the lease.
 *
 * <p>With a lease of 3 s: the voters' memory of a dead master's lease runs out at nearly the same
 * moment everywhere; the first candidate asks at most 300 ms later, collects answers for 150 ms
 * unless all have come, and asks again after 75 to 150 ms if it came a little too early for
 * somebody.
 */
final class Timing {
  private static final long MILLI = 1_000_000L;

  private final Ledger ledger;

  Timing(Ledger ledger) {
    this.ledger = ledger;
  }

  private long part(long divisor, long leastMillis, long mostMillis) {
    long nanos = ledger.leaseNanos() / divisor;
    return Math.max(leastMillis * MILLI, Math.min(mostMillis * MILLI, nanos));
  }

  /** Keeps hosts apart that heard the same last renewal. */
  long standJitter() {
    return ledger.jitter(part(10, 50, 300));
  }

  /**
   * How long a granted pre-vote still listens for a fresher host. After an outage of everything the
   * hosts come up one after the other, so it listens longer.
   */
  long collect(boolean coldStart) {
    return coldStart ? part(4, 300, 1_000) : part(20, 50, 150);
  }

  long preVoteLimit(boolean coldStart) {
    return collect(coldStart) + part(10, 100, 500);
  }

  /** Includes the end of {@code zfs receive}, which may take long. */
  long ownVoteLimit() {
    return 2 * ledger.leaseNanos();
  }

  /** The voters too have streams to end. */
  long voteLimit() {
    return part(2, 500, 5_000);
  }

  /** How long a candidate that was refused once still waits for the others. */
  long afterRefusal() {
    return part(20, 50, 150);
  }

  /** The refusal will pass by itself. */
  long soon() {
    long least = part(40, 25, 500);
    return least + ledger.jitter(least);
  }

  long later() {
    long least = part(10, 100, 2_000);
    return least + ledger.jitter(2 * least);
  }

  /** The nudged host needs a pre-vote and a vote. */
  long afterStepBack() {
    long least = part(5, 200, 2_000);
    return least + ledger.jitter(least);
  }
}
