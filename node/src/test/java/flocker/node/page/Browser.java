package flocker.node.page;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A script of {@code node/src/test/web} in a process of its own: it drives a real Chromium. */
public final class Browser implements AutoCloseable {
  private static final Path ROOT = Path.of(System.getProperty("flocker.root", ".."));

  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Process process;
  private final BufferedReader lines;
  private final List<String> said = new ArrayList<>();

  /** Skips the calling class, loudly, where the tier was not asked for. */
  public static void onlyInTier(String tier) {
    assumeTrue(
        Arrays.asList(System.getProperty("flocker.tiers", "").split(",", -1)).contains(tier),
        "NOT RUN: the web page in a browser; run deploy/test, or -Dflocker.tiers=" + tier);
  }

  /** Starts a script against the page at {@code url}. */
  public Browser(String url, String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of("node"));
    if (script.endsWith(".test.mjs")) {
      command.add("--test");
    }
    command.add(ROOT.resolve("node/src/test/web").resolve(script).toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("FLOCKER_URL", url);
    builder
        .environment()
        .put("FLOCKER_WEB", ROOT.resolve("node/target/web").toAbsolutePath().toString());
    try {
      process = builder.start();
      CompletableFuture.delayedExecutor(LIMIT.toSeconds(), TimeUnit.SECONDS).execute(this::end);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Reads on until a line fits, and returns it. */
  public String await(Predicate<String> line) {
    try {
      String next = lines.readLine();
      while (next != null) {
        said.add(next);
        if (line.test(next)) {
          return next;
        }
        next = lines.readLine();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("the script ended:\n" + String.join("\n", said));
  }

  /** Reads to the end, and returns the exit code. */
  public int awaitEnd() {
    try {
      lines.lines().forEach(said::add);
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new AssertionError("the script does not end:\n" + String.join("\n", said));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A script that waits for ever would hold up everything after it; what it said is kept. */
  private void end() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** All that it has said so far. */
  public String said() {
    return String.join("\n", said);
  }

  /** Where pictures go. */
  public static Path pictures() {
    Path folder = ROOT.resolve("node/target/pictures").toAbsolutePath();
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
