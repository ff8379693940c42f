package flocker.node.guard;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.guard.Guards.GuardState;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Lines as the guard writes them, and lines that it never would. */
final class GuardReportTest {
  @Test
  void readsTheStatusOfARunningGuard() {
    GuardReport report =
        GuardReport.parse(
                "armed role=a pid=11829 deadline=1809336484314 now=1809042136742 reason=none"
                    + " begun=0 ended=0 partner=alive feeds=0 locked=1 realtime=1 oom=0 moved=1/1"
                    + " cgroup=/sys/fs/cgroup/freezer/x cgroup=/sys/fs/cgroup/unified/x")
            .orElseThrow();
    assertThat(report.state()).isEqualTo(GuardState.ARMED);
    assertThat(report.partnerAlive()).isTrue();
    assertThat(report.cgroups())
        .containsExactly(Path.of("/sys/fs/cgroup/freezer/x"), Path.of("/sys/fs/cgroup/unified/x"));
    assertThat(report.nanosFromDeadlineToDeath()).isEmpty();
  }

  @Test
  void readsAResult() {
    GuardReport report =
        GuardReport.parse(
                "killed reason=deadline deadline=100 begun=110 ended=150 passes=1 kills=2\n")
            .orElseThrow();
    assertThat(report.state()).isEqualTo(GuardState.KILLED);
    assertThat(report.nanosFromDeadlineToDeath()).contains(50L);
  }

  @Test
  void whateverIsNotArmedOrKilledIsNotProven() {
    assertThat(GuardReport.parse("killing a=b").orElseThrow().state())
        .isEqualTo(GuardState.NOT_PROVEN_DEAD);
    assertThat(GuardReport.parse("not-proven-dead").orElseThrow().state())
        .isEqualTo(GuardState.NOT_PROVEN_DEAD);
  }

  @Test
  void refusesNonsense() {
    assertThat(GuardReport.parse("")).isEmpty();
    assertThat(GuardReport.parse("hello")).isEmpty();
    assertThat(GuardReport.parse("armed whatever")).isEmpty();
    assertThat(GuardReport.parse("armed =x")).isEmpty();
  }
}
