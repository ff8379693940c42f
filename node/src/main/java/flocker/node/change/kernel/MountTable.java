package flocker.node.change.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernel's table of mounts. Reading it never waits for a filesystem. Source: proc(5), {@code
 * mountinfo}.
 */
final class MountTable {
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  /**
   * @param place where it is mounted
   * @param device the filesystem's number as the kernel prints it: {@code major << 20 | minor}
   */
  record Mount(Path place, long device) {}

  private MountTable() {}

  /** The newest whole mount of {@code source}. */
  static Optional<Mount> find(Path table, String source) throws WatchFault {
    try {
      return find(Files.readAllLines(table, StandardCharsets.ISO_8859_1), source);
    } catch (IOException e) {
      throw new WatchFault("the table of mounts cannot be read: " + e);
    }
  }

  static Optional<Mount> find(List<String> lines, String source) {
    Optional<Mount> found = Optional.empty();
    for (String line : lines) {
      String[] halves = line.split(" - ", 2);
      String[] before = halves[0].split(" ", -1);
      String[] after = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
      if (before.length >= 5 && after.length >= 2 && plain(after[1]).equals(source)) {
        String[] device = before[2].split(":", -1);
        if (before[3].equals("/") && device.length == 2) {
          found =
              Optional.of(
                  new Mount(
                      Path.of(plain(before[4])),
                      Long.parseLong(device[0]) << 20 | Long.parseLong(device[1])));
        }
      }
    }
    return found;
  }

  private static String plain(String escaped) {
    Matcher matcher = OCTAL.matcher(escaped);
    return matcher.replaceAll(
        found ->
            Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 8))));
  }
}
