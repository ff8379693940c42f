package flocker.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every setting has a comment, is read by somebody, and stands in the operator's document. */
class ConfigurationDocTest {
  private static Map<String, ConfigValue> settings() {
    Config own =
        ConfigFactory.parseFile(
            Root.path().resolve("node/src/main/resources/reference.conf").toFile());
    return settings(own);
  }

  private static Map<String, ConfigValue> settings(Config config) {
    Map<String, ConfigValue> found = new LinkedHashMap<>();
    collect("", config.root(), found);
    return found;
  }

  /** A dispatcher is one setting: what is in it are Pekko's own. */
  private static void collect(String prefix, ConfigObject object, Map<String, ConfigValue> into) {
    object.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> entry.getValue().origin().lineNumber()))
        .forEach(
            entry -> {
              String key = prefix + entry.getKey();
              boolean section =
                  entry.getValue() instanceof ConfigObject && !key.endsWith("-dispatcher");
              if (section) {
                collect(key + ".", (ConfigObject) entry.getValue(), into);
              } else {
                into.put(key, entry.getValue());
              }
            });
  }

  private static List<String> uncommented(Map<String, ConfigValue> settings) {
    List<String> found = new ArrayList<>();
    settings.forEach(
        (key, value) -> {
          if (value.origin().comments().isEmpty()) {
            found.add(key);
          }
        });
    return found;
  }

  @Test
  void everySettingHasAComment() {
    assertThat(settings()).isNotEmpty();
    assertThat(uncommented(settings())).isEmpty();
  }

  @Test
  void aSettingWithoutACommentIsFound() {
    Config seeded = ConfigFactory.parseString("a {\n  # Said.\n  b = 1\n  c = 2\n}");
    assertThat(uncommented(settings(seeded))).containsExactly("a.c");
  }

  @Test
  void everySettingIsReadBySomebody() throws IOException {
    String code;
    try (Stream<Path> all = Files.walk(Root.path().resolve("node/src/main/java"))) {
      code =
          all.filter(file -> file.toString().endsWith(".java"))
              .map(ConfigurationDocTest::text)
              .collect(Collectors.joining());
    }
    List<String> unread = new ArrayList<>();
    for (String key : settings().keySet()) {
      String last = key.substring(key.lastIndexOf('.') + 1);
      if (!code.contains("\"" + last + "\"") && !code.contains("." + last + "\"")) {
        unread.add(key);
      }
    }
    assertThat(unread).isEmpty();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theDocumentIsPrintedFromTheFile() throws IOException {
    StringBuilder table = new StringBuilder("| setting | default | meaning |\n|---|---|---|\n");
    settings()
        .forEach(
            (key, value) -> {
              String shown =
                  value instanceof ConfigObject
                      ? "a Pekko dispatcher"
                      : "`" + value.render(ConfigRenderOptions.concise()) + "`";
              String meaning =
                  value.origin().comments().stream()
                      .map(String::strip)
                      .collect(Collectors.joining(" "))
                      .replace("|", "\\|");
              table.append("| `").append(key.replaceFirst("^flocker\\.", "")).append("` | ");
              table.append(shown).append(" | ").append(meaning).append(" |\n");
            });
    Document.says("docs/operations/configuration.md", "settings", table.toString());
  }
}
