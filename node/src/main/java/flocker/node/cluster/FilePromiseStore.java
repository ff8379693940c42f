package flocker.node.cluster;

import flocker.protocol.id.HostId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** A promise as one line of a file in the state directory: founder, attempt, until, boot id. */
public final class FilePromiseStore implements PromiseStore {
  static final String FILE = "formation-promise";

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final int FIELDS = 4;

  private final Path file;
  private final String bootId;

  FilePromiseStore(Path stateDir, String bootId) {
    this.file = stateDir.resolve(FILE);
    this.bootId = bootId;
  }

  /** For this boot of the host, within which CLOCK_BOOTTIME can be compared. */
  public static FilePromiseStore in(Path stateDir) throws IOException {
    return new FilePromiseStore(stateDir, Files.readString(BOOT_ID).trim());
  }

  @Override
  public Optional<FormationPromise> load(long now, long lasts) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String line = Files.readString(file).trim();
    List<String> fields = List.of(line.split(" ", -1));
    try {
      if (fields.size() == FIELDS) {
        long until = Long.parseLong(fields.get(2));
        boolean sameBoot = fields.get(3).equals(bootId);
        return Optional.of(
            new FormationPromise(
                new HostId(fields.get(0)),
                Long.parseLong(fields.get(1)),
                sameBoot ? Math.min(until, now + lasts) : now + lasts));
      }
    } catch (IllegalArgumentException e) {
      throw unreadable(line, e);
    }
    throw unreadable(line, null);
  }

  @Override
  public void save(Optional<FormationPromise> promise) throws IOException {
    if (promise.isEmpty()) {
      if (Files.deleteIfExists(file)) {
        sync(file.toAbsolutePath().getParent());
      }
      return;
    }
    FormationPromise kept = promise.get();
    Path fresh = file.resolveSibling(FILE + ".new");
    Files.writeString(
        fresh, kept.founder() + " " + kept.attempt() + " " + kept.until() + " " + bootId + "\n");
    sync(fresh);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    sync(file.toAbsolutePath().getParent());
  }

  private IOException unreadable(String line, Exception cause) {
    return new IOException(
        "The promise in "
            + file
            + " cannot be read: '"
            + line
            + "'. Remove the file after 30 s"
            + " in which this host did not run.",
        cause);
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
