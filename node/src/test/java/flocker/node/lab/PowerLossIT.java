package flocker.node.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Hosts lose their power. Each test cuts one or more, and asserts who serves, that nothing
 * acknowledged is lost and that the hosts come back as copies.
 */
class PowerLossIT extends SharedLab {
  PowerLossIT() {
    super("it-power");
  }

  @Test
  void anotherHostServesAfterTheMastersPowerLoss() {
    String old = scenario.master();
    try (LineWriter writer = scenario.writer()) {
      long cut = scenario.clock.nanos();
      scenario.lab.run("kill", old);
      Duration silence = scenario.awaitAck(writer, scenario.clock.nanos(), Duration.ofSeconds(10));
      assertThat(silence).as("from power loss to the next line").isLessThan(Duration.ofSeconds(10));
      scenario.awaitMasterOtherThan(old);
      scenario.lab.run("boot", old);
      scenario.awaitCopy(old);
      assertThat(writer.firstAfter(cut)).isPresent();
      scenario.assertNothingLost(writer);
    }
  }

  @Test
  void aSlaveLostInTheMiddleOfAStreamDisturbsNothing() {
    String slave = scenario.slaves().get(0);
    String master = scenario.master();
    String boot = scenario.boot();
    scenario.lab.run("slow", slave, "4mbit");
    try (LineWriter writer = scenario.writer(List.of(scenario.lab.address(master)))) {
      long begun = scenario.clock.nanos();
      scenario.lab.run(
          "flocker",
          master,
          "system",
          "exec",
          Scenario.SYSTEM,
          "dd",
          "if=/dev/urandom",
          "of=/srv/bulk",
          "bs=1M",
          "count=2");
      scenario.awaitReplica(slave, "catching-up");
      scenario.lab.run("kill", slave);
      scenario.awaitReplica(slave, "away");
      scenario.lab.run("boot", slave);
      scenario.lab.run("slow", slave, "off");
      scenario.awaitCopy(slave);
      assertThat(scenario.boot()).as("the run of the user system").isEqualTo(boot);
      assertThat(scenario.master()).isEqualTo(master);
      assertThat(writer.longestSilenceSince(begun)).isLessThan(Duration.ofSeconds(3));
      scenario.assertAllLive(writer);
    }
  }

  @Test
  void withoutBothSlavesTheUserSystemStopsAndComesBackWithOne() {
    String master = scenario.master();
    List<String> slaves = scenario.slaves();
    try (LineWriter writer = scenario.writer()) {
      slaves.forEach(slave -> scenario.lab.run("kill", slave));
      scenario.awaitNotRunningOn(master, Duration.ofSeconds(10));
      long alone = scenario.clock.nanos();
      scenario.lab.run("boot", slaves.get(0));
      scenario.awaitAck(writer, alone, Duration.ofSeconds(60));
      scenario.lab.run("boot", slaves.get(1));
      scenario.awaitSteady();
      scenario.assertNothingLost(writer);
    }
  }

  @Test
  void noFsyncedLineIsMissingAfterAPowerCutOfEverything() {
    LineWriter writer = scenario.writer();
    try (writer) {
      scenario.lab.hosts().parallelStream().forEach(host -> scenario.lab.run("kill", host));
    }
    scenario.lab.hosts().forEach(host -> scenario.lab.run("boot", host));
    scenario.awaitSteady();
    scenario.assertAllLive(writer);
  }
}
