package flocker.node.storage.zfs;

import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import java.util.List;
import java.util.Locale;

/**
 * What kind of refusal a failed command was, from its text on stderr. Each row has a sample among
 * the test resources ({@code zfs/faults}), recorded from the tool where it says so.
 *
 * <p>Names of datasets and snapshots have no blanks, so none can pass for one of these phrases.
 */
final class ZfsFaults {
  /** The first row whose phrase occurs decides. */
  private record Row(String phrase, Kind kind) {}

  private static final List<Row> ROWS =
      List.of(
          // The tool cannot reach the daemon or the kernel module.
          new Row("connection refused", Kind.UNAVAILABLE),
          new Row("connection reset by peer", Kind.UNAVAILABLE),
          // The daemon died during a receive; the text goes on with "I/O error".
          new Row("zfsfuse_ioctl_read_loop(): file descriptor closed", Kind.UNAVAILABLE),
          new Row("failed to initialize zfs library", Kind.UNAVAILABLE),
          new Row("zfs modules are not loaded", Kind.UNAVAILABLE),
          new Row("unable to open /dev/zfs", Kind.UNAVAILABLE),
          new Row("/dev/zfs and /proc/self/mounts are required", Kind.UNAVAILABLE),
          new Row("transport endpoint is not connected", Kind.UNAVAILABLE),
          new Row("no such pool", Kind.UNAVAILABLE),
          new Row("i/o is currently suspended", Kind.IO),
          // Streams; before the general words, which some of these texts contain.
          new Row("has been modified\nsince most recent snapshot", Kind.MODIFIED),
          new Row("does not\nmatch incremental source", Kind.BASE_MISMATCH),
          new Row("not an earlier snapshot from the same fs", Kind.BASE_MISMATCH),
          new Row("invalid backup stream", Kind.BAD_STREAM),
          new Row("invalid stream", Kind.BAD_STREAM),
          new Row("incomplete stream", Kind.BAD_STREAM),
          new Row("failed to read from stream", Kind.BAD_STREAM),
          new Row("must specify -f to overwrite it", Kind.EXISTS),
          new Row("must destroy them to overwrite it", Kind.EXISTS),
          new Row("has dependent clones", Kind.HAS_DEPENDENTS),
          new Row("filesystem has children", Kind.HAS_DEPENDENTS),
          new Row("is busy", Kind.BUSY),
          new Row("device or resource busy", Kind.BUSY),
          new Row("out of space", Kind.NO_SPACE),
          new Row("no space left on device", Kind.NO_SPACE),
          new Row("quota exceeded", Kind.NO_SPACE),
          new Row("already exists", Kind.EXISTS),
          new Row("does not exist", Kind.NOT_FOUND),
          new Row("input/output error", Kind.IO),
          new Row("i/o error", Kind.IO),
          new Row("not a cloned filesystem", Kind.UNSUPPORTED),
          new Row("invalid option", Kind.UNSUPPORTED),
          new Row("unrecognized command", Kind.UNSUPPORTED),
          new Row("pool must be upgraded", Kind.UNSUPPORTED),
          new Row("not supported", Kind.UNSUPPORTED));

  private ZfsFaults() {}

  /** The fault of a command that ended with {@code exit} and said {@code stderr}. */
  static StorageFault of(List<String> argv, int exit, String stderr) {
    String said = stderr.strip();
    String shown = said.isEmpty() ? "nothing on stderr" : said.replace("\n", "; ");
    return new StorageFault(
        kind(said), "'" + String.join(" ", argv) + "' failed with " + exit + ": " + shown);
  }

  private static Kind kind(String said) {
    // Source: zfs-fuse says "dataset already exists" when it cannot destroy during a receive.
    if (said.startsWith("cannot destroy") && said.contains("dataset already exists")) {
      return Kind.BUSY;
    }
    String lower = said.toLowerCase(Locale.ROOT);
    return ROWS.stream()
        .filter(row -> lower.contains(row.phrase()))
        .map(Row::kind)
        .findFirst()
        .orElse(Kind.OTHER);
  }

  /** {@code zfs unmount} of what is not mounted. */
  static boolean notMounted(String stderr) {
    return stderr.contains("not currently mounted");
  }

  /** {@code zfs mount} of what is mounted. */
  static boolean alreadyMounted(String stderr) {
    return stderr.contains("filesystem already mounted");
  }
}
