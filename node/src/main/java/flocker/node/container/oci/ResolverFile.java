package flocker.node.container.oci;

import flocker.node.container.rootfs.RootView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Which of the host's name server lists a container sees as its own. */
final class ResolverFile {
  private static final Path HOST = Path.of("/etc/resolv.conf");
  // What systemd-resolved's own list is made of, without its address on the host's loopback.
  private static final Path UPSTREAM = Path.of("/run/systemd/resolve/resolv.conf");

  private ResolverFile() {}

  /** Empty if the host has none that works elsewhere, or the root has no {@code /etc} for it. */
  static Optional<Path> choose(Path root) {
    try {
      Optional<Path> etc = new RootView(root).resolve(Path.of("etc"));
      if (etc.isEmpty() || !Files.isDirectory(etc.get(), LinkOption.NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
      for (Path candidate : List.of(HOST, UPSTREAM)) {
        if (Files.isReadable(candidate) && usable(Files.readAllLines(candidate))) {
          return Optional.of(candidate.toRealPath());
        }
      }
      return Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** A name server on the host's loopback cannot be reached from another network namespace. */
  static boolean usable(List<String> lines) {
    return lines.stream()
        .map(String::strip)
        .filter(line -> line.startsWith("nameserver"))
        .map(line -> line.substring("nameserver".length()).strip())
        .anyMatch(address -> !address.startsWith("127.") && !address.equals("::1"));
  }
}
