package flocker.node.system;

import flocker.protocol.system.Automation;
import java.time.Duration;

/**
 * Anti-flap: a system whose hosts take over from each other again and again is frozen where it runs
 * until an operator has looked. Pure.
 */
final class TakeOverLimit {
  private static final Duration WINDOW = Duration.ofHours(1);

  private TakeOverLimit() {}

  /**
   * The automation after one more take-over at {@code millis}; frozen if there were more than
   * {@code most} within an hour.
   */
  static Automation after(Automation now, int most, long millis) {
    Automation counted = now.withTakeOver(millis);
    long recent =
        counted.takeOvers().stream().filter(at -> at > millis - WINDOW.toMillis()).count();
    if (recent <= most || counted.paused().isPresent()) {
      return counted;
    }
    return counted.withPause(
        "anti-flap: " + recent + " take-overs within an hour, more than " + most);
  }
}
