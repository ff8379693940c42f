package flocker.node.change;

import java.time.Duration;

/**
 * How long the interval source waits before it looks again: {@code fast} after something was found,
 * and twice as long each time nothing was, up to {@code max}.
 */
public record Pace(Duration fast, Duration max, Duration pause) {
  public Pace {
    if (fast.isNegative() || fast.isZero() || max.compareTo(fast) < 0) {
      throw new IllegalArgumentException(
          "interval-fast must be above zero and at most interval-max, not " + fast + ", " + max);
    }
    if (pause.compareTo(fast) < 0 || pause.compareTo(max) > 0) {
      throw new IllegalArgumentException(pause + " is not between " + fast + " and " + max);
    }
  }

  /** Begins as if something had just been found. */
  public static Pace of(Duration fast, Duration max) {
    return new Pace(fast, max, fast);
  }

  /** The pace after a look that did, or did not, find something. */
  public Pace after(boolean written) {
    if (written) {
      return of(fast, max);
    }
    Duration doubled = pause.multipliedBy(2);
    return new Pace(fast, max, doubled.compareTo(max) > 0 ? max : doubled);
  }
}
