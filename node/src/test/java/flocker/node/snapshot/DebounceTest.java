package flocker.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flocker.node.snapshot.Debounce.Phase;
import flocker.node.snapshot.Debounce.Step;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * When snapshots start. Method: every cell of phase and input at a time before and after the gap's
 * end, then random sequences against the promises.
 */
class DebounceTest {
  private static final long GAP = 100;
  private static final Debounce.Limits LIMITS =
      new Debounce.Limits(Duration.ofNanos(GAP), Duration.ofNanos(50), Duration.ofNanos(400));

  /** All at a time when the gap's end, 1000, has not come, or has. */
  @ParameterizedTest(name = "{0} {1} at {2}: {3}, starts {4}")
  @CsvSource({
    "IDLE,                change,  999, DUE,                 false",
    "IDLE,                change, 1000, SNAPSHOTTING,        true",
    "IDLE,                urgent,  999, SNAPSHOTTING,        true",
    "IDLE,                wake,   1000, IDLE,                false",
    "DUE,                 change,  999, DUE,                 false",
    "DUE,                 change, 1000, DUE,                 false",
    "DUE,                 urgent,  999, SNAPSHOTTING,        true",
    "DUE,                 wake,    999, DUE,                 false",
    "DUE,                 wake,   1000, SNAPSHOTTING,        true",
    "SNAPSHOTTING,        change, 1000, SNAPSHOTTING_DIRTY,  false",
    "SNAPSHOTTING,        urgent, 1000, SNAPSHOTTING_URGENT, false",
    "SNAPSHOTTING,        wake,   1000, SNAPSHOTTING,        false",
    "SNAPSHOTTING,        taken,   999, IDLE,                false",
    "SNAPSHOTTING,        failed,  999, DUE,                 false",
    "SNAPSHOTTING_DIRTY,  change, 1000, SNAPSHOTTING_DIRTY,  false",
    "SNAPSHOTTING_DIRTY,  urgent, 1000, SNAPSHOTTING_URGENT, false",
    "SNAPSHOTTING_DIRTY,  wake,   1000, SNAPSHOTTING_DIRTY,  false",
    "SNAPSHOTTING_DIRTY,  taken,   999, DUE,                 false",
    "SNAPSHOTTING_DIRTY,  taken,  1000, SNAPSHOTTING,        true",
    "SNAPSHOTTING_DIRTY,  failed,  999, DUE,                 false",
    "SNAPSHOTTING_URGENT, change, 1000, SNAPSHOTTING_URGENT, false",
    "SNAPSHOTTING_URGENT, urgent, 1000, SNAPSHOTTING_URGENT, false",
    "SNAPSHOTTING_URGENT, wake,   1000, SNAPSHOTTING_URGENT, false",
    "SNAPSHOTTING_URGENT, taken,   999, SNAPSHOTTING,        true",
    "SNAPSHOTTING_URGENT, failed,  999, SNAPSHOTTING,        true",
  })
  void followsTheTable(Phase phase, String input, long now, Phase next, boolean starts) {
    Step step = step(new Debounce(LIMITS, phase, 1000, Long.MIN_VALUE, 0), input, now);
    assertThat(step.next().phase()).isEqualTo(next);
    assertThat(step.start()).isEqualTo(starts);
    assertThat(step.wakeAt().isPresent()).isEqualTo(next == Phase.DUE);
  }

  @ParameterizedTest
  @CsvSource({"IDLE, taken", "IDLE, failed", "DUE, taken", "DUE, failed"})
  void whatCannotHappenIsAnError(Phase phase, String input) {
    assertThatThrownBy(
            () -> step(new Debounce(LIMITS, phase, 1000, Long.MIN_VALUE, 0), input, 1000))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whileTheSlavesHaveEnoughToDoNoneIsStartedForASecondAtMost() {
    long second = 1_000_000_000;
    Debounce held = Debounce.idle(LIMITS).onHold(true, 10).next();
    Step change = held.onChange(20);
    assertThat(change.start()).isFalse();
    assertThat(change.wakeAt()).hasValue(10 + second);
    assertThat(change.next().onWake(10 + second).start()).isTrue();
    assertThat(change.next().onHold(false, 30).start()).isTrue();
    assertThat(change.next().onUrgent(30).start()).isTrue();
    Debounce running = Debounce.idle(LIMITS).onChange(0).next().onHold(true, 10).next();
    Step taken = running.onChange(20).next().onTaken(2 * GAP);
    assertThat(taken.start()).isFalse();
    assertThat(taken.next().onHold(false, 3 * GAP).start()).isTrue();
  }

  @Test
  void failuresBackOffUpToTheLongestPause() {
    Debounce debounce = Debounce.idle(LIMITS).onChange(0).next();
    long now = 0;
    long[] pauses = new long[6];
    for (int i = 0; i < pauses.length; i++) {
      Step failed = debounce.onFailed(now);
      long at = failed.wakeAt().orElseThrow();
      pauses[i] = at - now;
      now = at;
      debounce = failed.next().onWake(now).next();
    }
    // The first is the gap between two starts, which is longer than the first back-off.
    assertThat(pauses).containsExactly(100, 100, 200, 400, 400, 400);
    assertThat(debounce.onTaken(now).next().failures()).isZero();
  }

  @Test
  void oneAtATimeNotTooOftenAndNoChangeIsForgotten() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Debounce debounce = Debounce.idle(LIMITS);
      long now = 0;
      long lastStart = Long.MIN_VALUE / 2;
      long lastChange = Long.MIN_VALUE / 2;
      boolean running = false;
      for (int i = 0; i < 300; i++) {
        now += random.nextInt(60);
        boolean change = random.nextBoolean();
        String input = change ? "change" : "wake";
        if (running && random.nextBoolean()) {
          input = "taken";
          running = false;
        }
        if (input.equals("change")) {
          lastChange = now;
        }
        Step step = step(debounce, input, now);
        debounce = step.next();
        if (step.start()) {
          assertThat(running).as("seed %d", seed).isFalse();
          assertThat(now - lastStart).as("seed %d", seed).isGreaterThanOrEqualTo(GAP);
          lastStart = now;
          running = true;
        }
        boolean pending = debounce.phase() != Phase.IDLE;
        assertThat(pending || lastStart >= lastChange).as("seed %d", seed).isTrue();
      }
    }
  }

  private static Step step(Debounce debounce, String input, long now) {
    return switch (input) {
      case "change" -> debounce.onChange(now);
      case "urgent" -> debounce.onUrgent(now);
      case "wake" -> debounce.onWake(now);
      case "taken" -> debounce.onTaken(now);
      case "failed" -> debounce.onFailed(now);
      default -> throw new IllegalArgumentException(input);
    };
  }
}
