package flocker.node.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Makes the smallest userland that can do something: a static busybox and its names. */
public final class BusyboxRoot {
  private static final List<String> NAMES =
      List.of(
          "sh",
          "echo",
          "true",
          "false",
          "sleep",
          "cat",
          "kill",
          "ps",
          "ip",
          "nc",
          "hostname",
          "mount",
          "ls",
          "id",
          "wget",
          "nslookup",
          "touch",
          "dd",
          "yes",
          "head",
          "stat");

  private BusyboxRoot() {}

  /** Fills the directory, which may exist. */
  public static Path make(Path root) throws IOException {
    for (String directory : List.of("bin", "etc", "root", "tmp", "var")) {
      Files.createDirectories(root.resolve(directory));
    }
    Path busybox = root.resolve("bin/busybox");
    if (!Files.exists(busybox)) {
      Files.copy(Path.of("/bin/busybox"), busybox, StandardCopyOption.COPY_ATTRIBUTES);
      Files.setPosixFilePermissions(busybox, PosixFilePermissions.fromString("rwxr-xr-x"));
      for (String name : NAMES) {
        Files.createSymbolicLink(root.resolve("bin").resolve(name), Path.of("busybox"));
      }
      Files.writeString(root.resolve("etc/resolv.conf"), "");
    }
    return root;
  }
}
