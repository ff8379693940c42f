package flocker.node.replication;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.replication.ReplicationPlan.Cause;
import flocker.node.replication.ReplicationPlan.Diverged;
import flocker.node.replication.ReplicationPlan.Full;
import flocker.node.replication.ReplicationPlan.Incremental;
import flocker.node.replication.ReplicationPlan.Nothing;
import flocker.node.replication.ReplicationPlan.UpToDate;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.replication.SlaveVersions;
import flocker.protocol.replication.StreamPlan;
import flocker.protocol.replication.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is sent follows from what both have. Method: a table, in which {@code 1.2} is the snapshot
 * at epoch 1, sequence 2, with a GUID made of both, {@code 1.2'} another one at the same position,
 * and {@code s7} one without position; then random histories.
 */
class ReplicationPlanTest {
  private static final String NOTHING = "-";

  @ParameterizedTest(name = "master {0}, slave {1}: {2}")
  @CsvSource({
    // Nothing to say yet.
    "-,               -,               nothing",
    "-,               1.0,             nothing",
    // A new slave.
    "1.0,             none,            full to 1.0",
    "1.0 1.1 1.2,     none,            full to 1.2",
    // A slave that follows.
    "1.0,             1.0,             up to date at 1.0",
    "1.0 1.1,         1.0 1.1,         up to date at 1.1",
    "1.0 1.1,         1.0,             1.0 to 1.1",
    "1.0 1.1 1.2,     1.0,             1.0 to 1.2",
    "1.0 1.1 2.0,     1.0 1.1,         1.1 to 2.0",
    // Retention has thinned one side or the other.
    "1.4 1.5,         1.0 1.3 1.4,     1.4 to 1.5",
    "1.0 1.3 1.4 1.5, 1.4,             1.4 to 1.5",
    "1.0 1.4 1.5,     1.0 1.3,         diverged THINNED at 1.0",
    // The slave was master and has what nobody got.
    "1.0 2.0,         1.0 1.1,         diverged OWN_SNAPSHOTS at 1.0",
    "1.0 2.0,         1.0 1.1 1.2,     diverged OWN_SNAPSHOTS at 1.0",
    "1.0 2.0,         1.0 1.1 s7,      diverged OWN_SNAPSHOTS at 1.0",
    "1.0 1.1,         1.0 1.1 1.2,     diverged OWN_SNAPSHOTS at 1.1",
    "1.0 1.1,         1.0 1.1 s7,      diverged OWN_SNAPSHOTS at 1.1",
    "1.0 1.1,         1.0 1.1 2.0,     diverged OWN_SNAPSHOTS at 1.1",
    // Equal positions with different GUIDs are never up to date.
    "1.0 1.1,         1.0 1.1',        diverged SAME_POSITION at 1.0",
    "1.0 1.1 1.2,     1.0 1.1',        diverged SAME_POSITION at 1.0",
    "1.0,             1.0',            diverged NOTHING_COMMON at none",
    // Writes in no snapshot.
    "1.0 1.1,         1.0 dirty,       diverged DIRTY at 1.0",
    "1.0,             1.0 dirty,       diverged DIRTY at 1.0",
    "1.0 2.0,         1.0 1.1 dirty,   diverged DIRTY at 1.0",
    // Nothing in common.
    "2.0,             1.0 1.1,         diverged NOTHING_COMMON at none",
    "2.0,             -,               diverged NOTHING_COMMON at none",
  })
  void followsTheTable(String master, String slave, String expected) {
    assertThat(words(ReplicationPlan.of(versions(master), slave(slave)))).isEqualTo(expected);
  }

  @Test
  void aStreamIsForTheCopyThatThePlanWasMadeFor() {
    StreamPlan stream =
        ReplicationPlan.of(versions("1.0 2.0"), slave("1.0 1.1")).stream().orElseThrow();
    assertThat(stream.mode()).isEqualTo(StreamPlan.Mode.REPLACE);
    assertThat(stream.base()).contains(version("1.0").guid());
    assertThat(stream.onto()).contains(version("1.1").guid());
    assertThat(stream.to()).isEqualTo(version("2.0"));
  }

  @Test
  void whateverTheSlaveLacksOrHasAnIncrementNeverDropsAnything() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      List<Version> history = new ArrayList<>();
      for (int n = 0; n < 8; n++) {
        history.add(version((1 + n / 4) + "." + n));
      }
      List<Version> master = some(history, random);
      List<Version> slave = some(history, random);
      if (random.nextBoolean()) {
        slave.add(version("3.0"));
      }
      ReplicationPlan plan = ReplicationPlan.of(master, new SlaveVersions(true, false, slave));
      if (plan instanceof Incremental increment) {
        assertThat(slave.get(slave.size() - 1)).isEqualTo(increment.from());
        assertThat(master).contains(increment.from());
        assertThat(master.indexOf(increment.from())).isLessThan(master.size() - 1);
      } else if (plan instanceof UpToDate upToDate) {
        assertThat(slave.get(slave.size() - 1)).isEqualTo(upToDate.version());
      } else if (plan instanceof Diverged diverged) {
        diverged.evidence().common().ifPresent(c -> assertThat(master).contains(c));
        diverged.evidence().common().ifPresent(c -> assertThat(slave).contains(c));
      }
    }
  }

  private static List<Version> some(List<Version> history, Random random) {
    List<Version> some = new ArrayList<>(history.subList(0, 1 + random.nextInt(8)));
    some.removeIf(version -> random.nextInt(4) == 0);
    return some;
  }

  private static String words(ReplicationPlan plan) {
    if (plan instanceof Nothing) {
      return "nothing";
    } else if (plan instanceof Full full) {
      return "full to " + word(full.to());
    } else if (plan instanceof UpToDate upToDate) {
      return "up to date at " + word(upToDate.version());
    } else if (plan instanceof Incremental increment) {
      return word(increment.from()) + " to " + word(increment.to());
    } else if (plan instanceof Diverged diverged) {
      Cause cause = diverged.evidence().cause();
      String common = diverged.evidence().common().map(ReplicationPlanTest::word).orElse("none");
      return "diverged " + cause + " at " + common;
    }
    throw new IllegalStateException(plan.toString());
  }

  private static String word(Version version) {
    return version.position().orElseThrow().toString();
  }

  private static SlaveVersions slave(String text) {
    if (text.equals("none")) {
      return SlaveVersions.NOTHING;
    }
    boolean dirty = text.endsWith("dirty");
    return new SlaveVersions(true, dirty, versions(text.replace(" dirty", "")));
  }

  private static List<Version> versions(String text) {
    return text.equals(NOTHING)
        ? List.of()
        : Arrays.stream(text.split(" ")).map(ReplicationPlanTest::version).toList();
  }

  private static Version version(String text) {
    SnapshotGuid guid = new SnapshotGuid(text.hashCode());
    if (text.startsWith("s")) {
      return new Version(new SnapshotName("flocker-stash-" + text), guid);
    }
    String[] parts = text.replace("'", "").split("\\.", 2);
    return new Version(
        new SnapshotName("flocker-" + parts[0] + "-" + parts[1] + "-20261122T170000Z"), guid);
  }
}
