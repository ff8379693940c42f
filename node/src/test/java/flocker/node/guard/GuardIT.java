package flocker.node.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import flocker.node.container.oci.OciFixture;
import flocker.node.container.oci.OciSettings;
import flocker.node.guard.Guards.GuardState;
import flocker.node.time.BootClock;
import flocker.node.time.LinuxBootClock;
import flocker.protocol.id.SystemId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract and the hard cases on real guards: two processes each, real cgroups, and processes
 * in them that do not want to die.
 */
final class GuardIT extends GuardsContract {
  private static final AtomicLong NEXT = new AtomicLong();
  private static final BootClock CLOCK = LinuxBootClock.open(problem -> {});
  private static OciFixture fixture;

  private final SystemId system =
      new SystemId("%016x".formatted(0xfd00_0000_0000_0000L | NEXT.incrementAndGet()));
  private final List<Process> processes = new ArrayList<>();
  private List<Path> cgroups;
  private ProcessGuards guards;

  @BeforeAll
  static void open() throws IOException {
    fixture = OciFixture.open(OciSettings.Limits.DEFAULT);
  }

  @AfterAll
  static void close() throws IOException {
    if (fixture != null) {
      fixture.close();
    }
  }

  @BeforeEach
  void makeGroup() throws IOException {
    cgroups =
        fixture.layout().killDirectories(fixture.settings().cgroupParent() + "/" + system.value());
    for (Path group : cgroups) {
      Files.createDirectories(group);
    }
    guards = newGuards();
  }

  @AfterEach
  void removeGroup() throws Exception {
    end();
    guards.disarm(system);
    guards.close();
    for (Path group : cgroups) {
      awaitTrue(() -> group.toFile().delete() || !Files.exists(group));
    }
  }

  private static ProcessGuards newGuards() {
    return new ProcessGuards(
        new GuardSettings(
            OciFixture.program("flocker-guard"),
            fixture.directory().resolve("guards"),
            fixture.layout().directories(fixture.settings().daemonsGroup())));
  }

  @Override
  protected SystemId system() {
    return system;
  }

  @Override
  protected List<Path> cgroups() {
    return cgroups;
  }

  @Override
  protected Guards guards() {
    return guards;
  }

  @Override
  protected long in(Duration time) {
    return CLOCK.nanos() + time.toNanos();
  }

  @Override
  protected void pass(Duration time) {
    long end = CLOCK.nanos() + time.toNanos();
    while (CLOCK.nanos() < end) {
      LockSupport.parkNanos(end - CLOCK.nanos());
    }
  }

  @Override
  protected void bringToLife() {
    run("trap '' TERM HUP INT; sleep 1000 & sleep 1000 & while :; do sleep 1000; done");
  }

  /**
   * Runs a shell that enters the cgroups before it does what it is told; a guard whose deadline is
   * past may kill it in between.
   */
  private Process run(String script) {
    StringBuilder enter = new StringBuilder();
    for (Path group : cgroups) {
      enter.append("echo $$ > ").append(group).append("/cgroup.procs; ");
    }
    try {
      Process process = new ProcessBuilder("/bin/sh", "-c", enter + "echo in; " + script).start();
      processes.add(process);
      if (process.getInputStream().readNBytes(3).length == 0) {
        assertThat(process.waitFor()).as("killed by SIGKILL").isEqualTo(KILLED);
      }
      return process;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** What a process that SIGKILL ended gives: 128 and the signal's number. */
  private static final int KILLED = 137;

  @Override
  protected boolean alive() {
    try {
      for (Path group : cgroups) {
        if (!Files.readString(group.resolve("cgroup.procs")).isBlank()) {
          return true;
        }
      }
      return false;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  protected void end() {
    awaitTrue(
        () -> {
          for (Path group : cgroups) {
            write(group.resolve("freezer.state"), "THAWED");
            for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
              ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
          }
          return !alive();
        });
  }

  private static void write(Path file, String text) throws IOException {
    if (Files.exists(file)) {
      Files.writeString(file, text, StandardOpenOption.WRITE);
    }
  }

  private static void awaitTrue(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(2))
        .until(condition);
  }

  private Path file(String role, String kind) {
    return fixture.directory().resolve("guards").resolve(system.value() + "." + role + "." + kind);
  }

  private GuardReport report(String role) throws IOException {
    try (GuardLink link = GuardLink.connect(file(role, "sock"))) {
      return GuardReport.parse(link.ask("status", Duration.ofSeconds(2))).orElseThrow();
    }
  }

  private GuardReport result(String role) throws IOException {
    return GuardReport.parse(Files.readString(file(role, "result"))).orElseThrow();
  }

  private void signal(String role, String name) throws Exception {
    signalProcess(report(role).values().get("pid"), name);
  }

  private static void signalProcess(String pid, String name) throws Exception {
    assertThat(new ProcessBuilder("kill", "-s", name, "--", pid).start().waitFor()).isZero();
  }

  private Process feeder(Duration lease) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("setsid", System.getProperty("java.home") + "/bin/java", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), GuardFeeder.class.getName()));
    command.add(OciFixture.program("flocker-guard").toString());
    command.add(fixture.directory().resolve("guards").toString());
    command.add(system.value());
    command.add(Long.toString(lease.toMillis()));
    cgroups.forEach(group -> command.add(group.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    processes.add(process);
    assertThat(process.getInputStream().readNBytes(6))
        .isEqualTo("armed\n".getBytes(StandardCharsets.UTF_8));
    return process;
  }

  @AfterEach
  void endFeeders() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void killsSoonAfterTheDeadline() throws Exception {
    List<Long> micros = new ArrayList<>();
    for (int i = 0; i < 40 && micros.size() < 20; i++) {
      bringToLife();
      if (armed(Duration.ofMillis(300))) {
        awaitTrue(() -> guards.state(system) == GuardState.KILLED);
        awaitTrue(() -> Files.exists(file("a", "result")) && Files.exists(file("b", "result")));
        long first =
            Math.min(
                result("a").nanosFromDeadlineToDeath().orElse(Long.MAX_VALUE),
                result("b").nanosFromDeadlineToDeath().orElse(Long.MAX_VALUE));
        micros.add(TimeUnit.NANOSECONDS.toMicros(first));
      }
      end();
      guards.disarm(system);
    }
    micros.sort(null);
    OciFixture.record("guard-kill", "microseconds from deadline to verified death: " + micros);
    assertThat(micros.get(micros.size() / 2)).isLessThan(100_000);
  }

  /** False if this host is so busy that the deadline passed before both guards were up. */
  private boolean armed(Duration time) {
    try {
      guards.arm(system, cgroups, in(time));
      return true;
    } catch (GuardFault late) {
      return false;
    }
  }

  @Test
  void killsManyProcessesThatForkAllTheTime() throws Exception {
    run(
        "fork() { while :; do sleep 0.01 & sleep 0.02; done; }; for i in 1 2 3 4 5 6 7 8 9 10;"
            + " do fork & done; wait");
    guards.arm(system, cgroups, in(SOON));
    pass(SOON);
    awaitTrue(() -> guards.state(system) == GuardState.KILLED);
    assertThat(alive()).isFalse();
  }

  @Test
  void killsAFrozenContainer() throws Exception {
    bringToLife();
    write(cgroups.get(0).resolve("freezer.state"), "FROZEN");
    write(cgroups.get(0).resolve("cgroup.freeze"), "1");
    guards.arm(system, cgroups, in(SOON));
    pass(SOON.multipliedBy(2));
    assertThat(guards.state(system)).isEqualTo(GuardState.KILLED);
    assertThat(alive()).isFalse();
  }

  @Test
  void ignoresEverySignalThatCanBeIgnored() throws Exception {
    bringToLife();
    guards.arm(system, cgroups, in(LATE));
    for (String role : List.of("a", "b")) {
      for (String name : List.of("TERM", "HUP", "INT", "QUIT", "USR1", "USR2", "PIPE", "ALRM")) {
        signal(role, name);
      }
    }
    pass(Duration.ofMillis(100));
    assertThat(report("a").partnerAlive()).isTrue();
    assertThat(report("b").partnerAlive()).isTrue();
    assertThat(alive()).isTrue();
  }

  @Test
  void aFeederThatIsKilledLeavesTheGuardsToTheNext() throws Exception {
    bringToLife();
    Process feeder = feeder(Duration.ofSeconds(30));
    signalProcess("-" + feeder.pid(), "KILL"); // its whole process group
    assertThat(feeder.waitFor(10, TimeUnit.SECONDS)).isTrue();

    String guard = report("a").values().get("pid");
    guards.arm(system, cgroups, in(LATE));
    assertThat(report("a").values()).containsEntry("pid", guard).containsEntry("partner", "alive");
    assertThat(alive()).isTrue();
  }

  @Test
  void aFeederThatIsKilledAndNotReplacedCostsTheContainerAtItsDeadline() throws Exception {
    bringToLife();
    Process feeder = feeder(Duration.ofSeconds(3));
    pass(Duration.ofSeconds(4));
    assertThat(alive()).isTrue();
    signalProcess(Long.toString(feeder.pid()), "KILL");
    pass(Duration.ofMillis(3100));
    assertThat(alive()).isFalse();
    assertThat(guards.state(system)).isEqualTo(GuardState.KILLED);
  }

  @Test
  void aFeederThatIsStoppedCostsTheContainerAtItsDeadline() throws Exception {
    bringToLife();
    Process feeder = feeder(Duration.ofSeconds(3));
    signalProcess(Long.toString(feeder.pid()), "STOP");
    pass(Duration.ofMillis(3100));
    assertThat(alive()).isFalse();
    assertThat(guards.state(system)).isEqualTo(GuardState.KILLED);
    signalProcess(Long.toString(feeder.pid()), "KILL");
  }

  @Test
  void killsWhenPartnerAndFeedAreBothGone() throws Exception {
    bringToLife();
    guards.arm(system, cgroups, in(LATE));
    signal("a", "KILL");
    pass(Duration.ofMillis(100));
    assertThat(alive()).isTrue();
    assertThat(report("b").values()).containsEntry("partner", "gone");
    guards.close();
    awaitTrue(() -> !alive());
    assertThat(report("b").values()).containsEntry("reason", "orphaned");
    guards = newGuards();
    assertThat(guards.state(system)).isEqualTo(GuardState.KILLED);
  }

  @Test
  void replacesAGuardThatDied() throws Exception {
    bringToLife();
    guards.arm(system, cgroups, in(LATE));
    for (String role : List.of("a", "b")) {
      signal(role, "KILL");
      awaitTrue(
          () -> {
            guards.feed(system, in(LATE));
            return Files.exists(file(role, "sock")) && connects(role);
          });
      awaitTrue(() -> report("a").partnerAlive() && report("b").partnerAlive());
    }
    assertThat(alive()).isTrue();
    assertThat(guards.state(system)).isEqualTo(GuardState.ARMED);
  }

  private boolean connects(String role) {
    try {
      return report(role).state() == GuardState.ARMED;
    } catch (IOException dead) {
      return false;
    }
  }

  @Test
  void theOutcomeOutlivesTheGuards() throws Exception {
    bringToLife();
    guards.arm(system, cgroups, in(SOON));
    pass(SOON.multipliedBy(2));
    signal("a", "KILL");
    signal("b", "KILL");
    awaitTrue(() -> !connects("a") && !connects("b"));
    assertThat(guards.state(system)).isEqualTo(GuardState.KILLED);
    guards.disarm(system);
    assertThat(guards.state(system)).isEqualTo(GuardState.ABSENT);
  }

  @Test
  void refusesGuardsThatGuardSomethingElse() throws Exception {
    guards.arm(system, cgroups, in(LATE));
    assertThatExceptionOfType(GuardFault.class)
        .isThrownBy(() -> guards.arm(system, List.of(Path.of("/sys/fs/cgroup/other")), in(LATE)));
  }

  @Test
  void refusesARuntimeDirectoryThatNoSocketFitsInto() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () -> new GuardSettings(Path.of("/bin/true"), Path.of("/" + "x".repeat(80)), List.of()))
        .withMessageContaining("Unix sockets");
  }
}
