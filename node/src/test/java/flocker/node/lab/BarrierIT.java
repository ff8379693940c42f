package flocker.node.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Goal: what was written before a completed barrier survives the master's power loss, and is live;
 * while a system is paused only an operator's word makes a master. Method: real hosts; a client
 * writes all the while.
 */
class BarrierIT extends SharedLab {
  BarrierIT() {
    super("it-barrier");
  }

  private static Set<String> acknowledged(LineWriter writer) {
    return writer.acked().stream().map(LineWriter.Acked::line).collect(Collectors.toSet());
  }

  @Test
  void whatABarrierHeldIsLiveAfterThePowerLossThatFollows() {
    for (int round = 0; round < 3; round++) {
      String old = scenario.master();
      try (LineWriter writer = scenario.writer()) {
        await("lines worth losing").until(() -> writer.acked().size() >= 20);
        Set<String> before = acknowledged(writer);
        scenario.lab.run("flocker", old, "barrier", Scenario.SYSTEM, "--timeout", "20s");
        scenario.lab.run("kill", old);
        scenario.awaitMasterOtherThan(old);
        scenario.lab.run("boot", old);
        scenario.awaitSteady();
        assertThat(scenario.liveLines()).as("round %s", round).containsAll(before);
        scenario.assertNothingLost(writer);
      }
    }
  }

  @Test
  void aBarrierThatNoOtherHostCanHoldIsRefusedAndRecordsNothing() {
    String master = scenario.master();
    scenario.slaves().forEach(slave -> scenario.lab.run("slow", slave, "8kbit"));
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
    Lab.Ran refused =
        scenario.lab.tryRun("flocker", master, "barrier", Scenario.SYSTEM, "--timeout", "1s");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("nothing was recorded");
    scenario.slaves().forEach(slave -> scenario.lab.run("slow", slave, "off"));
    scenario.awaitSteady();
  }

  @Test
  void whilePausedNobodyTakesOverUntilItIsResumed() {
    String old = scenario.master();
    String slave = scenario.slaves().get(0);
    scenario.lab.run("flocker", old, "pause", Scenario.SYSTEM, "--reason", "a test");
    scenario.lab.run("kill", old);
    assertNobodyTakesOver();
    assertThat(scenario.alarms()).contains("paused");
    scenario.lab.run("flocker", slave, "resume", Scenario.SYSTEM, "--reason", "the test goes on");
    scenario.awaitMasterOtherThan(old);
    scenario.lab.run("boot", old);
    scenario.awaitSteady();
    assertThat(scenario.alarms()).doesNotContain("paused");
  }

  @Test
  void anOperatorPromotesAHostWhileTheSystemIsPausedAndNothingIsNowhere() {
    String old = scenario.master();
    String slave = scenario.slaves().get(1);
    try (LineWriter writer = scenario.writer()) {
      scenario.lab.run("flocker", old, "pause", Scenario.SYSTEM, "--reason", "a test");
      Lab.Ran early = promote(old, slave);
      assertThat(early.exitCode()).as("while the master lives").isEqualTo(1);
      assertThat(early.err()).contains("a lease of " + old + " lasts").contains("nothing was done");
      scenario.lab.run("kill", old);
      assertNobodyTakesOver();
      Lab.Ran promoted = promote(slave, slave);
      assertThat(promoted.err()).isEmpty();
      assertThat(promoted.out()).contains(slave + " is master of " + Scenario.SYSTEM);
      scenario.awaitMasterOtherThan(old);
      assertThat(scenario.master()).isEqualTo(slave);
      scenario.lab.run("boot", old);
      scenario.lab.run("flocker", slave, "resume", Scenario.SYSTEM, "--reason", "the test goes on");
      scenario.awaitSteady();
      scenario.assertNothingLost(writer);
    }
  }

  private Lab.Ran promote(String asked, String to) {
    return scenario.lab.tryRun(
        "flocker",
        asked,
        "promote",
        Scenario.SYSTEM,
        "--force",
        "--to",
        to,
        "--confirm",
        Scenario.SYSTEM);
  }

  /** For longer than an election takes. */
  private void assertNobodyTakesOver() {
    await("nobody runs it")
        .during(Duration.ofSeconds(10))
        .atMost(Duration.ofSeconds(20))
        .until(() -> scenario.lab.hosts().stream().noneMatch(scenario::runsOn));
  }
}
