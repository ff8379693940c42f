package flocker.node.container;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.container.CgroupLayout.Mode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Recorded mountinfo lines of the three kinds of hosts. */
final class CgroupLayoutTest {
  private static final List<String> HYBRID =
      List.of(
          "22 1 0:21 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755",
          "30 22 0:26 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct",
          "31 22 0:27 / /sys/fs/cgroup/freezer rw,relatime shared:9 - cgroup cgroup rw,freezer",
          "32 22 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd",
          "33 22 0:29 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw");

  @Test
  void readsAHybridHost() {
    CgroupLayout layout = CgroupLayout.parse(HYBRID);
    assertThat(layout.mode()).isEqualTo(Mode.HYBRID);
    assertThat(layout.killDirectories("/flocker/x"))
        .containsExactly(
            Path.of("/sys/fs/cgroup/freezer/flocker/x"),
            Path.of("/sys/fs/cgroup/unified/flocker/x"));
    assertThat(layout.directories("/flocker")).hasSize(4).doesNotHaveDuplicates();
    assertThat(layout.has("cpu")).isTrue();
    assertThat(layout.has("memory")).isFalse();
  }

  @Test
  void readsALegacyHost() {
    CgroupLayout layout = CgroupLayout.parse(HYBRID.subList(0, 4));
    assertThat(layout.mode()).isEqualTo(Mode.LEGACY);
    assertThat(layout.killDirectories("/x")).containsExactly(Path.of("/sys/fs/cgroup/freezer/x"));
  }

  @Test
  void readsAUnifiedHost() {
    CgroupLayout layout =
        CgroupLayout.parse(
            List.of("33 22 0:29 / /sys/fs/cgroup rw,relatime shared:4 - cgroup2 cgroup2 rw"));
    assertThat(layout.mode()).isEqualTo(Mode.UNIFIED);
    assertThat(layout.killDirectories("/flocker/x"))
        .containsExactly(Path.of("/sys/fs/cgroup/flocker/x"));
  }

  @Test
  void seesThatAHostIsUnfit() {
    assertThat(CgroupLayout.parse(List.of()).mode()).isEqualTo(Mode.UNUSABLE);
    assertThat(CgroupLayout.parse(HYBRID.subList(0, 2)).mode()).isEqualTo(Mode.UNUSABLE);
    assertThat(CgroupLayout.parse(List.of("", "nonsense - x")).mode()).isEqualTo(Mode.UNUSABLE);
  }
}
