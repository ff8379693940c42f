package flocker.node.change.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The mount of a dataset is found by what the kernel calls it. */
class MountTableTest {
  private static final List<String> LINES =
      List.of(
          "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw",
          "90 22 0:50 / /mnt/a\\040b rw - fuse tank/flocker/x rw,user_id=0",
          "91 22 0:51 /inner /mnt/bound rw shared:3 master:1 - fuse tank/flocker/x rw",
          "92 22 0:60 / /mnt/y rw - zfs tank/flocker/y rw",
          "93 22 0:61 / /mnt/y rw - zfs tank/flocker/y rw",
          "broken");

  @Test
  void aMountIsFoundByItsSource() {
    assertThat(MountTable.find(LINES, "tank/flocker/x"))
        .contains(new MountTable.Mount(Path.of("/mnt/a b"), 50));
    assertThat(MountTable.find(LINES, "/dev/vda"))
        .contains(new MountTable.Mount(Path.of("/"), 254L << 20));
  }

  @Test
  void theNewestOfTwoCounts() {
    assertThat(MountTable.find(LINES, "tank/flocker/y"))
        .contains(new MountTable.Mount(Path.of("/mnt/y"), 61));
  }

  @Test
  void whatIsNotMountedIsNotFound() {
    assertThat(MountTable.find(LINES, "tank/flocker")).isEmpty();
    assertThat(MountTable.find(List.of(), "tank/flocker/x")).isEmpty();
  }
}
