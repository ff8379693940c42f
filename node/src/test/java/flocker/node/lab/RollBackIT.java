package flocker.node.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Roll-backs of real hosts: what is live afterwards on the master, on hosts that follow and on one
 * that was away, and that every line ever acknowledged is live or in a stash.
 */
class RollBackIT extends SharedLab {
  RollBackIT() {
    super("it-rollback");
  }

  private String flocker(String... words) {
    String[] all = new String[words.length + 2];
    all[0] = "flocker";
    all[1] = scenario.master();
    System.arraycopy(words, 0, all, 2, words.length);
    return scenario.lab.run(all);
  }

  /** The name of a snapshot that is taken now. */
  private String snapshot() {
    return flocker("snapshot", "create", Scenario.SYSTEM).strip().split(" ", 2)[0];
  }

  private void rollBack(String snapshot) {
    flocker("rollback", Scenario.SYSTEM, snapshot, "--confirm", Scenario.SYSTEM, "--timeout", "2m");
  }

  /** The newest stash of the master. */
  private String stash() {
    String list = flocker("stash", "list", Scenario.SYSTEM);
    return list.lines()
        .filter(line -> line.contains("roll-back to"))
        .map(line -> line.split(" +"))
        .filter(words -> words[2].equals(scenario.master()))
        .map(words -> words[0])
        .max(String::compareTo)
        .orElseThrow(() -> new AssertionError("no stash of a roll-back on the master:\n" + list));
  }

  @Test
  void everyHostFollowsAndAdoptingTheStashUndoesIt() {
    long epoch = scenario.epoch();
    List<String> before = scenario.liveLines();
    String snapshot = snapshot();
    LineWriter writer = scenario.writer();
    writer.close();
    List<String> after = scenario.liveLines();
    assertThat(after).hasSizeGreaterThan(before.size());

    rollBack(snapshot);
    assertThat(scenario.liveLines()).isEqualTo(before);
    assertThat(scenario.epoch()).isGreaterThan(epoch);
    scenario.awaitSteady();
    scenario.assertNothingLost(writer);

    String stash = stash();
    flocker("stash", "adopt", Scenario.SYSTEM, stash, "--confirm", Scenario.SYSTEM);
    assertThat(scenario.liveLines()).isEqualTo(after);
    scenario.awaitSteady();
  }

  @Test
  void aHostThatWasAwayFollowsWhenItReturnsAndAFailoverKeepsTheChoice() {
    String snapshot = snapshot();
    LineWriter writer = scenario.writer();
    writer.close();
    String away = scenario.slaves().get(0);
    scenario.lab.run("kill", away);
    rollBack(snapshot);
    List<String> chosen = scenario.liveLines();
    scenario.lab.run("boot", away);
    scenario.awaitSteady();
    scenario.assertNothingLost(writer);

    String old = scenario.master();
    scenario.lab.run("kill", old);
    scenario.awaitMasterOtherThan(old);
    assertThat(scenario.liveLines()).isEqualTo(chosen);
    scenario.lab.run("boot", old);
    scenario.awaitSteady();
  }

  @Test
  void aMasterLostInTheMiddleEndsInTheOldVersionOrTheNewOne() {
    List<String> before = scenario.liveLines();
    String snapshot = snapshot();
    LineWriter writer = scenario.writer();
    writer.close();
    List<String> after = scenario.liveLines();
    String old = scenario.master();
    flocker("rollback", Scenario.SYSTEM, snapshot, "--confirm", Scenario.SYSTEM, "--no-wait");
    await("the roll-back is under way")
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !scenario.runsOn(old));
    scenario.lab.run("kill", old);
    scenario.awaitMasterOtherThan(old);
    assertThat(scenario.liveLines()).isIn(before, after);
    scenario.lab.run("boot", old);
    scenario.awaitSteady();
    assertThat(scenario.liveLines()).isIn(before, after);
    scenario.assertNothingLost(writer);
  }
}
