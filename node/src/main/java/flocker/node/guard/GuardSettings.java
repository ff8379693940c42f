package flocker.node.guard;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How to run guards.
 *
 * @param binary the {@code flocker-guard} program
 * @param runtimeDirectory where sockets and results live: host-local, best on a tmpfs, kept while
 *     the node restarts, not shared with another node; its path is at most 70 bytes long, because a
 *     Unix socket's path may not be longer than 107
 * @param ownCgroups cgroup directories, one per hierarchy, that guards move into, so that whatever
 *     kills the node's cgroup does not kill them; refused moves are tolerated
 * @param limit how long a guard may take to start; an answer may take a quarter of it
 */
public record GuardSettings(
    Path binary, Path runtimeDirectory, List<Path> ownCgroups, Duration limit) {
  private static final int LONGEST_DIRECTORY_BYTES = 70;

  public GuardSettings {
    ownCgroups = List.copyOf(ownCgroups);
    if (!runtimeDirectory.isAbsolute()) {
      throw new IllegalArgumentException("runtime directory must be absolute: " + runtimeDirectory);
    }
    int length = runtimeDirectory.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_DIRECTORY_BYTES) {
      throw new IllegalArgumentException(
          "the path of the runtime directory may have "
              + LONGEST_DIRECTORY_BYTES
              + " bytes, because Unix sockets lie in it; this has "
              + length
              + ": "
              + runtimeDirectory);
    }
  }

  /** With a limit of two seconds. */
  public GuardSettings(Path binary, Path runtimeDirectory, List<Path> ownCgroups) {
    this(binary, runtimeDirectory, ownCgroups, Duration.ofSeconds(2));
  }

  /** A guard runs before everything else on its host: one that is not quick is stuck. */
  Duration answerLimit() {
    return limit.dividedBy(4);
  }
}
