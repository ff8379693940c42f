package flocker.node.browse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flocker.protocol.admin.FileChunk;
import flocker.protocol.admin.FileList;
import flocker.protocol.admin.HostName;
import flocker.protocol.id.SnapshotName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a snapshot are listed and read, and nothing outside it ever is. */
class FileTreeTest {
  @TempDir private Path directory;
  private Path root;
  private FileTree tree;

  @BeforeEach
  void make() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    Files.writeString(directory.resolve("secret"), "of the host");
    Files.createDirectories(root.resolve("etc/deep"));
    Files.writeString(root.resolve("etc/passwd"), "root:x:0:0");
    Files.createSymbolicLink(root.resolve("etc/out"), Path.of("../../secret"));
    Files.createSymbolicLink(root.resolve("abs"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
    tree = new FileTree(root, new SnapshotName("s"), new HostName("a"));
  }

  @Test
  void aDirectoryIsListedInPages() throws Exception {
    FileList first = tree.list("/etc", "", 2);
    assertThat(first.path()).isEqualTo("/etc");
    assertThat(first.entries()).extracting(FileList.Entry::name).containsExactly("deep", "out");
    assertThat(first.entries().get(1).target()).contains("../../secret");
    assertThat(first.more()).isTrue();
    FileList rest = tree.list("etc", "out", 2);
    assertThat(rest.entries()).extracting(FileList.Entry::name).containsExactly("passwd");
    assertThat(rest.entries().get(0).bytes()).isEqualTo(10);
    assertThat(rest.more()).isFalse();
    assertThat(tree.list("", "", 100).entries()).hasSize(3);
  }

  @Test
  void aFileIsReadThroughLinksInside() throws Exception {
    FileChunk chunk = tree.read("/abs", 0);
    assertThat(chunk.path()).isEqualTo("/etc/passwd");
    assertThat(
            new String(
                Base64.getDecoder().decode(chunk.content()),
                java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("root:x:0:0");
    assertThat(tree.list("/abs", "", 5).entries()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"etc/out", "../secret", "/../secret", "etc/../../secret", "loop", "no"})
  void nothingOutsideIsSeen(String path) {
    assertThatThrownBy(() -> tree.read(path, 0)).isInstanceOf(BrowseFault.class);
    assertThatThrownBy(() -> tree.list(path, "", 9)).isInstanceOf(BrowseFault.class);
  }

  @Test
  void whatIsNoFileIsNotRead() throws Exception {
    Process made = new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start();
    assertThat(made.waitFor()).isZero();
    assertThatThrownBy(() -> tree.read("pipe", 0)).hasMessageContaining("not a file");
    assertThatThrownBy(() -> tree.read("etc", 0)).hasMessageContaining("not a file");
  }

  @Test
  void aLargeFileComesInChunks() throws Exception {
    byte[] content = new byte[FileChunk.MAX_BYTES * 2 + 17];
    new Random(3).nextBytes(content);
    Files.write(root.resolve("big"), content);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    List<Long> offsets = new ArrayList<>();
    FileChunk chunk = tree.read("big", 0);
    while (!chunk.content().isEmpty()) {
      offsets.add(chunk.offset());
      assertThat(chunk.size()).isEqualTo(content.length);
      whole.write(Base64.getDecoder().decode(chunk.content()));
      chunk = tree.read("big", whole.size());
    }
    assertThat(whole.toByteArray()).isEqualTo(content);
    assertThat(offsets).hasSize(3);
  }
}
