package flocker.node.verify;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.admin.FolderDigest.Entry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The search for what differs looks only where it must. */
class DescentTest {
  private final Descent descent = new Descent();

  private static Entry file(String name, String digest) {
    return new Entry(name, false, digest);
  }

  private static Entry folder(String name, String digest) {
    return new Entry(name, true, digest);
  }

  private List<String> found() {
    return descent.found().stream().map(Descent.Difference::toString).toList();
  }

  @Test
  void equalRootsEndIt() {
    assertThat(descent.next()).contains("");
    descent.compared("1", List.of(folder("etc", "2")), "1", List.of(folder("etc", "2")));
    assertThat(descent.next()).isEmpty();
    assertThat(found()).isEmpty();
  }

  @Test
  void onlyFoldersThatDifferAreLookedInto() {
    descent.compared(
        "1",
        List.of(folder("etc", "2"), folder("srv", "3"), folder("var", "4")),
        "9",
        List.of(folder("etc", "2"), folder("srv", "5"), folder("var", "6")));
    assertThat(descent.next()).contains("srv");
    descent.compared("3", List.of(file("a", "7")), "5", List.of(file("a", "8")));
    assertThat(descent.next()).contains("var");
    descent.compared("4", List.of(file("b", "7")), "6", List.of(file("c", "7")));
    assertThat(descent.next()).isEmpty();
    assertThat(found())
        .containsExactly(
            "/srv/a differs", "/var/b missing on the slave", "/var/c not on the master");
  }

  @Test
  void aFolderOfWhichOnlyTheModeDiffersIsNamed() {
    descent.compared("1", List.of(folder("etc", "2")), "9", List.of(folder("etc", "3")));
    descent.compared("2", List.of(file("a", "7")), "3", List.of(file("a", "7")));
    assertThat(found()).containsExactly("/etc differs");
  }

  @Test
  void aFileThatIsAFolderDiffers() {
    descent.compared("1", List.of(folder("etc", "2")), "9", List.of(file("etc", "3")));
    assertThat(descent.next()).isEmpty();
    assertThat(found()).containsExactly("/etc differs");
  }

  @Test
  void itEndsWhenEnoughIsFound() {
    List<Entry> here = new ArrayList<>();
    List<Entry> there = new ArrayList<>();
    here.add(folder("deep", "1"));
    there.add(folder("deep", "2"));
    for (int i = 0; i < 2 * Descent.MOST; i++) {
      here.add(file("file-" + i, "1"));
      there.add(file("file-" + i, "2"));
    }
    descent.compared("1", here, "2", there);
    assertThat(descent.next()).isEmpty();
    assertThat(descent.found()).hasSize(Descent.MOST);
  }
}
