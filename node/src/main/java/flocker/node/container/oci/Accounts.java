package flocker.node.container.oci;

import flocker.node.container.ContainerFault;
import flocker.node.container.ContainerFault.Kind;
import flocker.node.container.rootfs.RootView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Users and groups of a user filesystem, as its own files name them. */
final class Accounts {
  private static final long LONGEST_FILE_BYTES = 4 << 20;

  private final RootView root;

  Accounts(Path root) {
    this.root = new RootView(root);
  }

  /** Numbers of {@code user[:group]}; BAD_ROOT if a name is in none of the files. */
  OciSpec.User of(String text) throws ContainerFault {
    String[] words = text.split(":", 2);
    try {
      Optional<String[]> account = find("/etc/passwd", words[0], 4);
      int uid = number(words[0]).or(() -> account.flatMap(a -> number(a[2]))).orElse(-1);
      Optional<Integer> own = account.flatMap(a -> number(a[3]));
      int gid =
          words.length == 1 ? own.orElse(0) : number(words[1]).or(() -> group(words[1])).orElse(-1);
      if (uid < 0 || gid < 0) {
        throw new ContainerFault(
            Kind.BAD_ROOT,
            "the user '"
                + text
                + "' is not known in it: /etc/passwd and /etc/group have no such name");
      }
      return new OciSpec.User(uid, gid);
    } catch (IOException failure) {
      throw new ContainerFault(
          Kind.BAD_ROOT, "its users cannot be read: " + failure.getMessage(), failure);
    }
  }

  private Optional<Integer> group(String name) {
    try {
      return find("/etc/group", name, 3).flatMap(fields -> number(fields[2]));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** The line of a name or, in the file of users, of a number. */
  private Optional<String[]> find(String file, String name, int fields) throws IOException {
    Optional<Path> place = root.resolve(Path.of(file));
    if (place.isEmpty()
        || !Files.isRegularFile(place.get(), LinkOption.NOFOLLOW_LINKS)
        || Files.size(place.get()) > LONGEST_FILE_BYTES) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(place.get(), StandardCharsets.ISO_8859_1);
    return lines.stream()
        .map(line -> line.split(":", -1))
        .filter(line -> line.length >= fields)
        .filter(line -> line[0].equals(name) || line[2].equals(name))
        .findFirst();
  }

  private static Optional<Integer> number(String text) {
    return text.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }
}
