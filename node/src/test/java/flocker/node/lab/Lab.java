package flocker.node.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One lab: its verbs, and what its nodes answer. */
final class Lab {
  /** What a verb did. */
  record Ran(int exitCode, String out, String err) {}

  private static final Duration VERB_LIMIT = Duration.ofMinutes(3);
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ROOT = Path.of(System.getProperty("flocker.root", ".."));

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(REQUEST_LIMIT).build();
  private final String name;
  private List<String> hosts = List.of();
  private String subnet = "";

  Lab(String name) {
    this.name = name;
  }

  /** Skips the calling class, loudly, where the tier was not asked for. */
  static void onlyInItsTier() {
    assumeTrue(
        Arrays.asList(System.getProperty("flocker.tiers", "").split(",", -1)).contains("lab"),
        "NOT RUN: whole hosts under faults; run deploy/test, or -Dflocker.tiers=lab as root");
  }

  String name() {
    return name;
  }

  Path folder() {
    String labs = System.getenv("FLOCKER_LAB_DIR");
    return Path.of(labs == null ? "/var/lib/flocker-lab" : labs, name);
  }

  /** Takes down what an interrupted run left, and makes it anew. */
  void up(String... options) {
    run("down");
    List<String> words = new ArrayList<>(List.of("up"));
    words.addAll(List.of(options));
    run(words.toArray(String[]::new));
    try {
      List<String> conf = Files.readAllLines(folder().resolve("lab.conf"));
      hosts = List.of(value(conf, "HOSTS").replaceAll("[()]", "").trim().split(" "));
      subnet = "10.77." + value(conf, "NUMBER") + ".";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String value(List<String> conf, String key) {
    return conf.stream()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("lab.conf does not say " + key));
  }

  /** Hosts with storage; these labs have no witnesses. */
  List<String> hosts() {
    return hosts;
  }

  List<String> hostsOtherThan(String host) {
    return hosts.stream().filter(other -> !other.equals(host)).toList();
  }

  String address(String host) {
    return subnet + (11 + hosts.indexOf(host));
  }

  List<String> addresses() {
    return hosts.stream().map(this::address).toList();
  }

  /** Runs a verb, which must succeed; returns what it printed. */
  String run(String... words) {
    Ran ran = tryRun(words);
    assertThat(ran.exitCode())
        .as("lab %s: %s%s", String.join(" ", words), ran.out(), ran.err())
        .isZero();
    return ran.out();
  }

  /** Runs a verb that may fail. */
  Ran tryRun(String... words) {
    return program(ROOT.resolve("deploy/lab/lab"), words, "--name", name);
  }

  /** A line of each stash's copy of a file, on one host. */
  List<String> stashedLines(String host, String path) {
    Ran ran = program(ROOT.resolve("deploy/lab/stashed-lines"), new String[] {name, host, path});
    assertThat(ran.exitCode()).as("stashed-lines: %s", ran.err()).isZero();
    return ran.out().lines().toList();
  }

  /** Builds (or finds) a user system and returns its tar. */
  static String userSystem(String kind) {
    Ran ran = program(ROOT.resolve("deploy/user-systems").resolve(kind), new String[0]);
    assertThat(ran.exitCode()).as("user system %s: %s", kind, ran.err()).isZero();
    return ran.out().trim();
  }

  private static Ran program(Path program, String[] words, String... before) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of(before));
    command.addAll(List.of(words));
    try {
      Path out = Files.createTempFile("lab", ".out");
      Path err = Files.createTempFile("lab", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      // What was built for the tests is what the lab runs, unless somebody says otherwise.
      builder
          .environment()
          .putIfAbsent("FLOCKER_DIST", ROOT.resolve("node/target/flocker").toString());
      Process process = builder.start();
      boolean ended = process.waitFor(VERB_LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      Ran ran =
          new Ran(
              ended ? process.exitValue() : -1,
              Files.readString(out, StandardCharsets.UTF_8),
              Files.readString(err, StandardCharsets.UTF_8));
      Files.delete(out);
      Files.delete(err);
      return ran;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What a host's node answers; empty if it does not, or not well. */
  Optional<JsonNode> get(String host, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address(host) + ":7420" + path))
            .timeout(REQUEST_LIMIT)
            .build();
    try {
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return answer.statusCode() == 200
          ? Optional.of(JSON.readTree(answer.body()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  boolean ready(String host) {
    return get(host, "/v1/ready").isPresent();
  }

  /**
   * A system as the host with the newest epoch shows it, its master before others: a host that was
   * cut off still says that it is master of the epoch that it had.
   */
  Optional<JsonNode> system(String system) {
    return hosts.stream()
        .flatMap(host -> view(host, system).stream())
        .max(
            Comparator.comparingLong((View view) -> view.shown().path("epoch").asLong())
                .thenComparing(view -> view.shown().path("master").asText("").equals(view.host())))
        .map(View::shown);
  }

  private record View(String host, JsonNode shown) {}

  private Optional<View> view(String host, String system) {
    for (JsonNode shown :
        get(host, "/v1/status")
            .map(status -> status.path("systems"))
            .orElseGet(MissingNode::getInstance)) {
      if (shown.path("name").asText().equals(system)) {
        return Optional.of(new View(host, shown));
      }
    }
    return Optional.empty();
  }

  /** Gives power, storage, JVM and network back to every host that lacks them. */
  void mend() {
    run("heal");
    Map<String, String> undo = Map.of("dead", "start", "frozen", "thaw");
    for (String row : run("status").lines().skip(1).filter(r -> !r.startsWith("cut:")).toList()) {
      String[] words = row.trim().split(" +", 6);
      String host = words[0];
      if (words[2].equals("off")) {
        run("boot", host);
        continue;
      }
      if (undo.containsKey(words[3])) {
        run("storage", undo.get(words[3]), host);
      }
      if (undo.containsKey(words[4])) {
        run(undo.get(words[4]), host);
      }
      if (Files.exists(folder().resolve("hosts").resolve(host).resolve("slow"))) {
        run("slow", host, "off");
      }
      tryRun("fill", host, "--free");
    }
  }

  /** Keeps the logs for a reader of a failure, and takes the lab away. */
  void down() {
    Path kept = Path.of("target", "lab-logs", name);
    try {
      for (String host : hosts) {
        Path log = folder().resolve("hosts").resolve(host).resolve("node.log");
        if (Files.exists(log)) {
          Files.createDirectories(kept);
          Files.copy(
              log, kept.resolve(host + ".log"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("down");
  }
}
