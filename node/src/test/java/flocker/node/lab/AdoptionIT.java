package flocker.node.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** With a long lease a JVM that is back in time finds its container running, and keeps it. */
class AdoptionIT extends SharedLab {
  AdoptionIT() {
    super("it-adoption", "--lease", "15s");
  }

  @Test
  void aPromptlyRestartedJvmAdoptsTheRunningContainer() {
    String master = scenario.master();
    String boot = scenario.boot();
    long epoch = scenario.epoch();
    try (LineWriter writer = scenario.writer()) {
      scenario.lab.run("crash", master);
      assertThat(scenario.runsOn(master)).as("the container outlives the JVM").isTrue();
      scenario.lab.run("start", master);
      scenario.awaitAck(writer, scenario.clock.nanos(), Duration.ofSeconds(20));
      scenario.awaitSteady();
      assertThat(scenario.boot()).as("the run of the user system").isEqualTo(boot);
      assertThat(scenario.master()).isEqualTo(master);
      assertThat(scenario.epoch()).isEqualTo(epoch);
      scenario.assertAllLive(writer);
    }
  }
}
