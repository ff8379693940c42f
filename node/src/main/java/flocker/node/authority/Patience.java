package flocker.node.authority;

/**
 * When this host stands next, and how often in a row it may still let another go first. Bounded,
 * because the other may never make it: a fresher host that is cut off, or one whose questions
 * arrive while the answers do not.
 */
final class Patience {
  private static final int MOST_STEP_BACKS = 3;
  private static final int MOST_DOUBLINGS = 6;

  private final Ledger ledger;
  private final LeaseMemory memory;
  private final Timing timing;
  private long standAt;
  private long delay;
  private int stepBacks;
  private int unanswered;

  Patience(Ledger ledger, LeaseMemory memory, Timing timing) {
    this.ledger = ledger;
    this.memory = memory;
    this.timing = timing;
    silenceBegins();
  }

  /** A master was heard: one lease of silence from now, and a little jitter. */
  void silenceBegins() {
    standAt = ledger.now() + ledger.leaseNanos();
    delay = timing.standJitter();
    stepBacks = 0;
    unanswered = 0;
  }

  /** A question found no majority of answers in its time. */
  void unanswered() {
    unanswered = Math.min(unanswered + 1, MOST_DOUBLINGS);
  }

  /**
   * How long answers are waited for: twice as long each time that too few came, up to a lease. A
   * network or a machine that is slower than the usual limit would otherwise have no master ever.
   */
  long stretched(long limit) {
    return Math.max(limit, Math.min(limit << unanswered, ledger.leaseNanos()));
  }

  void retryAfter(long nanos) {
    standAt = ledger.now() + nanos;
    delay = 0;
  }

  boolean mayStepBack() {
    return stepBacks < MOST_STEP_BACKS;
  }

  /** Lets another go first. */
  void stepBack() {
    stepBacks++;
    standAt = Math.max(standAt, ledger.now() + timing.afterStepBack());
    delay = 0;
  }

  /** Not before this host's own voter would agree. */
  long dueAt() {
    return Math.max(standAt, memory.freeFor(ledger.self())) + delay;
  }
}
