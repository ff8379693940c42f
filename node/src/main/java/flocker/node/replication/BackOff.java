package flocker.node.replication;

import java.time.Duration;

/**
 * Pauses between attempts: {@code first}, twice that, and so on up to {@code max}. Pure.
 *
 * @param failures in a row
 */
record BackOff(Duration first, Duration max, int failures) {
  static BackOff of(Duration first, Duration max) {
    return new BackOff(first, max, 0);
  }

  BackOff failed() {
    return new BackOff(first, max, failures + 1);
  }

  BackOff succeeded() {
    return of(first, max);
  }

  /** To be made after the {@code failures}-th failure. */
  Duration pause() {
    Duration pause = first;
    for (int i = 1; i < failures && pause.compareTo(max) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(max) > 0 ? max : pause;
  }
}
