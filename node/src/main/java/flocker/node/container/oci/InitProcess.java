package flocker.node.container.oci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process, not to be mistaken for a later one with the same number.
 *
 * @param bootId which boot of the kernel
 * @param startTicks when in it the process began. Source: proc(5), stat, field 22
 */
record InitProcess(long pid, String bootId, long startTicks) {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** The process of this number now; empty if there is none, or it is a zombie. */
  static Optional<InitProcess> now(long pid) throws IOException {
    String stat;
    try {
      stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    } catch (IOException gone) {
      return Optional.empty();
    }
    // The name, field 2, is in parentheses and may hold anything.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    if (fields[0].equals("Z") || fields[0].equals("X")) {
      return Optional.empty();
    }
    return Optional.of(new InitProcess(pid, thisBoot(), Long.parseLong(fields[19])));
  }

  /** Reads what {@link #line} wrote; empty if it makes no sense. */
  static Optional<InitProcess> parse(String line) {
    String[] words = line.strip().split(" ", -1);
    try {
      return Optional.of(
          new InitProcess(Long.parseLong(words[0]), words[1], Long.parseLong(words[2])));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException damaged) {
      return Optional.empty();
    }
  }

  String line() {
    return pid + " " + bootId + " " + startTicks + "\n";
  }

  /** Zombies count as dead. */
  boolean alive() throws IOException {
    return now(pid).filter(this::equals).isPresent();
  }

  private static String thisBoot() throws IOException {
    return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip();
  }
}
