package flocker.node.supervisor;

import java.time.Duration;

/** How often in a row the container ended by itself, and how long to wait before the next try. */
final class Restarts {
  private static final long QUIET_RUN_NANOS = Duration.ofMinutes(5).toNanos();
  private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(1);

  private final int most;
  private final Duration firstBackOff;
  private int count;
  private long startedAt;

  Restarts(int most, Duration firstBackOff) {
    this.most = most;
    this.firstBackOff = firstBackOff;
  }

  /** A new beginning: another epoch, or an operator's word. */
  void forget() {
    count = 0;
  }

  void started(long now) {
    startedAt = now;
  }

  /** It ended by itself; a long quiet run before makes it a first time again. */
  void ended(long now) {
    if (now - startedAt > QUIET_RUN_NANOS) {
      count = 0;
    }
  }

  boolean exhausted() {
    return count >= most;
  }

  void again() {
    count++;
  }

  /** How often it has ended, this time included. */
  int endings() {
    return count + 1;
  }

  /** The pause before the next launch. */
  Duration backOff() {
    Duration pause = firstBackOff.multipliedBy(1L << Math.min(count, 10));
    return pause.compareTo(LONGEST_BACK_OFF) < 0 ? pause : LONGEST_BACK_OFF;
  }
}
