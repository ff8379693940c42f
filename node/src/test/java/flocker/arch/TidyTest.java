package flocker.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text of all sources and of what is deployed keeps {@link Tidy}'s rules. */
class TidyTest {
  /** Every text file of sources, deployment and documents, from the root. */
  private static List<String> files() throws IOException {
    List<String> found = new ArrayList<>();
    for (String top : List.of("node/src", "protocol/src", "deploy", "docs", "README.md")) {
      Path start = Root.path().resolve(top);
      if (Files.exists(start)) {
        try (Stream<Path> all = Files.walk(start)) {
          all.filter(Files::isRegularFile)
              .map(file -> Root.path().relativize(file).toString())
              .filter(Tidy::isText)
              .sorted()
              .forEach(found::add);
        }
      }
    }
    return found;
  }

  private static List<String> lines(String file) {
    try {
      // Not every recorded sample is UTF-8; any byte is a character of this set.
      return Files.readAllLines(Root.path().resolve(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> text(String file) {
    try {
      return Files.readAllLines(Root.path().resolve(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return lines(file);
    }
  }

  @Test
  void theTextIsTidy() throws IOException {
    List<String> faults = new ArrayList<>();
    for (String file : files()) {
      faults.addAll(Tidy.faults(file, text(file)));
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    Set<String> silent = new TreeSet<>();
    for (String file : files()) {
      if (file.contains("/src/main/java/") && file.endsWith(".java")) {
        String folder = file.substring(0, file.lastIndexOf('/'));
        if (!Files.exists(Root.path().resolve(folder).resolve("package-info.java"))) {
          silent.add(folder + ": write a package-info.java");
        }
      }
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void scriptsCanBeRun() throws IOException {
    List<String> cannot = new ArrayList<>();
    for (String file : files()) {
      boolean script = lines(file).stream().findFirst().filter(l -> l.startsWith("#!")).isPresent();
      if (file.startsWith("deploy/") && script && !Files.isExecutable(Root.path().resolve(file))) {
        cannot.add(file + ": chmod +x");
      }
    }
    assertThat(cannot).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "node/src/test/java/x/ATest.java      | Thread.sleep(10);",
        "node/src/main/java/x/A.java          | at = Instant.now();",
        "node/src/main/java/x/A.java          | new Random(7)",
        "node/src/test/java/x/ATest.java      | new Random()",
        "node/src/main/java/x/A.java          | System.out.println(1);",
        "node/src/test/java/x/ATest.java      | @Disabled",
        "deploy/lab/lab                       | # TODO later",
        "node/src/main/java/x/util/A.java     | package flocker.node.util;",
        "node/src/main/java/flocker/node/storage/zfs/Z.java | List.of(\"receive\", \"-F\")",
        "node/src/main/java/flocker/node/storage/zfs/Z.java | List.of(\"rollback\", \"-r\")",
        "deploy/quickstart                    | cd /home/me/flocker",
        "deploy/quickstart                    | curl https://repo.example/x",
      })
  void whatIsBannedIsFound(String path, String line) {
    assertThat(Tidy.faults(path, List.of(line))).hasSize(1).first().asString().contains(path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "node/src/test/java/x/ATest.java      | new Random(7)",
        "node/src/main/java/flocker/node/cli/A.java | System.out.println(1);",
        "node/src/main/java/flocker/node/NodeMain.java | new SplittableRandom(1)",
        "deploy/lab/lab                       | tmp=$TOP/work/disk",
        "docs/operations/install.md           | http://10.0.0.1:7420/v1/ready",
      })
  void whatIsAllowedIsNotFound(String path, String line) {
    assertThat(Tidy.faults(path, List.of(line))).isEmpty();
  }

  @Test
  void sizesAreBounded() {
    String path = "node/src/main/java/x/A.java";
    List<String> lines = new ArrayList<>(Collections.nCopies(Tidy.MAIN_CLASS, ""));
    assertThat(Tidy.faults(path, lines)).isEmpty();
    lines.add("");
    assertThat(Tidy.faults(path, lines)).hasSize(1);
    assertThat(Tidy.faults(path, List.of("x".repeat(Tidy.LINE + 1)))).hasSize(1);
  }

  @Test
  void largerClassesMayOnlyShrink() {
    Tidy.LARGER.forEach(
        (name, limit) -> {
          String path = "node/src/main/java/flocker/node/" + name;
          assertThat(Tidy.faults(path, Collections.nCopies(limit, ""))).isEmpty();
          assertThat(Tidy.faults(path, Collections.nCopies(limit + 1, ""))).hasSize(1);
          assertThat(Tidy.faults(path, Collections.nCopies(Tidy.MAIN_CLASS, ""))).hasSize(1);
        });
  }
}
