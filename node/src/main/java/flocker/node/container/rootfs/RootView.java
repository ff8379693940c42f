package flocker.node.container.rootfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Looks into a user filesystem as a process inside would: symbolic links, also absolute ones, are
 * followed within the root and never out of it. The real path that is returned has no links, so the
 * kernel will not follow any either.
 */
public final class RootView {
  private static final int MOST_LINKS = 40;

  private final Path root;

  public RootView(Path root) {
    this.root = root;
  }

  /** The real place of this path; empty if it, or something on its way, does not exist. */
  public Optional<Path> resolve(Path inside) throws IOException {
    Deque<Path> todo = new ArrayDeque<>();
    inside.forEach(todo::add);
    Path at = root;
    int links = 0;
    while (!todo.isEmpty()) {
      Path name = todo.pop();
      String text = name.toString();
      if (text.isEmpty() || text.equals(".")) {
        continue;
      }
      if (text.equals("..")) {
        at = at.equals(root) ? root : at.getParent();
        continue;
      }
      Path next = at.resolve(name);
      if (Files.isSymbolicLink(next)) {
        links++;
        if (links > MOST_LINKS) {
          return Optional.empty();
        }
        Path target = Files.readSymbolicLink(next);
        at = target.isAbsolute() ? root : at;
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
          todo.push(target.getName(i));
        }
        continue;
      }
      if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS)
          || (!todo.isEmpty() && !Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS))) {
        return Optional.empty();
      }
      at = next;
    }
    return Optional.of(at);
  }
}
