package flocker.node.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A pool is full, a storage daemon dies: on a slave nothing happens, on the master it is survived.
 */
class StorageFaultIT extends SharedLab {
  StorageFaultIT() {
    super("it-storage", "--size", "512M");
  }

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String[] BULK = {
    "system", "exec", Scenario.SYSTEM, "dd", "if=/dev/urandom", "of=/srv/bulk", "bs=1M", "count=8"
  };

  @Test
  void aFullPoolOnASlaveDisturbsNothing() {
    String master = scenario.master();
    String slave = scenario.slaves().get(0);
    String boot = scenario.boot();
    try (LineWriter writer = scenario.writer(List.of(scenario.lab.address(master)))) {
      long begun = scenario.clock.nanos();
      scenario.lab.run("fill", slave);
      flocker(master, BULK);
      await("an alarm about the slave").atMost(PATIENCE).until(() -> !scenario.alarms().isEmpty());
      assertThat(writer.longestSilenceSince(begun)).isLessThan(Duration.ofSeconds(3));
      scenario.lab.run("fill", slave, "--free");
      scenario.awaitCopy(slave);
      assertThat(scenario.boot()).as("the run of the user system").isEqualTo(boot);
      scenario.assertAllLive(writer);
    }
  }

  @Test
  void aFullPoolOnTheMasterIsAlarmedAndSurvived() {
    String master = scenario.master();
    try (LineWriter writer = scenario.writer()) {
      scenario.lab.run("fill", master);
      await("an alarm, or another master")
          .atMost(PATIENCE)
          .until(() -> !scenario.alarms().isEmpty() || !scenario.master().equals(master));
      scenario.lab.run("fill", master, "--free");
      scenario.awaitAck(writer, scenario.clock.nanos(), PATIENCE);
      scenario.awaitSteady();
      scenario.assertNothingLost(writer);
    }
  }

  @Test
  void aDeadStorageDaemonOnASlaveDisturbsNothing() {
    String master = scenario.master();
    String slave = scenario.slaves().get(0);
    String boot = scenario.boot();
    try (LineWriter writer = scenario.writer(List.of(scenario.lab.address(master)))) {
      long begun = scenario.clock.nanos();
      scenario.lab.run("storage", "kill", slave);
      await("an alarm about the slave").atMost(PATIENCE).until(() -> !scenario.alarms().isEmpty());
      assertThat(writer.longestSilenceSince(begun)).isLessThan(Duration.ofSeconds(3));
      scenario.lab.run("storage", "start", slave);
      scenario.awaitCopy(slave);
      assertThat(scenario.boot()).as("the run of the user system").isEqualTo(boot);
      scenario.assertAllLive(writer);
    }
  }

  @Test
  void aDeadStorageDaemonOnTheMasterIsSurvived() {
    String old = scenario.master();
    try (LineWriter writer = scenario.writer()) {
      scenario.lab.run("storage", "kill", old);
      scenario.awaitAck(writer, scenario.clock.nanos(), PATIENCE);
      scenario.lab.run("storage", "start", old);
      scenario.awaitSteady();
      scenario.assertNothingLost(writer);
    }
  }

  private void flocker(String host, String... words) {
    scenario.lab.run(
        Stream.concat(Stream.of("flocker", host), Stream.of(words)).toArray(String[]::new));
  }
}
