package flocker.node.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The JVM dies or stands still longer than its lease: the guards, not the JVM, end the container
 * before another host starts it.
 */
class JvmFaultIT extends SharedLab {
  JvmFaultIT() {
    super("it-jvm", "--lease", "3s");
  }

  @Test
  void theGuardKillsTheContainerOfAStoppedJvmBeforeAnotherHostStartsIt() {
    String old = scenario.master();
    try (LineWriter writer = scenario.writer()) {
      scenario.lab.run("freeze", old);
      scenario.awaitNotRunningOn(old, Duration.ofSeconds(6));
      scenario.awaitAck(writer, scenario.clock.nanos(), Duration.ofSeconds(15));
      assertThat(scenario.runsOn(old)).as("a container on the host that stands still").isFalse();
      scenario.lab.run("thaw", old);
      scenario.awaitCopy(old);
      assertThat(scenario.master()).isNotEqualTo(old);
      scenario.assertNothingLost(writer);
    }
  }

  @Test
  void aKilledJvmWithAShortLeaseIsAFailover() {
    String old = scenario.master();
    try (LineWriter writer = scenario.writer()) {
      scenario.lab.run("crash", old);
      scenario.awaitNotRunningOn(old, Duration.ofSeconds(6));
      scenario.awaitAck(writer, scenario.clock.nanos(), Duration.ofSeconds(15));
      scenario.awaitMasterOtherThan(old);
      scenario.lab.run("start", old);
      scenario.awaitCopy(old);
      scenario.assertNothingLost(writer);
    }
  }
}
