package flocker.node.verify;

import flocker.protocol.admin.FolderDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The search for paths that differ, from the root down: a folder of which both hosts have the same
 * digest is left. Pure, mutable, of one thread at a time.
 */
final class Descent {
  /** So many paths say enough: the copy is to be made anew whatever the others are. */
  static final int MOST = 20;

  /** How a path differs. */
  enum Kind {
    ONLY_ON_MASTER("missing on the slave"),
    ONLY_ON_SLAVE("not on the master"),
    DIFFERS("differs");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /** One path, with {@code /} before it. */
  record Difference(String path, Kind kind) {
    @Override
    public String toString() {
      return path + " " + kind.words;
    }
  }

  private final Deque<String> todo = new ArrayDeque<>();
  private final List<Difference> found = new ArrayList<>();

  Descent() {
    todo.push("");
  }

  /** The folder that both are to be asked for next; empty: nothing is left to look at. */
  Optional<String> next() {
    return found.size() >= MOST ? Optional.empty() : Optional.ofNullable(todo.peek());
  }

  /** What both hold in {@link #next()}, all entries of it. */
  void compared(
      String masters,
      List<FolderDigest.Entry> ofMaster,
      String slaves,
      List<FolderDigest.Entry> ofSlave) {
    String folder = todo.pop();
    if (masters.equals(slaves)) {
      return;
    }
    int before = found.size() + todo.size();
    Map<String, FolderDigest.Entry> here = byName(ofMaster);
    Map<String, FolderDigest.Entry> there = byName(ofSlave);
    TreeSet<String> names = new TreeSet<>(here.keySet());
    names.addAll(there.keySet());
    List<String> deeper = new ArrayList<>();
    for (String name : names) {
      String path = folder.isEmpty() ? name : folder + "/" + name;
      FolderDigest.Entry one = here.get(name);
      FolderDigest.Entry other = there.get(name);
      if (one == null || other == null) {
        add(path, one == null ? Kind.ONLY_ON_SLAVE : Kind.ONLY_ON_MASTER);
      } else if (!one.digest().equals(other.digest())) {
        if (one.folder() && other.folder()) {
          deeper.add(path);
        } else {
          add(path, Kind.DIFFERS);
        }
      }
    }
    for (int i = deeper.size() - 1; i >= 0; i--) {
      todo.push(deeper.get(i));
    }
    if (found.size() + todo.size() == before) {
      // All entries are the same: it is the folder itself.
      add(folder, Kind.DIFFERS);
    }
  }

  private void add(String path, Kind kind) {
    if (found.size() < MOST) {
      found.add(new Difference("/" + path, kind));
    }
  }

  private static Map<String, FolderDigest.Entry> byName(List<FolderDigest.Entry> entries) {
    Map<String, FolderDigest.Entry> byName = new TreeMap<>();
    entries.forEach(entry -> byName.put(entry.name(), entry));
    return byName;
  }

  /** In the order of the walk. */
  List<Difference> found() {
    return List.copyOf(found);
  }
}
