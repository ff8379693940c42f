package flocker.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A document of which a part is printed from the code. The part stands between {@code <!-- begin
 * NAME: … -->} and {@code <!-- end NAME -->}; {@code -Dupdate.docs=true} writes it anew.
 */
public final class Document {
  private Document() {}

  /** The document says of {@code name} what the code says; or does from now on. */
  public static void says(String file, String name, String fromCode) throws IOException {
    Path path = Root.path().resolve(file);
    String text = Files.readString(path);
    String right = with(text, name, fromCode);
    if (Boolean.getBoolean("update.docs")) {
      Files.writeString(path, right);
    } else {
      assertThat(text)
          .as("%s, part '%s': run this test with -Dupdate.docs=true", file, name)
          .isEqualTo(right);
    }
  }

  /** {@code text} with {@code part} between the marks of {@code name}. */
  static String with(String text, String name, String part) {
    int begin = text.indexOf("<!-- begin " + name + ":");
    int from = begin < 0 ? -1 : text.indexOf("-->\n", begin);
    int to = from < 0 ? -1 : text.indexOf("<!-- end " + name + " -->", from);
    if (to < 0) {
      throw new IllegalArgumentException("no marks of '" + name + "' in the document");
    }
    return text.substring(0, from + 4) + part.strip() + "\n" + text.substring(to);
  }
}
