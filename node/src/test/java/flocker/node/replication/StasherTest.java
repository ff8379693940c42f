package flocker.node.replication;

import static flocker.node.replication.Lines.EPOCH;
import static flocker.node.replication.Lines.LIVE;
import static flocker.node.replication.Lines.SLAVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.storage.memory.InMemoryStorage;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.replication.Payload;
import flocker.protocol.replication.StreamDigest;
import flocker.protocol.replication.StreamPlan;
import flocker.protocol.replication.Trailer;
import flocker.protocol.replication.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A crash anywhere in a stash leaves the old version or the new one, and every snapshot. Goal: the
 * swap is the only commit point. Method: the same stash again and again on fresh storage, with the
 * power lost at each of its storage calls, then recovery, which loses power at each of its own.
 */
class StasherTest {
  private static final Epoch NEWER = new Epoch(513);
  private static final int MORE_THAN_ALL_CALLS = 100;
  private static final Dataset TEMPORARY = new Dataset("tmp/" + LIVE);

  private final List<InMemoryStorage> made = new ArrayList<>();

  @AfterEach
  void close() {
    made.forEach(InMemoryStorage::close);
  }

  /** A slave with one snapshot of its own after the common one, and a master with a new history. */
  private final class Case {
    final InMemoryStorage master = storage(1);
    final InMemoryStorage slave = storage(2);
    final Optional<Snapshot> common;
    final Snapshot target;
    final List<String> oldFiles;
    final Set<SnapshotGuid> before;

    Case(boolean withCommon, boolean olderStash) {
      Snapshot first = Lines.next(master, LIVE, EPOCH, 0);
      Snapshot second = Lines.next(master, LIVE, EPOCH, 1);
      if (withCommon) {
        Lines.copy(master, slave, LIVE, null, first);
        if (olderStash) {
          stashOnce(first, second);
        } else {
          Lines.copy(master, slave, LIVE, first, second);
        }
        common = Optional.of(second);
      } else {
        common = Optional.empty();
      }
      Lines.next(slave, LIVE, EPOCH, 2);
      Lines.next(slave, LIVE, EPOCH, 3);
      target = Lines.next(master, LIVE, NEWER, 0);
      oldFiles = Lines.files(slave, LIVE);
      before = guids(slave);
    }

    private void stashOnce(Snapshot base, Snapshot to) {
      try {
        Lines.next(slave, LIVE, new Epoch(257), 0);
        receive(slave, master, LIVE, Optional.of(base), to);
      } catch (StorageFault e) {
        throw new IllegalStateException(e);
      }
    }

    /** What the receiver does, without its actors. */
    void run(Storage storage) throws StorageFault {
      receive(storage, master, LIVE, common, target);
    }
  }

  private InMemoryStorage storage(long seed) {
    InMemoryStorage storage = new InMemoryStorage(seed);
    made.add(storage);
    return storage;
  }

  private static Stasher stasher(Storage storage) {
    return new Stasher(storage, LIVE, SLAVE, () -> Lines.AT);
  }

  static void receive(
      Storage slave, Storage master, Dataset live, Optional<Snapshot> base, Snapshot target)
      throws StorageFault {
    List<Snapshot> have = slave.snapshots(live);
    StreamPlan plan =
        new StreamPlan(
            StreamPlan.Mode.REPLACE,
            base.map(Snapshot::guid),
            Optional.of(have.get(have.size() - 1).guid()),
            new Version(target.name(), target.guid()),
            Optional.empty());
    ReceiveJob job = new ReceiveJob(slave, live, stasher(slave), plan);
    try {
      assertThat(job.open()).isTrue();
      byte[] bytes = bytes(master, base.map(Snapshot::name), target.name());
      MessageDigest digest = StreamDigest.start();
      digest.update(bytes);
      job.write(Payload.wrap(bytes));
      job.finish(new Trailer(1, bytes.length, StreamDigest.of(digest), true));
    } finally {
      job.end();
    }
  }

  private static byte[] bytes(Storage from, Optional<SnapshotName> base, SnapshotName to)
      throws StorageFault {
    try (flocker.node.storage.SendStream send = from.send(LIVE, base, to)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      send.bytes().transferTo(bytes);
      send.finish();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest(name = "common snapshot {0}, older stash {1}, call at crash done {2}")
  @CsvSource({
    "true,  false, true",
    "true,  false, false",
    "true,  true,  true",
    "true,  true,  false",
    "false, false, true",
    "false, false, false"
  })
  void everyCrashLeavesOneVersionWholeAndLosesNothing(
      boolean withCommon, boolean olderStash, boolean done) throws StorageFault {
    int olds = 0;
    int news = 0;
    boolean crashed = true;
    for (int crashAt = 1; crashed; crashAt++) {
      if (crashAt > MORE_THAN_ALL_CALLS) {
        fail("a stash does not need so many calls");
      }
      Case stash = new Case(withCommon, olderStash);
      CrashingStorage power = new CrashingStorage(stash.slave, crashAt, done);
      try {
        stash.run(power.storage());
      } catch (StorageFault expected) {
        assertThat(expected).hasMessageContaining("power");
      }
      crashed = power.crashed();
      recover(stash.slave, crashAt % 4, done);
      if (check(stash)) {
        news++;
      } else {
        olds++;
      }
    }
    assertThat(olds).isPositive();
    assertThat(news).isGreaterThan(1);
  }

  /** Recovery itself loses power a few times before it is left in peace. */
  private static void recover(Storage slave, int crashes, boolean done) throws StorageFault {
    for (int crashAt = 1; crashAt <= crashes; crashAt++) {
      try {
        stasher(new CrashingStorage(slave, crashAt + 2, done).storage()).recover();
      } catch (StorageFault expected) {
        assertThat(expected).hasMessageContaining("power");
      }
    }
    stasher(slave).recover();
    assertThat(stasher(slave).recover()).isEqualTo(Stasher.Recovery.NOTHING);
  }

  /** True if the new version is live. */
  private static boolean check(Case stash) throws StorageFault {
    InMemoryStorage slave = stash.slave;
    assertThat(slave.exists(TEMPORARY)).isFalse();
    assertThat(guids(slave)).containsAll(stash.before);
    List<Dataset> stashes =
        slave.datasets().stream()
            .filter(dataset -> dataset.path().startsWith("stash/" + LIVE + "-256-3-"))
            .toList();
    Snapshot newest = slave.newest(LIVE).orElseThrow();
    if (newest.guid().equals(stash.target.guid())) {
      assertThat(Lines.files(slave, LIVE)).contains("513.0").doesNotContain("256.2");
      assertThat(slave.readOnly(LIVE)).isTrue();
      assertThat(stashes).hasSize(1);
      assertThat(Lines.files(slave, stashes.get(0))).isEqualTo(stash.oldFiles);
      assertThat(slave.property(stashes.get(0), "stash-owner")).contains(SLAVE.value());
      return true;
    }
    assertThat(newest.position().orElseThrow().epoch()).isEqualTo(EPOCH);
    assertThat(newest.position().orElseThrow().sequence()).isEqualTo(3);
    assertThat(Lines.files(slave, LIVE)).isEqualTo(stash.oldFiles);
    assertThat(stashes).isEmpty();
    // And it can be tried again.
    stash.run(slave);
    assertThat(slave.newest(LIVE).orElseThrow().guid()).isEqualTo(stash.target.guid());
    return false;
  }

  private static Set<SnapshotGuid> guids(Storage storage) {
    try {
      Set<SnapshotGuid> all = new TreeSet<>((a, b) -> Long.compare(a.value(), b.value()));
      for (Dataset dataset : storage.datasets()) {
        all.addAll(
            storage.snapshots(dataset).stream().map(Snapshot::guid).collect(Collectors.toSet()));
      }
      return all;
    } catch (StorageFault e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whileTheNewVersionIsMadeTheOldOneIsLive() throws StorageFault {
    Case stash = new Case(true, false);
    stasher(stash.slave).prepare(stash.common.map(Snapshot::name));
    assertThat(Lines.files(stash.slave, LIVE)).isEqualTo(stash.oldFiles);
    assertThat(stasher(stash.slave).recover()).isEqualTo(Stasher.Recovery.UNDONE);
    assertThat(stash.slave.snapshots(LIVE)).hasSize(4);
  }

  @Test
  void stashesOfTheSameSecondGetNamesOfTheirOwn() throws StorageFault {
    Case stash = new Case(true, false);
    stash.slave.create(new Dataset("stash/" + LIVE + "-256-3-20261122T170000Z"));
    stash.run(stash.slave);
    assertThat(stash.slave.exists(new Dataset("stash/" + LIVE + "-256-3-20261122T170000Z.2")))
        .isTrue();
  }

  @Test
  void settlingTakesWhatIsInNoSnapshotIntoOneWithoutPosition() throws StorageFault {
    InMemoryStorage storage = storage(1);
    Snapshot first = Lines.next(storage, LIVE, EPOCH, 0);
    Lines.write(storage, LIVE, "unsaved", new byte[] {1});
    assertThat(stasher(storage).settle()).isFalse();
    assertThat(storage.readOnly(LIVE)).isTrue();
    assertThat(storage.newest(LIVE)).contains(first);
    assertThat(storage.snapshots(LIVE)).hasSize(2);
    assertThat(stasher(storage).settle()).isTrue();
    assertThat(storage.snapshots(LIVE)).hasSize(2);
  }

  @Test
  void settlingACopyThatDiedMountedReplaysItsLogFirst() throws StorageFault, IOException {
    InMemoryStorage storage = storage(1);
    Lines.next(storage, LIVE, EPOCH, 0);
    storage.setReadOnly(LIVE, false);
    java.nio.file.Files.writeString(storage.mount(LIVE).resolve("fsynced"), "x");
    storage.kill();
    storage.faults().become(flocker.node.storage.memory.Faults.Condition.WELL);
    assertThat(stasher(storage).settle()).isFalse();
    assertThat(Lines.files(storage, LIVE)).contains("fsynced");
  }
}
