package flocker.node.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that must be refused, with a reason and without a trace: each test asks for a system
 * that cannot be, and the datasets and systems are the same afterwards.
 */
class BadRequestIT {
  private static final String HOST = "a";

  @TempDir static Path dir;
  private static Scenario scenario;
  private String datasets;
  private List<String> systems;

  @BeforeAll
  static void makeLab() {
    Lab.onlyInItsTier();
    scenario = new Scenario("it-requests", "--hosts", "1");
  }

  @AfterAll
  static void takeItDown() {
    if (scenario != null) {
      scenario.close();
    }
  }

  @BeforeEach
  void remember() {
    datasets = datasets();
    systems = systems();
  }

  @AfterEach
  void noTrace() {
    assertThat(datasets()).as("datasets").isEqualTo(datasets);
    assertThat(systems()).as("systems").isEqualTo(systems);
  }

  @Test
  void refusesANameThatExists() {
    assertRefused(create(Scenario.SYSTEM, Path.of(Lab.userSystem("busybox")), "7001"), "exist");
  }

  @Test
  void refusesAFileThatIsNoTar() throws IOException {
    Path file = dir.resolve("garbage.tar");
    Files.writeString(file, "this is no tar\n".repeat(2000));
    assertRefused(create("garbage", file, "7001"), "tar");
  }

  @Test
  void refusesATarThatEndsEarly() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of(Lab.userSystem("busybox")));
    Path file = dir.resolve("short.tar");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(whole, 0, whole.length / 2);
    }
    assertRefused(create("short", file, "7001"), "");
  }

  @Test
  void refusesATarThatDoesNotExist() {
    assertRefused(create("missing", dir.resolve("missing.tar"), "7001"), "missing.tar");
  }

  @Test
  void refusesEntriesThatClimbOut() throws IOException {
    Path evil = Path.of("/tmp/flocker-it-climbed-out");
    assertRefused(
        create("climber", tar("climb.tar", "../".repeat(12) + "tmp/" + evil.getFileName()), "7001"),
        "..");
    assertThat(evil).doesNotExist();
  }

  @Test
  void refusesAbsoluteEntries() throws IOException {
    Path evil = Path.of("/tmp/flocker-it-absolute");
    assertRefused(create("absolute", tar("absolute.tar", evil.toString()), "7001"), "absolute");
    assertThat(evil).doesNotExist();
  }

  @Test
  void refusesARootWithoutTheInitCommand() throws IOException {
    assertRefused(create("headless", tar("headless.tar", "etc/motd"), "7001"), "/sbin/init");
  }

  @Test
  void refusesAPortThatIsInUse() {
    assertRefused(
        create("second", Path.of(Lab.userSystem("busybox")), Integer.toString(LineClient.PORT)),
        Integer.toString(LineClient.PORT));
  }

  private static Lab.Ran create(String name, Path tar, String port) {
    return scenario.lab.tryRun(
        "flocker",
        HOST,
        "system",
        "create",
        name,
        "--from-tar",
        tar.toString(),
        "--init",
        "/sbin/init",
        "--publish",
        port + ":7000");
  }

  /** Exit code 1, and a reason that names what is wrong. */
  private static void assertRefused(Lab.Ran ran, String reason) {
    assertThat(ran.exitCode()).as("exit code; it said: %s%s", ran.out(), ran.err()).isEqualTo(1);
    assertThat(ran.err()).as("the reason").containsIgnoringCase(reason).isNotBlank();
  }

  /** A tar with one small file of exactly that name. */
  private static Path tar(String file, String entry) throws IOException {
    Path path = dir.resolve(file);
    byte[] content = "content\n".getBytes(StandardCharsets.UTF_8);
    try (var out = new TarArchiveOutputStream(Files.newOutputStream(path))) {
      // "true" keeps a leading slash.
      var header = new TarArchiveEntry(entry, true);
      header.setSize(content.length);
      out.putArchiveEntry(header);
      out.write(content);
      out.closeArchiveEntry();
    }
    return path;
  }

  private static String datasets() {
    return scenario.lab.run("exec", HOST, "zfs", "list", "-H", "-o", "name", "-t", "filesystem");
  }

  private static List<String> systems() {
    List<String> names = new ArrayList<>();
    JsonNode status = scenario.lab.get(HOST, "/v1/status").orElseThrow();
    status.path("systems").forEach(system -> names.add(system.path("name").asText()));
    return names;
  }
}
