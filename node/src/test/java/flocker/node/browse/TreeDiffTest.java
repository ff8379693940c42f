package flocker.node.browse;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.admin.DiffView;
import flocker.protocol.admin.DiffView.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What differs between two trees is found, whatever the times of the files say. */
class TreeDiffTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir private Path directory;
  private Path older;
  private Path newer;

  @BeforeEach
  void make() throws IOException {
    older = Files.createDirectory(directory.resolve("older"));
    newer = Files.createDirectory(directory.resolve("newer"));
  }

  private TreeDiff.Result diff(int limit) throws IOException {
    return new TreeDiff(older, newer, NOW, limit).run();
  }

  private void both(String path, String before, String after) throws IOException {
    for (Path root : List.of(older, newer)) {
      Path place = root.resolve(path);
      Files.createDirectories(place.getParent());
      Files.writeString(place, root.equals(older) ? before : after);
      Files.setLastModifiedTime(place, java.nio.file.attribute.FileTime.from(NOW));
    }
  }

  @Test
  void everyKindOfChangeIsFound() throws Exception {
    both("etc/same", "x", "x");
    both("etc/content", "one", "two");
    both("etc/mode", "x", "x");
    Files.setPosixFilePermissions(
        newer.resolve("etc/mode"), PosixFilePermissions.fromString("rwx------"));
    both("was-file", "x", "x");
    Files.delete(newer.resolve("was-file"));
    Files.createDirectories(newer.resolve("was-file/deep"));
    Files.createSymbolicLink(older.resolve("link"), Path.of("a"));
    Files.createSymbolicLink(newer.resolve("link"), Path.of("b"));
    Files.createDirectories(older.resolve("gone/below"));
    Files.writeString(newer.resolve("come"), "x");

    TreeDiff.Result found = diff(100);

    assertThat(found.changes())
        .containsExactlyInAnyOrder(
            new DiffView.Change("/come", Kind.ADDED),
            new DiffView.Change("/etc/content", Kind.CONTENT),
            new DiffView.Change("/etc/mode", Kind.ATTRIBUTES),
            new DiffView.Change("/gone", Kind.REMOVED),
            new DiffView.Change("/gone/below", Kind.REMOVED),
            new DiffView.Change("/link", Kind.CONTENT),
            new DiffView.Change("/was-file", Kind.TYPE),
            new DiffView.Change("/was-file/deep", Kind.ADDED));
    assertThat(List.of(found.added(), found.removed(), found.changed()))
        .containsExactly(2L, 2L, 4L);
  }

  @Test
  void allAreCountedAndAsManyShownAsWereAskedFor() throws Exception {
    for (int i = 0; i < 30; i++) {
      Files.writeString(newer.resolve("f" + i), "x");
    }
    assertThat(diff(7).changes()).hasSize(7);
    assertThat(diff(7).added()).isEqualTo(30);
  }

  @Test
  void equalTreesHaveNoDifference() throws Exception {
    both("a/b/c", "x", "x");
    assertThat(diff(9)).isEqualTo(new TreeDiff.Result(0, 0, 0, List.of()));
  }

  @Test
  void randomTreesDifferAsTheirContentsDo() throws Exception {
    Random random = new Random(20261122);
    Map<String, String> before = tree(random);
    Map<String, String> after = new TreeMap<>(before);
    for (String path : List.copyOf(before.keySet())) {
      if (random.nextInt(4) == 0) {
        after.remove(path);
      } else if (random.nextInt(4) == 0) {
        // The same length, so that only reading tells.
        after.put(path, before.get(path).replace('a', 'b'));
      }
    }
    after.putAll(tree(new Random(7)));
    write(older, before);
    write(newer, after);
    List<String> expected = new ArrayList<>();
    Map<String, String> all = new TreeMap<>(before);
    all.putAll(after);
    for (String path : all.keySet()) {
      if (!String.valueOf(before.get(path)).equals(after.get(path))) {
        expected.add("/" + path);
      }
    }
    assertThat(
            diff(1000).changes().stream().map(DiffView.Change::path).filter(p -> p.contains(".")))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  private static Map<String, String> tree(Random random) {
    Map<String, String> files = new TreeMap<>();
    for (int i = 0; i < 60; i++) {
      files.put(
          "d" + random.nextInt(5) + "/e" + random.nextInt(3) + "/f" + random.nextInt(40) + ".txt",
          "a".repeat(1 + random.nextInt(5)));
    }
    return files;
  }

  private static void write(Path root, Map<String, String> files) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path place = root.resolve(file.getKey());
      Files.createDirectories(place.getParent());
      Files.writeString(place, file.getValue());
    }
  }
}
