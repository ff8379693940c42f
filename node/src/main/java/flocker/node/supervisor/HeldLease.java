package flocker.node.supervisor;

import java.time.Duration;

/** The lease of the epoch that is held, less what the guards need. */
final class HeldLease {
  private final long killAllowance;
  private long endsAt = Long.MIN_VALUE;
  private long sentAt = Long.MIN_VALUE;
  private long freshSince = Long.MAX_VALUE;

  HeldLease(Duration killAllowance) {
    this.killAllowance = killAllowance.toNanos();
  }

  /** Another epoch: nothing is known of a lease of it. */
  void none() {
    endsAt = Long.MIN_VALUE;
    sentAt = Long.MIN_VALUE;
  }

  void held(long sent, long ends) {
    endsAt = Math.max(endsAt, ends);
    sentAt = Math.max(sentAt, sent);
  }

  long endsAt() {
    return endsAt;
  }

  /** The deadline of the guards. */
  long deadline() {
    return endsAt == Long.MIN_VALUE ? Long.MIN_VALUE : endsAt - killAllowance;
  }

  boolean valid(long now) {
    return endsAt != Long.MIN_VALUE && now < deadline();
  }

  /** From now on only a lease counts as fresh whose renewal is sent later. */
  void wantFresh(long now) {
    freshSince = now;
  }

  boolean fresh(long now) {
    return sentAt >= freshSince && valid(now);
  }
}
