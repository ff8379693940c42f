package flocker.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files, folders and tests that documents name exist; every document can be reached. */
class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT|Contract))\\b");
  private static final Pattern PATH =
      Pattern.compile("`?((?:deploy|node|protocol|docs)/[\\w./-]*[\\w/])");

  /** Made by the build. */
  private static final String BUILT = "/target";

  private static List<Path> documents() throws IOException {
    List<Path> found = new ArrayList<>(List.of(Root.path().resolve("README.md")));
    try (Stream<Path> all = Files.walk(Root.path().resolve("docs"))) {
      all.filter(file -> file.toString().endsWith(".md")).sorted().forEach(found::add);
    }
    return found;
  }

  private static Set<String> tests() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String module : List.of("node", "protocol")) {
      try (Stream<Path> all = Files.walk(Root.path().resolve(module + "/src/test/java"))) {
        names.addAll(
            all.map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".java"))
                .map(name -> name.substring(0, name.length() - ".java".length()))
                .collect(Collectors.toSet()));
      }
    }
    return names;
  }

  private static Set<String> all(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  @Test
  void whatDocumentsNameExists() throws IOException {
    Set<String> tests = tests();
    List<String> missing = new ArrayList<>();
    for (Path document : documents()) {
      String text = Files.readString(document);
      String name = Root.path().relativize(document).toString();
      for (String link : all(LINK, text)) {
        if (!Files.exists(document.resolveSibling(link))) {
          missing.add(name + " links to " + link);
        }
      }
      for (String test : all(TEST, text)) {
        if (!tests.contains(test)) {
          missing.add(name + " names the test " + test);
        }
      }
      for (String path : all(PATH, text)) {
        if (!path.contains(BUILT) && !Files.exists(Root.path().resolve(path))) {
          missing.add(name + " names the path " + path);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyDocumentCanBeReachedFromTheReadme() throws IOException {
    Set<Path> reached = new TreeSet<>();
    List<Path> next = new ArrayList<>(List.of(Root.path().resolve("README.md").normalize()));
    while (!next.isEmpty()) {
      Path document = next.remove(next.size() - 1);
      if (reached.add(document)) {
        for (String link : all(LINK, Files.readString(document))) {
          Path target = document.resolveSibling(link).normalize();
          if (link.endsWith(".md") && Files.exists(target)) {
            next.add(target);
          }
        }
      }
    }
    List<Path> lost =
        documents().stream()
            .map(Path::normalize)
            .filter(document -> !reached.contains(document))
            .filter(document -> !document.toString().contains("/decisions/"))
            .toList();
    assertThat(lost).isEmpty();
  }
}
