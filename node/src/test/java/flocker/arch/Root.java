package flocker.arch;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the repository lies: {@code flocker.root}, or the first folder above with docs in it. */
final class Root {
  private Root() {}

  static Path path() {
    String told = System.getProperty("flocker.root", "");
    if (!told.isEmpty()) {
      return Path.of(told);
    }
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve("protocol"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("no repository above " + Path.of("").toAbsolutePath());
    }
    return folder;
  }
}
