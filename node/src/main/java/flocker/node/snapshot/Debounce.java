package flocker.node.snapshot;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * When the next snapshot is due. The first change after quiet is due at once, further ones not
 * before {@code minGap} after the last start; changes during a snapshot make it dirty and another
 * follows; while no slave could take another one, one is started each second at most; failures back
 * off; an urgent one waits for nothing but the one that runs. Pure.
 *
 * @param phase what goes on
 * @param notBefore no snapshot that is not urgent starts before this (nanoseconds)
 * @param heldUntil likewise, because the slaves still have enough to do
 * @param failures in a row
 */
record Debounce(Limits limits, Phase phase, long notBefore, long heldUntil, int failures) {
  // Slaves that take nothing for longer hold nobody up.
  private static final Duration LONGEST_HOLD = Duration.ofSeconds(1);

  enum Phase {
    /** Nothing has changed since the last snapshot. */
    IDLE,
    /** Something has; the timer for {@code notBefore} runs. */
    DUE,
    /** A snapshot is being taken. */
    SNAPSHOTTING,
    /** … and something changed since it began. */
    SNAPSHOTTING_DIRTY,
    /** … and another one was demanded since it began. */
    SNAPSHOTTING_URGENT
  }

  /**
   * @param minGap least time from one start to the next
   * @param firstBackOff after the first failure; doubles
   * @param maxBackOff at most
   */
  record Limits(Duration minGap, Duration firstBackOff, Duration maxBackOff) {
    Limits {
      if (minGap.isNegative() || firstBackOff.isNegative() || firstBackOff.isZero()) {
        throw new IllegalArgumentException("gaps must not be negative");
      }
      if (maxBackOff.compareTo(firstBackOff) < 0) {
        throw new IllegalArgumentException("the last back-off is below the first");
      }
    }
  }

  /**
   * @param start take a snapshot now
   * @param wakeAt call {@link #onWake} at this time; empty: any timer may run out unheard
   */
  record Step(Debounce next, boolean start, OptionalLong wakeAt) {}

  static Debounce idle(Limits limits) {
    return new Debounce(limits, Phase.IDLE, Long.MIN_VALUE, Long.MIN_VALUE, 0);
  }

  boolean snapshotting() {
    return phase != Phase.IDLE && phase != Phase.DUE;
  }

  Step onChange(long now) {
    return switch (phase) {
      case IDLE -> startOrWait(now);
      case SNAPSHOTTING -> stay(Phase.SNAPSHOTTING_DIRTY);
      case DUE, SNAPSHOTTING_DIRTY, SNAPSHOTTING_URGENT -> stay(phase);
    };
  }

  Step onUrgent(long now) {
    return switch (phase) {
      case IDLE, DUE -> start(now);
      case SNAPSHOTTING, SNAPSHOTTING_DIRTY, SNAPSHOTTING_URGENT -> stay(Phase.SNAPSHOTTING_URGENT);
    };
  }

  Step onWake(long now) {
    return phase == Phase.DUE ? startOrWait(now) : stay(phase);
  }

  Step onTaken(long now) {
    Debounce healthy = new Debounce(limits, phase, notBefore, heldUntil, 0);
    return switch (phase) {
      case SNAPSHOTTING -> healthy.stay(Phase.IDLE);
      case SNAPSHOTTING_DIRTY -> healthy.startOrWait(now);
      case SNAPSHOTTING_URGENT -> healthy.start(now);
      case IDLE, DUE -> throw new IllegalStateException("none was being taken: " + phase);
    };
  }

  /** What it should have held is still to be snapshotted. */
  Step onFailed(long now) {
    return switch (phase) {
      case SNAPSHOTTING, SNAPSHOTTING_DIRTY, SNAPSHOTTING_URGENT -> {
        boolean urgent = phase == Phase.SNAPSHOTTING_URGENT;
        long until = Math.max(notBefore, now + backOff().toNanos());
        Debounce failed = new Debounce(limits, phase, until, heldUntil, failures + 1);
        yield urgent ? failed.start(now) : failed.startOrWait(now);
      }
      case IDLE, DUE -> throw new IllegalStateException("none was being taken: " + phase);
    };
  }

  private Duration backOff() {
    Duration wait = limits.firstBackOff();
    for (int i = 0; i < failures && wait.compareTo(limits.maxBackOff()) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(limits.maxBackOff()) > 0 ? limits.maxBackOff() : wait;
  }

  /** Whether another snapshot would only wait behind those that the slaves are sent already. */
  Step onHold(boolean held, long now) {
    long until = held ? now + LONGEST_HOLD.toNanos() : Long.MIN_VALUE;
    Debounce next = new Debounce(limits, phase, notBefore, until, failures);
    return phase == Phase.DUE ? next.startOrWait(now) : next.stay(phase);
  }

  private long due() {
    return Math.max(notBefore, heldUntil);
  }

  private Step startOrWait(long now) {
    return now >= due() ? start(now) : at(Phase.DUE).waiting();
  }

  private Step waiting() {
    return new Step(this, false, OptionalLong.of(due()));
  }

  private Debounce at(Phase where) {
    return new Debounce(limits, where, notBefore, heldUntil, failures);
  }

  private Step start(long now) {
    long next = Math.max(notBefore, now + limits.minGap().toNanos());
    boolean held = heldUntil != Long.MIN_VALUE;
    long until = held ? now + LONGEST_HOLD.toNanos() : heldUntil;
    return new Step(
        new Debounce(limits, Phase.SNAPSHOTTING, next, until, failures),
        true,
        OptionalLong.empty());
  }

  private Step stay(Phase where) {
    return where == Phase.DUE
        ? at(where).waiting()
        : new Step(at(where), false, OptionalLong.empty());
  }
}
