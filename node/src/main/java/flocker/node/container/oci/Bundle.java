package flocker.node.container.oci;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import flocker.protocol.id.SystemId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is known of one system's container outside this JVM: a directory. Its files: config.json
 * (for the runtime), pid (by the runtime), init (who init is; written right before it may run),
 * address, exit (by the console), runtime.log.
 */
final class Bundle {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT);

  private final Path directory;

  Bundle(OciSettings settings, SystemId system) {
    this.directory = settings.stateDirectory().resolve("bundles").resolve(system.value());
  }

  boolean exists() {
    return Files.isDirectory(directory);
  }

  void create(OciSpec spec) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    JSON.writeValue(directory.resolve("config.json").toFile(), spec);
  }

  Path directory() {
    return directory;
  }

  Path pidFile() {
    return directory.resolve("pid");
  }

  Path exitFile() {
    return directory.resolve("exit");
  }

  Path runtimeLog() {
    return directory.resolve("runtime.log");
  }

  Optional<Long> pid() throws IOException {
    return read(pidFile()).map(String::strip).filter(t -> t.matches("[0-9]+")).map(Long::valueOf);
  }

  void writeInit(InitProcess init) throws IOException {
    write("init", init.line());
  }

  Optional<InitProcess> init() throws IOException {
    return read(directory.resolve("init")).flatMap(InitProcess::parse);
  }

  void writeAddress(String address) throws IOException {
    write("address", address + "\n");
  }

  Optional<String> address() throws IOException {
    return read(directory.resolve("address")).map(String::strip);
  }

  /** Init's exit code once the console has told it; 128 + n if signal n killed it. */
  Optional<Integer> exitCode() throws IOException {
    String[] words = read(exitFile()).orElse("").strip().split(" ", -1);
    if (words.length != 2 || !words[1].matches("[0-9]{1,3}")) {
      return Optional.empty();
    }
    int number = Integer.parseInt(words[1]);
    return Optional.of(words[0].equals("signal") ? 128 + number : number);
  }

  /** The newest part of what the runtime said. */
  String runtimeSaid() {
    try {
      String text = read(runtimeLog()).orElse("").strip();
      return text.length() > 2000 ? text.substring(text.length() - 2000) : text;
    } catch (IOException unreadable) {
      return unreadable.getMessage();
    }
  }

  void remove() throws IOException {
    if (!exists()) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(Bundle::delete);
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void write(String name, String text) throws IOException {
    Path temporary = directory.resolve(name + ".tmp");
    Files.writeString(temporary, text, StandardCharsets.US_ASCII);
    Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static Optional<String> read(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }
}
