package flocker.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a node writes to its log or its events has a line in the operator's document. */
class LogsDocTest {
  private static final String DOCUMENT = "docs/operations/logs.md";
  private static final String NAME = "\"([a-z]+(?:-[a-z]+)+)[^\"]*\"";

  /** A log call or an event with a constant name. */
  private static final Pattern SAID =
      Pattern.compile("(?:\\.(?:info|warn|error)|\\bevent|\\bHappened)\\(\\s*" + NAME);

  /** Names of one word: those of events, and of log lines where a key follows. */
  private static final Pattern EVENT =
      Pattern.compile(
          "(?:\\bevent|\\bHappened)\\(\\s*\"([a-z]+)\""
              + "|\\.(?:info|warn|error)\\(\\s*\"([a-z]+) [a-z]+=\\{");

  private static final Pattern LISTED = Pattern.compile("^\\| `([a-z-]+)` \\|", Pattern.MULTILINE);

  private static Set<String> all(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      String name = matcher.group(1);
      found.add(name == null ? matcher.group(2) : name);
    }
    return found;
  }

  private static Set<String> said(String source) {
    Set<String> found = all(SAID, source);
    found.addAll(all(EVENT, source));
    return found;
  }

  @Test
  void everyEventIsInTheDocumentAndNoOther() throws IOException {
    Set<String> inCode = new TreeSet<>();
    List<Path> sources;
    try (Stream<Path> walk = Files.walk(Root.path().resolve("node/src/main/java"))) {
      sources = walk.filter(file -> file.toString().endsWith(".java")).toList();
    }
    for (Path source : sources) {
      inCode.addAll(said(Files.readString(source)));
    }
    Set<String> listed = all(LISTED, Files.readString(Root.path().resolve(DOCUMENT)));
    assertThat(listed).as("the table of %s", DOCUMENT).isEqualTo(inCode);
  }

  @Test
  void namesAreFoundInCode() {
    assertThat(
            said(
                """
                log.warn("step-failed step={}", step);
                log
                    .info(
                        "phase-changed from={}", a);
                event("elected", "this host was elected", Map.of());
                log.error("A request failed", e);
                log.info("diverged slave={} why={}", slave, why);
                """))
        .containsExactly("diverged", "elected", "phase-changed", "step-failed");
  }
}
