package flocker.node.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** News that leads to nothing is passed on ever less often, and none is lost for ever. */
class DamperTest {
  private static final long MILLI = 1_000_000;
  private static final Damper.Limits PROMPT =
      new Damper.Limits(Duration.ZERO, 2, Duration.ofMillis(50), Duration.ofMillis(400));
  private static final Damper.Limits HELD =
      new Damper.Limits(Duration.ofMillis(60), 0, Duration.ofMillis(50), Duration.ofMillis(400));

  @Test
  void theFirstNewsIsPassedOnAtOnce() {
    Damper.Step step = Damper.of(PROMPT).onNews(5);
    assertThat(step.pass()).isTrue();
    assertThat(step.next().onNews(6).pass()).isTrue();
  }

  @Test
  void missesMakePausesAndAHitEndsThem() {
    Damper damper = Damper.of(PROMPT);
    long now = 0;
    long[] pauses = {0, 0, 50, 100, 200, 400, 400};
    for (long pause : pauses) {
      Damper.Step step = damper.onNews(now);
      assertThat(step.pass()).isTrue();
      damper = step.next().onLooked(true, false);
      Damper.Step next = damper.onNews(now);
      if (pause == 0) {
        assertThat(next.pass()).isTrue();
      } else {
        now += pause * MILLI;
        assertThat(next.wakeAt()).isEqualTo(OptionalLong.of(now));
        assertThat(next.next().onNews(now - 1)).isEqualTo(noStep(next.next()));
        assertThat(next.next().onWake(now).pass()).isTrue();
      }
    }
    assertThat(damper.onLooked(true, true).onNews(now - 1).pass()).isTrue();
  }

  private static Damper.Step noStep(Damper damper) {
    return new Damper.Step(damper, false, OptionalLong.empty());
  }

  @Test
  void heldNewsIsForgottenWhenSomebodyHasLooked() {
    Damper.Step held = Damper.of(HELD).onNews(0);
    assertThat(held.pass()).isFalse();
    assertThat(held.wakeAt()).hasValue(60 * MILLI);
    assertThat(held.next().onLooked(false, true).onWake(60 * MILLI).pass()).isFalse();
    assertThat(held.next().onWake(60 * MILLI).pass()).isTrue();
  }

  @Test
  void whatWaitsIsNotForgottenWhereNothingIsHeld() {
    Damper damper = Damper.of(PROMPT);
    for (int i = 0; i < 3; i++) {
      damper = damper.onNews(0).next().onLooked(true, false);
    }
    damper = damper.onNews(0).next();
    assertThat(damper.due()).isPresent();
    assertThat(damper.onLooked(false, true).due()).isPresent();
  }

  @Test
  void newsIsPassedOnWithinTheLongestPauseWhateverHappens() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Damper damper = Damper.of(PROMPT);
      long now = 0;
      long waitingSince = -1;
      for (int i = 0; i < 300; i++) {
        now += random.nextInt(120) * MILLI;
        Damper.Step step =
            damper.due().isPresent() && damper.due().getAsLong() <= now
                ? damper.onWake(damper.due().getAsLong())
                : damper.onNews(now);
        waitingSince = step.pass() ? -1 : waitingSince < 0 ? now : waitingSince;
        assertThat(waitingSince < 0 || now - waitingSince <= 520 * MILLI)
            .as("seed %d", seed)
            .isTrue();
        damper = step.next();
        if (random.nextBoolean()) {
          damper = damper.onLooked(random.nextBoolean(), random.nextInt(4) == 0);
        }
      }
    }
  }

  @Test
  void limitsThatCannotBeAreRefused() {
    assertThatThrownBy(
            () -> new Damper.Limits(Duration.ZERO, 0, Duration.ZERO, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new Damper.Limits(Duration.ZERO, 0, Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SourceName.of("telepathy"))
        .hasMessageContaining("fanotify, block-trace");
  }
}
