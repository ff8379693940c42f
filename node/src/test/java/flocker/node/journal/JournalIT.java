package flocker.node.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import flocker.protocol.id.HostId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The journal under real processes: each commit is an fsync by the kernel's own account, and what
 * was acknowledged before a {@code kill -9} is there afterwards. Figures go to {@code
 * target/journal-figures.txt}. Needs strace.
 */
class JournalIT {
  private static final HostId HOST = new HostId("00000000000000aa");
  private static final int EVENTS = 500;
  private static final int KILLS = 6;

  @TempDir Path dir;

  @BeforeAll
  static void onlyInItsTier() {
    assumeTrue(
        Arrays.asList(System.getProperty("flocker.tiers", "").split(",", -1)).contains("container"),
        "NOT RUN: the journal's fsync and kill -9 proof needs -Dflocker.tiers=container");
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/strace")),
        "NOT RUN: the journal's fsync proof needs strace (apt-get install strace)");
  }

  @Test
  void everyCommitIsAnFsync() throws Exception {
    JournalFiles.create(dir, HOST);
    Path trace = dir.resolve("trace");
    List<String> strace =
        List.of("strace", "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", trace.toString());
    List<String> said = run(strace, EVENTS);
    assertThat(said).contains("kept " + EVENTS);
    long fsyncs;
    try (var lines = Files.lines(trace)) {
      fsyncs = lines.filter(line -> line.contains("journal.sqlite")).count();
    }
    assertThat(fsyncs).as("fsyncs for %d commits", EVENTS).isGreaterThanOrEqualTo(EVENTS);
    figure(fsyncs + " fsyncs for " + EVENTS + " commits");
  }

  @Test
  void isFastEnough() throws Exception {
    JournalFiles.create(dir, HOST);
    run(List.of(), EVENTS).stream().filter(line -> !line.startsWith("kept")).forEach(this::figure);
    run(List.of(), EVENTS).stream().filter(line -> !line.startsWith("kept")).forEach(this::figure);
  }

  @Test
  void nothingAcknowledgedIsLostByKill() throws Exception {
    JournalFiles.create(dir, HOST);
    long acknowledged = 0;
    for (int round = 1; round <= KILLS; round++) {
      Process process = start(List.of(), 0);
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        long recovered = number(out.readLine());
        assertThat(recovered).as("round %d", round).isGreaterThanOrEqualTo(acknowledged);
        long until = recovered + 60L * round + 7;
        while (acknowledged < until) {
          acknowledged = number(out.readLine());
        }
        // The process's own destroyForcibly would close its output before it is read.
        process.toHandle().destroyForcibly();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          if (line.matches("kept [0-9]+")) {
            acknowledged = number(line);
          }
        }
      }
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    figure(KILLS + " kills, " + acknowledged + " events, none lost");
  }

  private static long number(String line) {
    assertThat(line).as("the program's output").isNotNull();
    String[] words = line.split(" ", -1);
    return words[1].isEmpty() ? 0 : Long.parseLong(words[1]);
  }

  private List<String> run(List<String> prefix, int events)
      throws IOException, InterruptedException {
    Process process = start(prefix, events);
    List<String> lines;
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      lines = out.lines().toList();
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("output: %s", lines).isZero();
    return lines;
  }

  private Process start(List<String> prefix, int events) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            JournalProgram.class.getName(),
            dir.toString(),
            HOST.value(),
            Integer.toString(events)));
    return new ProcessBuilder(command).redirectError(dir.resolve("stderr").toFile()).start();
  }

  private void figure(String line) {
    try {
      Files.writeString(
          Path.of("target", "journal-figures.txt"),
          line + "\n",
          java.nio.file.StandardOpenOption.CREATE,
          java.nio.file.StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
