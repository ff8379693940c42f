package flocker.node.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import flocker.node.guard.Guards.GuardState;
import flocker.protocol.id.SystemId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every implementation of the guards must do, fake or real. */
public abstract class GuardsContract {
  /** The system that the fixture made something to kill for. */
  protected abstract SystemId system();

  protected abstract List<Path> cgroups();

  protected abstract Guards guards();

  /** A deadline so far from now. */
  protected abstract long in(Duration time);

  /** Lets so much time pass. */
  protected abstract void pass(Duration time);

  /** Something to kill. */
  protected abstract void bringToLife();

  protected abstract boolean alive();

  /** Ends it without the guards. */
  protected abstract void end();

  /** Longer than it takes to arm, also on a busy host. */
  protected static final Duration SOON = Duration.ofSeconds(1);

  protected static final Duration LATE = Duration.ofMinutes(1);

  @Test
  void nothingIsAbsentAndCanBeDisarmed() throws Exception {
    assertThat(guards().state(system())).isEqualTo(GuardState.ABSENT);
    guards().disarm(system());
  }

  @Test
  void killsWhenTheDeadlineHasPassed() throws Exception {
    bringToLife();
    guards().arm(system(), cgroups(), in(SOON));
    assertThat(guards().state(system())).isEqualTo(GuardState.ARMED);
    assertThat(alive()).isTrue();
    pass(SOON.multipliedBy(2));
    assertThat(guards().state(system())).isEqualTo(GuardState.KILLED);
    assertThat(alive()).isFalse();
  }

  @Test
  void feedingMovesTheDeadlineAndNeverBack() throws Exception {
    bringToLife();
    guards().arm(system(), cgroups(), in(SOON));
    guards().feed(system(), in(LATE));
    guards().feed(system(), in(SOON));
    pass(SOON.multipliedBy(2));
    assertThat(guards().state(system())).isEqualTo(GuardState.ARMED);
    assertThat(alive()).isTrue();
  }

  @Test
  void cannotBeFedBeforeItIsArmedNorAfterItHasKilled() throws Exception {
    assertThatExceptionOfType(GuardFault.class).isThrownBy(() -> guards().feed(system(), in(LATE)));
    guards().arm(system(), cgroups(), in(SOON));
    pass(SOON.multipliedBy(2));
    assertThatExceptionOfType(GuardFault.class)
        .isThrownBy(
            () -> {
              guards().feed(system(), in(LATE)); // its answer is seen by the next
              pass(SOON);
              guards().feed(system(), in(LATE));
            });
    assertThat(guards().state(system())).isEqualTo(GuardState.KILLED);
  }

  @Test
  void keepsKillingWhatAppearsAfterTheDeadline() throws Exception {
    guards().arm(system(), cgroups(), in(SOON));
    pass(SOON.multipliedBy(2));
    bringToLife();
    pass(SOON);
    assertThat(guards().state(system())).isEqualTo(GuardState.KILLED);
    assertThat(alive()).isFalse();
  }

  @Test
  void refusesToEndWhileTheContainerLives() throws Exception {
    bringToLife();
    guards().arm(system(), cgroups(), in(LATE));
    assertThatExceptionOfType(GuardFault.class).isThrownBy(() -> guards().disarm(system()));
    assertThat(guards().state(system())).isEqualTo(GuardState.ARMED);
    assertThat(alive()).isTrue();
    end();
    guards().disarm(system());
    assertThat(guards().state(system())).isEqualTo(GuardState.ABSENT);
  }

  @Test
  void canBeArmedAgainAfterItHasKilled() throws Exception {
    guards().arm(system(), cgroups(), in(SOON));
    pass(SOON.multipliedBy(2));
    guards().arm(system(), cgroups(), in(LATE));
    bringToLife();
    pass(SOON);
    assertThat(guards().state(system())).isEqualTo(GuardState.ARMED);
    assertThat(alive()).isTrue();
  }

  @Test
  void refusesADeadlineThatHasPassedAndKills() throws Exception {
    bringToLife();
    assertThatExceptionOfType(GuardFault.class)
        .isThrownBy(() -> guards().arm(system(), cgroups(), in(SOON.negated())));
    pass(SOON);
    assertThat(alive()).isFalse();
    assertThat(guards().state(system())).isEqualTo(GuardState.KILLED);
  }
}
