package flocker.node.storage.zfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Commands end, fail, flood and hang; the runner always comes back in time. */
class ZfsRunnerTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ZfsRunner runner =
      new ZfsRunner(List.of(), System::nanoTime, Duration.ofSeconds(1));

  private static List<String> shell(String script) {
    return List.of("sh", "-c", script);
  }

  @Test
  void outputAndExitComeBack() throws Exception {
    ZfsRunner.Result result = runner.attempt(shell("echo out; echo err >&2; exit 3"), MINUTE);

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.stdout()).isEqualTo("out\n");
    assertThat(result.stderr()).isEqualTo("err\n");
    assertThat(result.ok()).isFalse();
  }

  @Test
  void manyLinesAreAllThere() throws Exception {
    String text = runner.run(shell("seq 200000"), MINUTE);

    assertThat(text.lines().count()).isEqualTo(200_000);
  }

  @Test
  void aFloodOfComplaintsIsCutNotFatal() throws Exception {
    ZfsRunner.Result result = runner.attempt(shell("seq 200000 >&2; exit 1"), MINUTE);

    assertThat(result.stderr()).startsWith("1\n2\n").hasSizeLessThanOrEqualTo(64 << 10);
  }

  @Test
  void aCommandReadsNothingFromUs() throws Exception {
    assertThat(runner.run(List.of("cat"), MINUTE)).isEmpty();
  }

  @Test
  void aHungCommandIsAbandonedWithItsChildren() throws Exception {
    String mark = "3599." + ProcessHandle.current().pid();

    StorageFault fault =
        catchThrowableOfType(
            StorageFault.class,
            () -> runner.run(shell("sleep " + mark + "; true"), Duration.ofMillis(300)));

    assertThat(fault.kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(fault.getMessage()).contains("abandoned");
    Awaitility.await()
        .until(
            () ->
                ProcessHandle.allProcesses()
                    .filter(ProcessHandle::isAlive)
                    .noneMatch(
                        each -> each.info().commandLine().orElse("").contains("sleep " + mark)));
  }

  @Test
  void aMissingProgramIsUnavailable() {
    StorageFault fault =
        catchThrowableOfType(
            StorageFault.class, () -> runner.run(List.of("/no/such/program"), MINUTE));

    assertThat(fault.kind()).isEqualTo(Kind.UNAVAILABLE);
  }
}
