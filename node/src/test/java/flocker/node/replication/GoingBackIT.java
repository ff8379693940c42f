package flocker.node.replication;

import static flocker.node.replication.Lines.EPOCH;
import static flocker.node.replication.Lines.LIVE;
import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageRig;
import flocker.node.storage.zfs.ZfsRigs;
import flocker.protocol.id.Epoch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A roll-back on a real pool, undone by adopting its stash, and with the power lost at each of its
 * storage calls. Tier "zfs".
 */
class GoingBackIT {
  private static final Epoch AFTER = new Epoch(768);
  private static StorageRig rig;
  private Storage storage;

  @BeforeAll
  static void start() throws Exception {
    rig = ZfsRigs.make();
  }

  @AfterAll
  static void stop() throws Exception {
    if (rig != null) {
      rig.close();
    }
  }

  @BeforeEach
  void open() throws Exception {
    storage = rig.here();
  }

  @AfterEach
  void clean() throws Exception {
    List<Dataset> left = new ArrayList<>(storage.datasets());
    Collections.reverse(left);
    left.removeIf(dataset -> !dataset.path().contains(LIVE.path()));
    for (int round = 0; round < 5 && !left.isEmpty(); round++) {
      left.removeIf(this::destroyed);
    }
    assertThat(left).isEmpty();
  }

  private boolean destroyed(Dataset dataset) {
    try {
      storage.destroy(dataset);
      return true;
    } catch (StorageFault fault) {
      return fault.kind() == StorageFault.Kind.NOT_FOUND;
    }
  }

  @Test
  void aRollBackAndItsUndoing() throws Exception {
    List<Snapshot> all = GoingBackTest.fill(storage);
    GoingBack.Outcome back =
        GoingBackTest.goingBack(storage)
            .to(new GoingBack.Target(LIVE, all.get(1).name()), GoingBackTest.NEXT);
    assertThat(back.undone()).isEmpty();
    assertThat(Lines.files(storage, LIVE)).containsExactly("256.0", "256.1");
    Dataset stash = back.stash().orElseThrow();
    assertThat(Lines.files(storage, stash)).containsExactly("256.0", "256.1", "256.2", "256.3");
    assertThat(storage.used(stash)).isPositive();

    GoingBack.Outcome undone =
        GoingBackTest.goingBack(storage).to(new GoingBack.Target(stash, all.get(3).name()), AFTER);
    assertThat(undone.undone()).isEmpty();
    assertThat(Lines.files(storage, LIVE)).containsExactly("256.0", "256.1", "256.2", "256.3");
    assertThat(storage.snapshots(LIVE)).hasSize(5).startsWith(all.toArray(Snapshot[]::new));
    assertThat(storage.origin(LIVE)).isEmpty();
    assertThat(GoingBackTest.stashes(storage)).containsExactly(undone.stash().orElseThrow());
  }

  @Test
  void aPowerCutAtAnyCallLeavesOneVersionWhole() throws Exception {
    boolean crashed = true;
    int olds = 0;
    int news = 0;
    for (int crashAt = 3; crashed; crashAt += 2) {
      List<Snapshot> all = GoingBackTest.fill(storage);
      CrashingStorage power = new CrashingStorage(storage, crashAt, true);
      try {
        GoingBackTest.goingBack(power.storage())
            .to(new GoingBack.Target(LIVE, all.get(1).name()), GoingBackTest.NEXT);
      } catch (StorageFault expected) {
        assertThat(expected).hasMessageContaining("power");
      }
      crashed = power.crashed();
      new Stasher(storage, LIVE, Lines.MASTER, () -> Lines.AT).recover();
      if (storage.position(LIVE).epoch().equals(EPOCH)) {
        olds++;
        assertThat(storage.snapshots(LIVE)).as("crash at call %d", crashAt).isEqualTo(all);
      } else {
        news++;
        assertThat(Lines.files(storage, LIVE)).containsExactly("256.0", "256.1");
      }
      assertThat(storage.exists(new Dataset("tmp/" + LIVE))).isFalse();
      clean();
    }
    assertThat(olds).isPositive();
    assertThat(news).isPositive();
  }
}
