package flocker.node.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Equal trees have equal digests, and whatever a stream carries makes a difference. */
class TreeDigestsTest {
  private static final FileTime THEN = FileTime.from(Instant.parse("2026-11-01T12:00:00Z"));

  @TempDir private Path base;
  private Path one;
  private Path other;

  @BeforeEach
  void twoEqualTrees() throws IOException {
    one = base.resolve("one");
    other = base.resolve("other");
    for (Path root : List.of(one, other)) {
      Files.createDirectories(root.resolve("etc/empty"));
      Files.createDirectories(root.resolve("var/lib/shop"));
      Files.writeString(root.resolve("etc/passwd"), "root:x:0:0");
      Files.writeString(root.resolve("var/lib/shop/rows"), "1\n2\n");
      Files.createLink(root.resolve("var/lib/shop/rows.old"), root.resolve("var/lib/shop/rows"));
      Files.createSymbolicLink(root.resolve("etc/mtab"), Path.of("/proc/mounts"));
      settle(root);
    }
  }

  /** As if all had been written at once. */
  private static void settle(Path root) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(root)) {
      all = walk.filter(path -> !Files.isSymbolicLink(path)).toList();
    }
    for (Path each : all) {
      Files.setLastModifiedTime(each, THEN);
    }
    // The JDK sets no times of links: both are made in the same second, or this says so.
    Path link = root.resolve("etc/mtab");
    if (Files.isSymbolicLink(link)) {
      Files.getFileAttributeView(
              link,
              java.nio.file.attribute.BasicFileAttributeView.class,
              java.nio.file.LinkOption.NOFOLLOW_LINKS)
          .setTimes(THEN, null, null);
    }
  }

  private static String digest(Path root) throws IOException {
    return new TreeDigests(() -> {}).folder(root, "").digest();
  }

  @Test
  void equalTreesHaveEqualDigests() throws IOException {
    TreeDigests digests = new TreeDigests(() -> {});
    TreeDigests.Folder folder = digests.folder(one, "");
    assertThat(folder.digest()).isEqualTo(digest(other)).matches("[0-9a-f]{64}");
    assertThat(folder.entries()).extracting(TreeDigests.Entry::name).containsExactly("etc", "var");
    assertThat(folder.entries()).allMatch(TreeDigests.Entry::folder);
    assertThat(digests.files()).isEqualTo(10);
    assertThat(digests.bytes()).isEqualTo(10 + 2 * 4);
  }

  /** Changes the other tree and nothing else about it. */
  private interface Change {
    void in(Path root) throws IOException;
  }

  private void differs(Change change) throws IOException {
    change.in(other);
    settle(other);
    assertThat(digest(one)).isNotEqualTo(digest(other));
  }

  @Test
  void contentMakesADifference() throws IOException {
    differs(root -> Files.writeString(root.resolve("var/lib/shop/rows"), "1\n3\n"));
  }

  @Test
  void aModeMakesADifference() throws IOException {
    differs(
        root ->
            Files.setPosixFilePermissions(
                root.resolve("etc/empty"), PosixFilePermissions.fromString("rwx------")));
  }

  @Test
  void aNameMakesADifference() throws IOException {
    differs(root -> Files.move(root.resolve("etc/passwd"), root.resolve("etc/passwe")));
  }

  @Test
  void alinksTargetMakesADifference() throws IOException {
    differs(
        root -> {
          Files.delete(root.resolve("etc/mtab"));
          Files.createSymbolicLink(root.resolve("etc/mtab"), Path.of("/proc/mountz"));
        });
  }

  @Test
  void aFileThatIsTwoFilesMakesADifference() throws IOException {
    differs(
        root -> {
          Files.delete(root.resolve("var/lib/shop/rows.old"));
          Files.writeString(root.resolve("var/lib/shop/rows.old"), "1\n2\n");
        });
  }

  @Test
  void aTimeMakesADifference() throws IOException {
    Files.setLastModifiedTime(
        other.resolve("etc/passwd"), FileTime.from(THEN.toInstant().plusSeconds(1)));
    assertThat(digest(one)).isNotEqualTo(digest(other));
  }

  @Test
  void noFolderIsReadTwice() throws IOException {
    TreeDigests digests = new TreeDigests(() -> {});
    digests.folder(one, "");
    long read = digests.bytes();
    TreeDigests.Folder var = digests.folder(one, "var");
    assertThat(digests.bytes()).isEqualTo(read);
    assertThat(var.entries()).extracting(TreeDigests.Entry::name).containsExactly("lib");
  }

  @Test
  void whatIsNoFolderIsRefused() {
    TreeDigests digests = new TreeDigests(() -> {});
    assertThatThrownBy(() -> digests.folder(one, "etc/passwd")).hasMessageContaining("/etc/passwd");
    assertThatThrownBy(() -> digests.folder(one, "etc/mtab")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> digests.folder(one, "nowhere")).isInstanceOf(IOException.class);
  }

  @Test
  void thePaceCanEndIt() {
    TreeDigests digests =
        new TreeDigests(
            () -> {
              throw new IOException("nobody asks for it any more");
            });
    assertThatThrownBy(() -> digests.folder(one, "")).hasMessageContaining("nobody");
  }
}
