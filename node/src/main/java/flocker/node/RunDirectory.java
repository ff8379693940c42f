package flocker.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Where a running node keeps what a reboot may forget: sockets, bundles of containers, and the
 * address of its API for commands. {@code /run/flocker}, or what FLOCKER_RUN_DIR names.
 */
public record RunDirectory(Path path) {
  /** By the environment. */
  public static RunDirectory fromEnvironment() {
    return new RunDirectory(
        Path.of(Optional.ofNullable(System.getenv("FLOCKER_RUN_DIR")).orElse("/run/flocker")));
  }

  public Path guards() {
    return path.resolve("guards");
  }

  public Path containers() {
    return path.resolve("containers");
  }

  /** Makes the directories; only their owner may enter. */
  public void create() throws IOException {
    for (Path directory : new Path[] {path, guards(), containers()}) {
      Files.createDirectories(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** Tells commands of this host where the API is. */
  public void publishApi(String url) throws IOException {
    Files.writeString(path.resolve("api"), url + "\n");
  }
}
