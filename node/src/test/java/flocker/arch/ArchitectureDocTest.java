package flocker.arch;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.supervisor.Phase;
import flocker.node.supervisor.Step;
import flocker.protocol.wire.WireCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Tables of the documents that are printed from the code, so that they cannot grow old. */
class ArchitectureDocTest {
  private static final Pattern CONSTANT =
      Pattern.compile("/\\*\\*\\s*(.*?)\\s*\\*/\\s*([A-Z][A-Z_]*)\\s*[,;}]", Pattern.DOTALL);

  @Test
  void architectureNamesEachPhaseAndStep() throws IOException {
    Document.says("docs/architecture.md", "phases", table("Phase", Phase.values()));
    Document.says("docs/architecture.md", "steps", table("Step", Step.values()));
  }

  @Test
  void protocolNamesEachManifest() throws IOException {
    StringBuilder text = new StringBuilder("| manifest | type |\n|---|---|\n");
    WireCatalogue.types()
        .forEach(
            (manifest, type) -> {
              String name = type.getName().replace("flocker.protocol.", "").replace('$', '.');
              text.append("| `").append(manifest).append("` | `").append(name).append("` |\n");
            });
    Document.says("docs/protocol.md", "manifests", text.toString());
  }

  private static <E extends Enum<E>> String table(String title, E[] values) throws IOException {
    String source =
        Files.readString(
            Root.path().resolve("node/src/main/java/flocker/node/supervisor/" + title + ".java"));
    Map<String, String> said = said(source);
    StringBuilder text = new StringBuilder("| " + title.toLowerCase(java.util.Locale.ROOT));
    text.append(" | meaning |\n|---|---|\n");
    for (E value : values) {
      assertThat(said).as("comments of %s", title).containsKey(value.name());
      text.append("| `").append(value.name()).append("` | ").append(said.get(value.name()));
      text.append(" |\n");
    }
    return text.toString();
  }

  /** What is said above each constant of an enum. */
  private static Map<String, String> said(String source) {
    Map<String, String> said = new LinkedHashMap<>();
    Matcher found = CONSTANT.matcher(source.substring(source.indexOf("enum ")));
    while (found.find()) {
      said.put(found.group(2), found.group(1).replaceAll("\\s*\\n\\s*\\*?\\s*", " "));
    }
    return said;
  }

  @Test
  void aPartIsReplacedBetweenItsMarks() {
    String text = "a\n<!-- begin x: from here -->\nold\n<!-- end x -->\nb\n";
    assertThat(Document.with(text, "x", "new\n"))
        .isEqualTo("a\n<!-- begin x: from here -->\nnew\n<!-- end x -->\nb\n");
  }

  @Test
  void commentsOfConstantsAreRead() {
    assertThat(said("enum A {\n  /** One\n   * line. */\n  B,\n  /** Two. */\n  C_D\n}"))
        .containsExactly(Map.entry("B", "One line."), Map.entry("C_D", "Two."));
  }
}
