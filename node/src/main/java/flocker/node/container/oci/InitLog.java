package flocker.node.container.oci;

import flocker.node.container.ContainerFault;
import flocker.node.container.ContainerFault.Kind;
import flocker.protocol.id.SystemId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The output of one system's init: a file, and an older one that the console renamed. */
final class InitLog {
  private final Path file;

  InitLog(OciSettings settings, SystemId system) {
    this.file = settings.logDirectory().resolve(system.value()).resolve("init.log");
  }

  Path file() {
    return file;
  }

  void createDirectory() throws IOException {
    Files.createDirectories(file.getParent());
  }

  /** The newest bytes, oldest first; a character cut in half at the front is shown as such. */
  String tail(int maxBytes) throws ContainerFault {
    Path older = file.resolveSibling(file.getFileName() + ".1");
    try {
      byte[] newest = tail(file, maxBytes);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      if (newest.length < maxBytes) {
        all.writeBytes(tail(older, maxBytes - newest.length));
      }
      all.writeBytes(newest);
      return all.toString(StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new ContainerFault(
          Kind.OTHER, "cannot read the log " + file + ": " + failure.getMessage(), failure);
    }
  }

  private static byte[] tail(Path file, int maxBytes) throws IOException {
    if (!Files.exists(file)) {
      return new byte[0];
    }
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      long length = open.length();
      byte[] bytes = new byte[(int) Math.min(length, maxBytes)];
      open.seek(length - bytes.length);
      open.readFully(bytes);
      return bytes;
    }
  }
}
