package flocker.node.container.rootfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links inside a root never lead out of it. */
final class RootViewTest {
  @TempDir private Path root;

  private Path inside(String path) throws IOException {
    return new RootView(root).resolve(Path.of(path)).map(root::relativize).orElse(null);
  }

  @Test
  void followsLinksWithinTheRoot() throws Exception {
    Files.createDirectories(root.resolve("usr/bin"));
    Files.createFile(root.resolve("usr/bin/init"));
    Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));
    Files.createSymbolicLink(root.resolve("sbin"), Path.of("/bin"));
    Files.createSymbolicLink(root.resolve("up"), Path.of("../../../usr"));
    assertThat(inside("/bin/init")).hasToString("usr/bin/init");
    assertThat(inside("/sbin/init")).hasToString("usr/bin/init");
    assertThat(inside("up/bin/../bin/init")).hasToString("usr/bin/init");
    assertThat(inside("/")).hasToString("");
  }

  @Test
  void saysThatNothingIsThere() throws Exception {
    Files.createSymbolicLink(root.resolve("host"), Path.of("/bin/sh"));
    Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
    Files.createFile(root.resolve("file"));
    assertThat(inside("/host")).isNull();
    assertThat(inside("/loop")).isNull();
    assertThat(inside("/file/below")).isNull();
    assertThat(inside("/missing")).isNull();
  }
}
