package flocker.node.container.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import flocker.node.container.BusyboxRoot;
import flocker.node.container.ContainerContract;
import flocker.node.container.ContainerFault;
import flocker.node.container.ContainerFault.Kind;
import flocker.node.container.ContainerRuntime;
import flocker.node.container.ContainerRuntime.ExecResult;
import flocker.node.container.ContainerSpec;
import flocker.node.container.ContainerState.Phase;
import flocker.protocol.id.SystemId;
import java.io.IOException;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The contract, and what only real processes can show, on real containers of a busybox userland.
 */
final class OciRuntimeIT extends ContainerContract {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static OciFixture fixture;
  private static Path root;
  private static OciRuntime shared;

  @BeforeAll
  static void makeRoot() throws IOException {
    fixture =
        OciFixture.open(
            new OciSettings.Limits(
                64 * 1024, 200, Duration.ofSeconds(20), Duration.ofSeconds(5), 10_000));
    root = BusyboxRoot.make(fixture.directory().resolve("root"));
    shared = fixture.runtime();
  }

  @AfterAll
  static void removeAll() throws IOException {
    if (fixture != null) {
      shared.close();
      fixture.close();
    }
  }

  @Override
  protected ContainerRuntime runtime() {
    return shared;
  }

  @Override
  protected ContainerRuntime nextRuntime() {
    return fixture.runtime();
  }

  @Override
  protected ContainerSpec spec(SystemId id, Init init) {
    return switch (init) {
      case SERVES ->
          script(id, "trap 'exit 0' TERM; echo ready; while :; do sleep 1000 & wait $!; done");
      case ENDS_WITH_3 -> script(id, "echo bye; exit 3");
      case IGNORES_TERM -> script(id, "trap '' TERM; echo deaf; while :; do sleep 1000; done");
      case MISSING -> plainSpec(id, root, List.of("/sbin/init"));
    };
  }

  private static ContainerSpec script(SystemId id, String text) {
    return plainSpec(id, root, List.of("/bin/sh", "-c", text));
  }

  private ExecResult sh(String text) throws ContainerFault {
    return shared.exec(system, List.of("sh", "-c", text), LONG);
  }

  private void awaitLog(String text) {
    Awaitility.await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> shared.logs(system, 10_000).contains(text));
  }

  @Test
  void isReachedByItsAddressAndReachesTheHost() throws Exception {
    var state = shared.start(script(system, "while :; do echo pong | nc -l -p 7777; done"));
    String address = state.address().orElseThrow();
    byte[] answer =
        Awaitility.await()
            .atMost(LONG)
            .pollInterval(Duration.ofMillis(10))
            .ignoreException(java.net.ConnectException.class)
            .until(
                () -> {
                  try (Socket socket = new Socket(address, 7777)) {
                    return socket.getInputStream().readNBytes(4);
                  }
                },
                bytes -> bytes.length == 4);
    assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("pong");
    assertThat(sh("ip route").stdout()).contains("default via 169.254.");
    assertThat(sh("ip -o link").stdout().lines()).hasSize(2);
  }

  @Test
  void leavesNoNetworkNorCgroupNorBundleBehind() throws Exception {
    shared.start(spec(system, Init.SERVES));
    assertThat(NetworkInterface.getByName(NetworkPlan.deviceOf(system))).isNotNull();
    awaitLog("ready");
    shared.stop(system, "TERM", LONG);
    assertThat(NetworkInterface.getByName(NetworkPlan.deviceOf(system))).isNull();
    assertThat(shared.cgroups(system)).noneMatch(Files::exists);
    assertThat(fixture.settings().stateDirectory().resolve("bundles").resolve(system.value()))
        .doesNotExist();
    Process tables = new ProcessBuilder("nft", "list", "tables").start();
    assertThat(new String(tables.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
        .doesNotContain(system.value());
  }

  @Test
  void livesInItsOwnNamespacesWithItsNameAndEnvironment() throws Exception {
    shared.start(
        new ContainerSpec(
            system,
            root,
            List.of("/bin/sh", "-c", "echo $COLOUR; exec sleep 1000"),
            Map.of("COLOUR", "green"),
            Optional.of(64L << 20),
            Optional.of(0.5),
            "shop",
            "TERM",
            LONG));
    awaitLog("green");
    assertThat(sh("hostname").stdout()).isEqualTo("shop\n");
    assertThat(sh("cat /proc/1/cmdline").stdout()).startsWith("sleep");
    assertThat(sh("mount | grep -c ' on /sys type sysfs (ro'").stdout()).isEqualTo("1\n");
    assertThat(sh("touch /sys/x").exitCode()).isNotZero();
    assertThat(sh("echo 1 > /proc/sys/kernel/sysrq").exitCode()).isNotZero();
    Path memory = fixture.layout().controllers().get("memory");
    if (memory != null) {
      Path limit =
          memory
              .resolve(fixture.settings().cgroupParent().substring(1))
              .resolve(system.value())
              .resolve("memory.limit_in_bytes");
      assertThat(Files.readString(limit).strip()).isEqualTo(Long.toString(64L << 20));
    }
  }

  @Test
  void killsManyProcessesThatForkAllTheTime() throws Exception {
    // Bounded by its own depth: not every host has a controller that would bound it.
    String bomb =
        "fork() { trap '' TERM; if [ $1 -gt 0 ]; then fork $(($1 - 1)) & fork $(($1 - 1)) & wait;"
            + " else while :; do sleep 0.1; done; fi; }; echo go; fork 6; sleep 1000";
    shared.start(script(system, bomb));
    awaitLog("go");
    Path procs = shared.cgroups(system).get(0).resolve("cgroup.procs");
    Awaitility.await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> Files.readAllLines(procs).size() > 100);
    long begun = System.nanoTime();
    shared.kill(system);
    assertThat(shared.state(system).phase()).isEqualTo(Phase.ABSENT);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void adoptsAContainerWhoseInitEndsByItself() throws Exception {
    shared.start(script(system, "sleep 0.3; exit 7"));
    try (OciRuntime next = fixture.runtime()) {
      assertThat(next.exit(system).toCompletableFuture().get(10, TimeUnit.SECONDS)).contains(7);
      assertThat(next.state(system).exitCode()).contains(7);
    }
  }

  @Test
  void keepsItsLogWithinItsBound() throws Exception {
    shared.start(script(system, "yes 0123456789abcdef | head -n 20000; echo end"));
    assertThat(shared.exit(system).toCompletableFuture().get(20, TimeUnit.SECONDS)).contains(0);
    assertThat(shared.logs(system, 1 << 20)).endsWith("end\n").hasSizeLessThanOrEqualTo(64 * 1024);
    Path logs = fixture.settings().logDirectory().resolve(system.value());
    long bytes = 0;
    try (var files = Files.list(logs)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    assertThat(bytes).isLessThanOrEqualTo(64 * 1024);
  }

  @Test
  void boundsTheOutputOfACommand() throws Exception {
    shared.start(spec(system, Init.SERVES));
    ExecResult result = sh("yes | head -c 100000; echo oops >&2; exit 4");
    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.stdout()).hasSize(10_000);
    assertThat(result.stderr()).isEqualTo("oops\n");
    assertThat(result.truncated()).isTrue();
  }

  @Test
  void endsTheCommandItselfWhenItTakesTooLong() throws Exception {
    shared.start(spec(system, Init.SERVES));
    ContainerFault fault =
        catchThrowableOfType(
            ContainerFault.class,
            () -> shared.exec(system, List.of("sleep", "4321"), Duration.ofMillis(400)));
    assertThat(fault.kind()).isEqualTo(Kind.TIMEOUT);
    Awaitility.await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> !sh("ps").stdout().contains("sleep 4321"));
  }

  @Test
  void saysWhatIsWrongWithARoot() throws Exception {
    Path broken = BusyboxRoot.make(fixture.directory().resolve("broken"));
    Files.createSymbolicLink(broken.resolve("out"), Path.of("../../../../../../usr/bin/env"));
    Files.writeString(broken.resolve("text"), "hello");
    Path script = Files.writeString(broken.resolve("script"), "#!/usr/bin/perl\n");
    script.toFile().setExecutable(true);
    for (var wrong :
        Map.of(
                "/out", "does not exist",
                "/text", "not an executable",
                "/script", "/usr/bin/perl",
                "/bin", "not an executable")
            .entrySet()) {
      ContainerFault fault =
          catchThrowableOfType(
              ContainerFault.class,
              () -> shared.start(plainSpec(system, broken, List.of(wrong.getKey()))));
      assertThat(fault.kind()).isEqualTo(Kind.BAD_ROOT);
      assertThat(fault).hasMessageContaining(wrong.getValue());
    }
  }

  @Test
  void measuresStartAndKill() throws Exception {
    List<Long> starts = new ArrayList<>();
    List<Long> kills = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      long begun = System.nanoTime();
      shared.start(spec(system, Init.SERVES));
      long started = System.nanoTime();
      shared.kill(system);
      starts.add((started - begun) / 1_000_000);
      kills.add((System.nanoTime() - started) / 1_000_000);
    }
    starts.sort(null);
    kills.sort(null);
    OciFixture.record(
        "container-start", "milliseconds of start: " + starts + "; of kill and clean-up: " + kills);
    assertThat(starts.get(5)).isLessThan(2000);
  }
}
