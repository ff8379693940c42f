package flocker.node.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import flocker.node.container.ContainerFault.Kind;
import flocker.node.container.ContainerRuntime.ExecResult;
import flocker.node.container.ContainerState.Phase;
import flocker.protocol.id.SystemId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every container runtime must do, fake or real. Each test starts systems of its own, whose
 * init is one of a few programs that the fixture knows how to make.
 */
public abstract class ContainerContract {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final AtomicLong NEXT = new AtomicLong(System.nanoTime() & 0xffffffffL);

  /** What an init does. */
  protected enum Init {
    /** Says "ready", then waits; ends with 0 on TERM. */
    SERVES,
    /** Says "bye" and ends with 3. */
    ENDS_WITH_3,
    /** Says "deaf", then waits; ignores TERM. */
    IGNORES_TERM,
    /** The command is not in the root. */
    MISSING
  }

  protected final SystemId system =
      new SystemId("%016x".formatted(0xfe00_0000_0000_0000L | NEXT.incrementAndGet()));

  /** The runtime under test; the same for the whole test. */
  protected abstract ContainerRuntime runtime();

  /** Another one on the same host, as after a crash of the node. */
  protected abstract ContainerRuntime nextRuntime();

  /** A root with such an init, and how to run it. */
  protected abstract ContainerSpec spec(SystemId system, Init init);

  @AfterEach
  void killWhatIsLeft() throws ContainerFault {
    runtime().kill(system);
  }

  private void awaitLog(String text) {
    Awaitility.await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> runtime().logs(system, 10_000).contains(text));
  }

  private Optional<Integer> awaitExit(ContainerRuntime runtime) throws Exception {
    return runtime.exit(system).toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  private Kind refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(ContainerFault.class, call).kind();
  }

  @Test
  void theHostIsFitForIt() throws Exception {
    runtime().probe();
  }

  @Test
  void nothingIsAbsent() throws Exception {
    assertThat(runtime().state(system).phase()).isEqualTo(Phase.ABSENT);
    runtime().stop(system, "TERM", Duration.ZERO);
    runtime().kill(system);
    assertThat(runtime().logs(system, 100)).isEmpty();
    assertThat(awaitExit(runtime())).isEmpty();
  }

  @Test
  void startsAndStopsByTheSignal() throws Exception {
    ContainerState started = runtime().start(spec(system, Init.SERVES));
    assertThat(started.phase()).isEqualTo(Phase.RUNNING);
    assertThat(started.address()).isPresent();
    awaitLog("ready");
    assertThat(runtime().state(system)).isEqualTo(started);
    var exit = runtime().exit(system);

    runtime().stop(system, "TERM", LONG);

    assertThat(runtime().state(system).phase()).isEqualTo(Phase.ABSENT);
    assertThat(exit.toCompletableFuture().get(5, TimeUnit.SECONDS)).contains(0);
  }

  @Test
  void anInitThatIgnoresTheSignalIsKilledAfterTheGrace() throws Exception {
    runtime().start(spec(system, Init.IGNORES_TERM));
    awaitLog("deaf");
    runtime().stop(system, "TERM", Duration.ofMillis(150));
    assertThat(runtime().state(system).phase()).isEqualTo(Phase.ABSENT);
  }

  @Test
  void killsAtOnce() throws Exception {
    runtime().start(spec(system, Init.IGNORES_TERM));
    awaitLog("deaf");
    var exit = runtime().exit(system);
    runtime().kill(system);
    assertThat(runtime().state(system).phase()).isEqualTo(Phase.ABSENT);
    assertThat(exit.toCompletableFuture().get(5, TimeUnit.SECONDS)).contains(137);
  }

  @Test
  void tellsTheExitCodeOfInit() throws Exception {
    runtime().start(spec(system, Init.ENDS_WITH_3));
    assertThat(awaitExit(runtime())).contains(3);
    ContainerState state = runtime().state(system);
    assertThat(state.phase()).isEqualTo(Phase.EXITED);
    assertThat(state.exitCode()).contains(3);
  }

  @Test
  void startsAgainAfterItsInitHasEnded() throws Exception {
    runtime().start(spec(system, Init.ENDS_WITH_3));
    awaitExit(runtime());
    runtime().start(spec(system, Init.SERVES));
    awaitLog("ready");
    assertThat(runtime().logs(system, 10_000)).contains("bye").contains("ready");
  }

  @Test
  void refusesASecondStart() throws Exception {
    runtime().start(spec(system, Init.SERVES));
    assertThat(refusal(() -> runtime().start(spec(system, Init.SERVES)))).isEqualTo(Kind.OTHER);
    assertThat(runtime().state(system).phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void refusesARootWithoutInit() throws Exception {
    assertThat(refusal(() -> runtime().start(spec(system, Init.MISSING)))).isEqualTo(Kind.BAD_ROOT);
    assertThat(runtime().state(system).phase()).isEqualTo(Phase.ABSENT);
  }

  @Test
  void aNewRuntimeAdoptsTheRunningContainer() throws Exception {
    ContainerState started = runtime().start(spec(system, Init.SERVES));
    awaitLog("ready");
    ContainerRuntime next = nextRuntime();
    assertThat(next.state(system)).isEqualTo(started);
    var exit = next.exit(system);
    next.stop(system, "TERM", LONG);
    assertThat(exit.toCompletableFuture().get(5, TimeUnit.SECONDS)).contains(0);
    assertThat(runtime().state(system).phase()).isEqualTo(Phase.ABSENT);
  }

  @Test
  void pausesAndResumes() throws Exception {
    runtime().start(spec(system, Init.SERVES));
    awaitLog("ready");
    runtime().pause(system);
    assertThat(runtime().state(system).phase()).isEqualTo(Phase.PAUSED);
    assertThat(refusal(() -> runtime().exec(system, List.of("true"), LONG))).isEqualTo(Kind.OTHER);
    runtime().resume(system);
    assertThat(runtime().state(system).phase()).isEqualTo(Phase.RUNNING);
    assertThat(runtime().exec(system, List.of("true"), LONG).exitCode()).isZero();
  }

  @Test
  void aPausedContainerCanBeStoppedAndKilled() throws Exception {
    runtime().start(spec(system, Init.SERVES));
    awaitLog("ready");
    runtime().pause(system);
    runtime().stop(system, "TERM", LONG);
    assertThat(runtime().state(system).phase()).isEqualTo(Phase.ABSENT);

    runtime().start(spec(system, Init.SERVES));
    runtime().pause(system);
    runtime().kill(system);
    assertThat(runtime().state(system).phase()).isEqualTo(Phase.ABSENT);
  }

  @Test
  void runsCommandsInside() throws Exception {
    runtime().start(spec(system, Init.SERVES));
    ExecResult result = runtime().exec(system, List.of("echo", "hello"), LONG);
    assertThat(result).isEqualTo(new ExecResult(0, "hello\n", "", false));
    assertThat(runtime().exec(system, List.of("false"), LONG).exitCode()).isEqualTo(1);
  }

  @Test
  void endsACommandThatTakesTooLong() throws Exception {
    runtime().start(spec(system, Init.SERVES));
    assertThat(
            refusal(() -> runtime().exec(system, List.of("sleep", "60"), Duration.ofMillis(300))))
        .isEqualTo(Kind.TIMEOUT);
    assertThat(runtime().state(system).phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void nothingCanBeDoneInsideWhatDoesNotRun() throws Exception {
    assertThat(refusal(() -> runtime().exec(system, List.of("true"), LONG)))
        .isEqualTo(Kind.NOT_FOUND);
    assertThat(refusal(() -> runtime().pause(system))).isEqualTo(Kind.NOT_FOUND);
    assertThat(refusal(() -> runtime().resume(system))).isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void givesTheNewestOfTheLog() throws Exception {
    runtime().start(spec(system, Init.ENDS_WITH_3));
    awaitExit(runtime());
    assertThat(runtime().logs(system, 10_000)).endsWith("bye\n");
    assertThat(runtime().logs(system, 3)).isEqualTo("ye\n");
  }

  @Test
  void refusesAnUnknownSignal() throws Exception {
    runtime().start(spec(system, Init.SERVES));
    assertThat(refusal(() -> runtime().stop(system, "NONSENSE", LONG))).isEqualTo(Kind.OTHER);
    assertThat(runtime().state(system).phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void knowsItsCgroupsBeforeTheStart() throws Exception {
    var before = runtime().cgroups(system);
    assertThat(before).isNotEmpty();
    runtime().start(spec(system, Init.SERVES));
    assertThat(runtime().cgroups(system)).isEqualTo(before);
  }

  /** A spec with everything but root and init at its default. */
  protected static ContainerSpec plainSpec(
      SystemId system, java.nio.file.Path root, List<String> init) {
    return new ContainerSpec(
        system,
        root,
        init,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        "test",
        "TERM",
        Duration.ofSeconds(5));
  }
}
