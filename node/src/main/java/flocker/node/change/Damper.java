package flocker.node.change;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * When the news of a kernel source is passed on. News that led to nothing again and again (a file
 * that is opened for writing and closed, our own snapshot's writes to the disk) is passed on ever
 * less often; after news that held something, at once again. Pure; times are boot nanoseconds.
 *
 * @param misses how often in a row nothing had been written
 * @param notBefore when news may be passed on again
 * @param due when news that waits is passed on
 */
record Damper(Limits limits, int misses, long notBefore, OptionalLong due) {
  /**
   * @param hold news waits for so long, and is forgotten if a look ends meanwhile
   * @param free so many misses in a row cost nothing
   * @param first the first pause; doubles
   * @param max the longest pause
   */
  record Limits(Duration hold, int free, Duration first, Duration max) {
    Limits {
      if (hold.isNegative() || free < 0 || first.isNegative() || first.isZero()) {
        throw new IllegalArgumentException("a damper's limits must not be negative");
      }
      if (max.compareTo(first) < 0) {
        throw new IllegalArgumentException("the longest pause is below the first");
      }
    }
  }

  /**
   * @param pass tell the listener now
   * @param wakeAt call {@link #onWake} at this time
   */
  record Step(Damper next, boolean pass, OptionalLong wakeAt) {}

  static Damper of(Limits limits) {
    return new Damper(limits, 0, Long.MIN_VALUE, OptionalLong.empty());
  }

  Step onNews(long now) {
    if (due.isPresent()) {
      return new Step(this, false, OptionalLong.empty());
    }
    long at = Math.max(notBefore, now + limits.hold().toNanos());
    return at <= now ? pass(now) : later(at);
  }

  Step onWake(long now) {
    if (due.isEmpty()) {
      return new Step(this, false, OptionalLong.empty());
    }
    return due.getAsLong() <= now ? pass(now) : later(due.getAsLong());
  }

  /**
   * A look has ended.
   *
   * @param mine whether this source had asked for it
   */
  Damper onLooked(boolean mine, boolean written) {
    int missed = misses;
    if (mine) {
      missed = written ? 0 : misses + 1;
    }
    boolean forgotten = !limits.hold().isZero();
    return new Damper(
        limits,
        missed,
        mine && written ? Long.MIN_VALUE : notBefore,
        forgotten ? OptionalLong.empty() : due);
  }

  private Step pass(long now) {
    Damper next = new Damper(limits, misses, now + pause().toNanos(), OptionalLong.empty());
    return new Step(next, true, OptionalLong.empty());
  }

  private Step later(long at) {
    OptionalLong when = OptionalLong.of(at);
    return new Step(new Damper(limits, misses, notBefore, when), false, when);
  }

  private Duration pause() {
    if (misses < limits.free()) {
      return Duration.ZERO;
    }
    Duration pause = limits.first();
    for (int i = limits.free(); i < misses && pause.compareTo(limits.max()) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(limits.max()) > 0 ? limits.max() : pause;
  }
}
