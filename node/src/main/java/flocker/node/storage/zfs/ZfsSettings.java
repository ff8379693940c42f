package flocker.node.storage.zfs;

import flocker.node.storage.MountPlace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where the driver works.
 *
 * @param pool the pool, already imported
 * @param parent the dataset below which all of Flocker's datasets lie; the driver makes it
 * @param mountBase dataset X is mounted at {@code mountBase/X}, only when asked
 * @param root the directory under which this JVM sees the mounts: {@code /}, unless storage lives
 *     in another mount namespace
 * @param prefix words put before each command, e.g. {@code nsenter …}; mostly empty
 * @param plainStreams send without large blocks, compressed and embedded records, so that an older
 *     ZFS can receive
 */
public record ZfsSettings(
    String pool,
    String parent,
    Path mountBase,
    Path root,
    List<String> prefix,
    boolean plainStreams,
    Deadlines deadlines) {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z][A-Za-z0-9_.:-]*(/[A-Za-z0-9][A-Za-z0-9_.:-]*)*");

  /**
   * How long things may take.
   *
   * @param command a command that should take milliseconds
   * @param bulk a command that may rightly take long: destroying thousands of snapshots, the end of
   *     a receive
   * @param stall a stream of which not one byte moves
   * @param busy how long BUSY is retried where a retry is due
   * @param slow from when on a command is logged as slow
   */
  public record Deadlines(
      Duration command, Duration bulk, Duration stall, Duration busy, Duration slow) {
    /** What suits a loaded host with rotating disks; a healthy one needs milliseconds. */
    public static final Deadlines DEFAULT =
        new Deadlines(
            Duration.ofSeconds(15),
            Duration.ofMinutes(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1));

    public Deadlines {
      for (Duration each : List.of(command, bulk, stall, busy, slow)) {
        if (each.isNegative() || each.isZero()) {
          throw new IllegalArgumentException("a storage deadline must be positive, not " + each);
        }
      }
    }
  }

  public ZfsSettings {
    if (!NAME.matcher(pool).matches() || pool.contains("/")) {
      throw new IllegalArgumentException("not a pool name: " + pool);
    }
    if (!NAME.matcher(parent).matches() || !parent.startsWith(pool + "/")) {
      throw new IllegalArgumentException("not a dataset of pool " + pool + ": " + parent);
    }
    if (!mountBase.isAbsolute() || !root.isAbsolute()) {
      throw new IllegalArgumentException("paths must be absolute: " + mountBase + ", " + root);
    }
    prefix = List.copyOf(prefix);
  }

  /** The usual place in a pool: {@code <pool>/flocker}. */
  public static ZfsSettings of(String pool, Path mountBase) {
    return new ZfsSettings(
        pool, pool + "/flocker", mountBase, Path.of("/"), List.of(), false, Deadlines.DEFAULT);
  }

  /** The path by which this JVM reaches what storage calls {@code path}. */
  Path seen(Path path) {
    return root.resolve(Path.of("/").relativize(path));
  }

  /** Another mount namespace is seen through a process in it, beside whose root is its table. */
  MountPlace place(String dataset) {
    Path table =
        root.getParent() == null
            ? Path.of("/proc/self/mountinfo")
            : root.resolveSibling("mountinfo");
    return new MountPlace(dataset, table, root);
  }
}
