package flocker.node.browse;

import flocker.protocol.admin.DiffView;
import flocker.protocol.admin.DiffView.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares two mounted snapshots of one filesystem, path by path. Contents are read unless the file
 * is certainly the same one: the same inode, not changed in any way since well before the older
 * snapshot. Times alone prove nothing here, they have whole seconds on some storage. Blocking; ends
 * soon after its thread is interrupted. Use once.
 */
public final class TreeDiff {
  private static final int TYPE = 0170000;
  private static final int FILE = 0100000;
  private static final int DIRECTORY = 0040000;
  private static final int LINK = 0120000;
  private static final int BUFFER_BYTES = 128 << 10;
  private static final int MOST_CHARACTERS = 100_000;

  /** More than the clocks of two hosts that were master in turn may differ. */
  private static final Duration SURE = Duration.ofMinutes(10);

  private final Path older;
  private final Path newer;
  private final Instant sureBefore;
  private final int limit;
  private final List<DiffView.Change> changes = new ArrayList<>();
  private int characters;
  private long added;
  private long removed;
  private long changed;

  /**
   * @param taken when the older snapshot was taken
   * @param limit most paths to show; all are counted
   */
  public TreeDiff(Path older, Path newer, Instant taken, int limit) {
    this.older = older;
    this.newer = newer;
    this.sureBefore = taken.minus(SURE);
    this.limit = limit;
  }

  /** What differs: counts, and the first paths in the order of the walk. */
  public record Result(long added, long removed, long changed, List<DiffView.Change> changes) {}

  /** Walks both. */
  public Result run() throws IOException {
    Deque<String> todo = new ArrayDeque<>();
    todo.push("");
    attributesDiffer("/", attributes(older), attributes(newer));
    while (!todo.isEmpty()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new IOException("the comparison was interrupted");
      }
      String directory = todo.pop();
      Set<String> before = names(older.resolve(directory));
      Set<String> after = names(newer.resolve(directory));
      Set<String> all = new TreeSet<>(before);
      all.addAll(after);
      List<String> deeper = new ArrayList<>();
      for (String name : all) {
        String path = directory.isEmpty() ? name : directory + "/" + name;
        if (!after.contains(name)) {
          gone(older.resolve(path), path);
        } else if (!before.contains(name)) {
          come(newer.resolve(path), path);
        } else if (both(path)) {
          deeper.add(path);
        }
      }
      for (int i = deeper.size() - 1; i >= 0; i--) {
        todo.push(deeper.get(i));
      }
    }
    return new Result(added, removed, changed, List.copyOf(changes));
  }

  /** True if it is a directory in both. */
  private boolean both(String path) throws IOException {
    Map<String, Object> before = attributes(older.resolve(path));
    Map<String, Object> after = attributes(newer.resolve(path));
    int type = type(before);
    if (type != type(after)) {
      changed++;
      show("/" + path, Kind.TYPE);
      countBelow(older.resolve(path), type == DIRECTORY, path, Kind.REMOVED);
      countBelow(newer.resolve(path), type(after) == DIRECTORY, path, Kind.ADDED);
      return false;
    }
    if (contentsDiffer(path, type, before, after)) {
      changed++;
      show("/" + path, Kind.CONTENT);
    } else {
      attributesDiffer("/" + path, before, after);
    }
    return type == DIRECTORY;
  }

  private void attributesDiffer(
      String path, Map<String, Object> before, Map<String, Object> after) {
    boolean differ =
        !before.get("uid").equals(after.get("uid"))
            || !before.get("gid").equals(after.get("gid"))
            || !before.get("mode").equals(after.get("mode"));
    if (differ) {
      changed++;
      show(path, Kind.ATTRIBUTES);
    }
  }

  private boolean contentsDiffer(
      String path, int type, Map<String, Object> before, Map<String, Object> after)
      throws IOException {
    Path one = older.resolve(path);
    Path other = newer.resolve(path);
    if (type == LINK) {
      return !Files.readSymbolicLink(one).equals(Files.readSymbolicLink(other));
    }
    if (type != FILE) {
      return false;
    }
    if (!before.get("size").equals(after.get("size"))) {
      return true;
    }
    return !certainlySame(before, after) && contentsDiffer(one, other);
  }

  private boolean certainlySame(Map<String, Object> before, Map<String, Object> after) {
    FileTime change = (FileTime) before.get("ctime");
    return before.get("ino").equals(after.get("ino"))
        && change.equals(after.get("ctime"))
        && change.toInstant().isBefore(sureBefore);
  }

  private static boolean contentsDiffer(Path one, Path other) throws IOException {
    try (FileChannel first = open(one);
        FileChannel second = open(other)) {
      ByteBuffer a = ByteBuffer.allocate(BUFFER_BYTES);
      ByteBuffer b = ByteBuffer.allocate(BUFFER_BYTES);
      while (true) {
        fill(first, a);
        fill(second, b);
        if (!a.equals(b)) {
          return true;
        }
        if (!a.hasRemaining()) {
          return false;
        }
      }
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  private static void fill(FileChannel in, ByteBuffer buffer) throws IOException {
    buffer.clear();
    while (buffer.hasRemaining() && in.read(buffer) >= 0) {
      // Until it is full or the file ends.
    }
    buffer.flip();
  }

  private void gone(Path place, String path) throws IOException {
    removed++;
    show("/" + path, Kind.REMOVED);
    countBelow(place, type(attributes(place)) == DIRECTORY, path, Kind.REMOVED);
  }

  private void come(Path place, String path) throws IOException {
    added++;
    show("/" + path, Kind.ADDED);
    countBelow(place, type(attributes(place)) == DIRECTORY, path, Kind.ADDED);
  }

  private void countBelow(Path place, boolean directory, String path, Kind kind)
      throws IOException {
    if (!directory) {
      return;
    }
    for (String name : names(place)) {
      if (kind == Kind.REMOVED) {
        gone(place.resolve(name), path + "/" + name);
      } else {
        come(place.resolve(name), path + "/" + name);
      }
    }
  }

  private void show(String path, Kind kind) {
    if (changes.size() < limit && characters < MOST_CHARACTERS) {
      characters += path.length();
      changes.add(new DiffView.Change(path, kind));
    }
  }

  private static Set<String> names(Path directory) throws IOException {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> content = Files.newDirectoryStream(directory)) {
      content.forEach(each -> names.add(each.getFileName().toString()));
    }
    return names;
  }

  private static Map<String, Object> attributes(Path place) throws IOException {
    return Files.readAttributes(place, "unix:*", LinkOption.NOFOLLOW_LINKS);
  }

  private static int type(Map<String, Object> attributes) {
    return (Integer) attributes.get("mode") & TYPE;
  }
}
