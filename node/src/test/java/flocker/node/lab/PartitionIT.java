package flocker.node.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Links are cut, both ways or one. The client reaches every host throughout. */
class PartitionIT extends SharedLab {
  PartitionIT() {
    super("it-partition", "--lease", "3s");
  }

  @Test
  void aMasterCutOffFromBothIsReplaced() {
    String old = scenario.master();
    try (LineWriter writer = scenario.writer()) {
      scenario.slaves().forEach(slave -> scenario.lab.run("cut", old, slave));
      isReplaced(old, writer);
    }
  }

  @Test
  void aMasterThatNobodyHearsIsReplaced() {
    String old = scenario.master();
    try (LineWriter writer = scenario.writer()) {
      scenario.slaves().forEach(slave -> scenario.lab.run("cut", old, slave, "--one-way"));
      isReplaced(old, writer);
    }
  }

  @Test
  void aMasterThatHearsNobodyIsReplaced() {
    String old = scenario.master();
    try (LineWriter writer = scenario.writer()) {
      scenario.slaves().forEach(slave -> scenario.lab.run("cut", slave, old, "--one-way"));
      scenario.awaitNotRunningOn(old, Duration.ofSeconds(10));
      scenario.lab.run("heal");
      scenario.awaitAck(writer, scenario.clock.nanos(), Duration.ofSeconds(30));
      scenario.awaitSteady();
      scenario.assertNothingLost(writer);
    }
  }

  private void isReplaced(String old, LineWriter writer) {
    scenario.awaitNotRunningOn(old, Duration.ofSeconds(10));
    scenario.awaitAck(writer, scenario.clock.nanos(), Duration.ofSeconds(20));
    scenario.awaitMasterOtherThan(old);
    scenario.lab.run("heal");
    scenario.awaitCopy(old);
    scenario.assertNothingLost(writer);
  }

  @Test
  void oneCutLinkBetweenMasterAndASlaveChangesNothing() {
    String master = scenario.master();
    String slave = scenario.slaves().get(0);
    String boot = scenario.boot();
    long epoch = scenario.epoch();
    try (LineWriter writer = scenario.writer(List.of(scenario.lab.address(master)))) {
      long cut = scenario.clock.nanos();
      scenario.lab.run("cut", master, slave);
      await("the same master, three leases long")
          .during(Duration.ofSeconds(9))
          .atMost(Duration.ofSeconds(40)) // a status waits for the host that does not answer
          .until(() -> scenario.isMaster(master, epoch));
      assertThat(writer.longestSilenceSince(cut)).isLessThan(Duration.ofSeconds(2));
      scenario.lab.run("heal");
      scenario.awaitCopy(slave);
      assertThat(scenario.boot()).as("the run of the user system").isEqualTo(boot);
      scenario.assertAllLive(writer);
    }
  }
}
