package flocker.node.storage;

import java.nio.file.Path;

/**
 * Where the kernel shows a dataset's mount. Nothing here waits for storage.
 *
 * @param source what the kernel's table of mounts calls it
 * @param table that table: {@code /proc/self/mountinfo}
 * @param root the directory under which this JVM sees the places of that table
 */
public record MountPlace(String source, Path table, Path root) {
  /** The path by which this JVM reaches {@code place} of the table. */
  public Path seen(Path place) {
    return root.resolve(Path.of("/").relativize(place));
  }
}
