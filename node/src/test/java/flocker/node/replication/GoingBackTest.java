package flocker.node.replication;

import static flocker.node.replication.Lines.EPOCH;
import static flocker.node.replication.Lines.LIVE;
import static flocker.node.replication.Lines.MASTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.storage.memory.InMemoryStorage;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotGuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A roll-back, and its undoing by adopting the stash, end in the old version or the new one and
 * lose nothing, wherever the power is lost. Method: the same again and again on fresh storage, with
 * the power lost at each storage call, then the recovery that every return of a host begins with.
 */
class GoingBackTest {
  static final Epoch NEXT = new Epoch(512);
  private static final Epoch AFTER = new Epoch(768);
  private static final int MORE_THAN_ALL_CALLS = 120;
  private static final Dataset TEMPORARY = new Dataset("tmp/" + LIVE);

  private final List<InMemoryStorage> made = new ArrayList<>();

  @AfterEach
  void close() {
    made.forEach(InMemoryStorage::close);
  }

  private InMemoryStorage storage() {
    InMemoryStorage storage = new InMemoryStorage(7);
    made.add(storage);
    return storage;
  }

  static GoingBack goingBack(Storage storage) {
    return new GoingBack(storage, LIVE, MASTER, () -> Lines.AT);
  }

  private static Stasher.Recovery recover(Storage storage) throws StorageFault {
    return new Stasher(storage, LIVE, MASTER, () -> Lines.AT).recover();
  }

  /** Four snapshots, closed. */
  static List<Snapshot> fill(Storage storage) throws StorageFault {
    List<Snapshot> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(Lines.next(storage, LIVE, EPOCH, i));
    }
    storage.setReadOnly(LIVE, true);
    return all;
  }

  static List<Dataset> stashes(Storage storage) throws StorageFault {
    return storage.datasets().stream().filter(each -> each.path().startsWith("stash/")).toList();
  }

  private static Set<SnapshotGuid> guids(Storage storage) throws StorageFault {
    Set<SnapshotGuid> all = new TreeSet<>((a, b) -> Long.compare(a.value(), b.value()));
    for (Dataset dataset : storage.datasets()) {
      storage.snapshots(dataset).forEach(each -> all.add(each.guid()));
    }
    return all;
  }

  private static GoingBack.Target target(Snapshot snapshot) {
    return new GoingBack.Target(LIVE, snapshot.name());
  }

  @Test
  void theEarlierVersionIsLiveAndTheLaterOneAStash() throws StorageFault {
    InMemoryStorage storage = storage();
    List<Snapshot> all = fill(storage);
    GoingBack.Outcome outcome = goingBack(storage).to(target(all.get(1)), NEXT);
    assertThat(outcome.done()).isTrue();
    assertThat(Lines.files(storage, LIVE)).containsExactly("256.0", "256.1");
    assertThat(Lines.files(storage, outcome.stash().orElseThrow()))
        .containsExactly("256.0", "256.1", "256.2", "256.3");
    assertThat(storage.position(LIVE).epoch()).isEqualTo(NEXT);
    assertThat(storage.position(LIVE).sequence()).isZero();
    assertThat(storage.snapshots(LIVE)).hasSize(3).startsWith(all.get(0), all.get(1));
    assertThat(storage.readOnly(LIVE)).isTrue();
    assertThat(storage.origin(LIVE)).isEmpty();
    assertThat(storage.property(outcome.stash().get(), "stash-reason").orElseThrow())
        .contains("roll-back to flocker-256-1");
  }

  @Test
  void adoptingTheStashUndoesIt() throws StorageFault {
    InMemoryStorage storage = storage();
    List<Snapshot> all = fill(storage);
    Dataset stash = goingBack(storage).to(target(all.get(1)), NEXT).stash().orElseThrow();
    GoingBack.Outcome undone =
        goingBack(storage).to(new GoingBack.Target(stash, all.get(3).name()), AFTER);
    assertThat(Lines.files(storage, LIVE)).containsExactly("256.0", "256.1", "256.2", "256.3");
    assertThat(storage.snapshots(LIVE)).hasSize(5).startsWith(all.toArray(Snapshot[]::new));
    assertThat(storage.origin(LIVE)).isEmpty();
    assertThat(Lines.files(storage, undone.stash().orElseThrow()))
        .containsExactly("256.0", "256.1");
    // All that the adopted stash was is in the live version.
    assertThat(stashes(storage)).containsExactly(undone.stash().get());
  }

  @Test
  void whatIsNotThereChangesNothing() throws StorageFault {
    InMemoryStorage storage = storage();
    List<Snapshot> all = fill(storage);
    GoingBack.Outcome outcome =
        goingBack(storage).to(new GoingBack.Target(LIVE, Lines.name(new Epoch(1), 9)), NEXT);
    assertThat(outcome.done()).isFalse();
    assertThat(outcome.toString()).contains("the old version is live");
    assertThat(storage.snapshots(LIVE)).isEqualTo(all);
    assertThat(storage.exists(TEMPORARY)).isFalse();
  }

  @Test
  void aFaultOnTheWayIsUndoneAtOnce() throws StorageFault {
    InMemoryStorage storage = storage();
    List<Snapshot> all = fill(storage);
    storage.faults().refuseNext("setProperty", StorageFault.Kind.NO_SPACE);
    GoingBack.Outcome outcome = goingBack(storage).to(target(all.get(1)), NEXT);
    assertThat(outcome.done()).isFalse();
    assertThat(outcome.undone()).isNotEmpty();
    assertThat(storage.snapshots(LIVE)).isEqualTo(all);
    assertThat(storage.exists(TEMPORARY)).isFalse();
    assertThat(goingBack(storage).to(target(all.get(1)), NEXT).done()).isTrue();
  }

  @ParameterizedTest(name = "adopt a stash {0}, call at crash done {1}")
  @CsvSource({"false, true", "false, false", "true, true", "true, false"})
  void everyCrashLeavesOneVersionWholeAndLosesNothing(boolean adopt, boolean done)
      throws StorageFault {
    int olds = 0;
    int news = 0;
    boolean crashed = true;
    for (int crashAt = 1; crashed; crashAt++) {
      if (crashAt > MORE_THAN_ALL_CALLS) {
        fail("a roll-back does not need so many calls");
      }
      InMemoryStorage storage = storage();
      List<Snapshot> all = fill(storage);
      GoingBack.Target target = target(all.get(1));
      Epoch epoch = NEXT;
      if (adopt) {
        Dataset stash = goingBack(storage).to(target, NEXT).stash().orElseThrow();
        target = new GoingBack.Target(stash, all.get(3).name());
        epoch = AFTER;
      }
      List<String> before = Lines.files(storage, LIVE);
      Set<SnapshotGuid> guids = guids(storage);
      CrashingStorage power = new CrashingStorage(storage, crashAt, done);
      try {
        goingBack(power.storage()).to(target, epoch);
      } catch (StorageFault expected) {
        assertThat(expected).hasMessageContaining("power");
      }
      crashed = power.crashed();
      recover(storage, crashAt % 3, done);
      assertThat(storage.exists(TEMPORARY)).isFalse();
      assertThat(guids(storage)).as("crash at call %d", crashAt).containsAll(guids);
      assertThat(storage.origin(LIVE)).as("crash at call %d", crashAt).isEmpty();
      if (storage.position(LIVE).epoch().equals(epoch)) {
        news++;
        assertThat(Lines.files(storage, LIVE)).hasSize(adopt ? 4 : 2);
      } else {
        olds++;
        assertThat(Lines.files(storage, LIVE)).isEqualTo(before);
        // And it can be tried again.
        assertThat(goingBack(storage).to(target, epoch).done()).isTrue();
        assertThat(Lines.files(storage, LIVE)).hasSize(adopt ? 4 : 2);
      }
    }
    assertThat(olds).isGreaterThan(3);
    assertThat(news).isGreaterThan(1);
  }

  /** Recovery itself loses power a few times before it is left in peace. */
  private static void recover(Storage storage, int crashes, boolean done) throws StorageFault {
    for (int crashAt = 1; crashAt <= crashes; crashAt++) {
      try {
        recover(new CrashingStorage(storage, crashAt + 2, done).storage());
      } catch (StorageFault expected) {
        assertThat(expected).hasMessageContaining("power");
      }
    }
    recover(storage);
    assertThat(recover(storage)).isEqualTo(Stasher.Recovery.NOTHING);
  }
}
