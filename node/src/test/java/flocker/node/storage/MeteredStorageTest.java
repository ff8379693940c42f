package flocker.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flocker.node.metrics.MeteredStorage;
import flocker.node.metrics.StorageMeters;
import flocker.node.metrics.StorageMeters.Count;
import flocker.node.storage.memory.InMemoryStorage;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Storage that counts does what it did before, and counts. */
class MeteredStorageTest {
  private static final String SHOP = "00000000000000f1";
  private static final Dataset LIVE = new Dataset(SHOP);

  private final InMemoryStorage inside = new InMemoryStorage(1);
  private final InMemoryStorage other = new InMemoryStorage(2);
  private final Storage storage = MeteredStorage.of(inside);
  private final Storage copies = MeteredStorage.of(other);
  private final StorageMeters meters = StorageMeters.of(storage).orElseThrow();

  @BeforeEach
  void open() throws Exception {
    storage.open();
    copies.open();
  }

  @AfterEach
  void close() {
    inside.close();
    other.close();
  }

  private SnapshotName snapshot(long sequence) throws Exception {
    Path mounted = storage.mount(LIVE);
    Files.writeString(mounted.resolve("line-" + sequence), "x".repeat(1000));
    SnapshotName name = SnapshotName.of(new Epoch(513), sequence, StorageSuite.NOON);
    assertThat(storage.snapshot(LIVE, name).name()).isEqualTo(name);
    return name;
  }

  @Test
  void plainStorageHasNoMeters() {
    assertThat(StorageMeters.of(inside)).isEmpty();
  }

  @Test
  void snapshotsAreCountedBySystem() throws Exception {
    storage.create(LIVE);
    SnapshotName first = snapshot(1);
    SnapshotName second = snapshot(2);
    storage.destroySnapshot(LIVE, first);

    assertThat(storage.snapshots(LIVE)).extracting(Snapshot::name).containsExactly(second);
    assertThat(meters.read())
        .containsEntry(new StorageMeters.Key(Count.SNAPSHOTS_TAKEN, SHOP), 2L)
        .containsEntry(new StorageMeters.Key(Count.SNAPSHOTS_DESTROYED, SHOP), 1L)
        .hasSize(2);
  }

  @Test
  void whatFailsIsNotCountedAndFailsAsItDid() throws Exception {
    storage.create(LIVE);
    SnapshotName name = snapshot(1);
    assertThatThrownBy(() -> storage.snapshot(LIVE, name))
        .isInstanceOfSatisfying(
            StorageFault.class,
            fault -> assertThat(fault.kind()).isEqualTo(StorageFault.Kind.EXISTS));
    assertThat(meters.total(Count.SNAPSHOTS_TAKEN)).isEqualTo(1);
  }

  @Test
  void bytesOfStreamsAreCountedOnBothSides() throws Exception {
    storage.create(LIVE);
    SnapshotName name = snapshot(1);
    Dataset copy = new Dataset("tmp/" + SHOP);
    long sent;
    try (SendStream out = storage.send(LIVE, Optional.empty(), name);
        ReceiveStream in = copies.receive(copy, false)) {
      sent = out.bytes().transferTo(in.sink());
      out.finish();
      in.finish();
    }
    assertThat(sent).isPositive();
    assertThat(copies.newest(copy)).isPresent();
    assertThat(meters.read()).containsEntry(new StorageMeters.Key(Count.SENT_BYTES, SHOP), sent);
    assertThat(StorageMeters.of(copies).orElseThrow().read())
        .containsEntry(new StorageMeters.Key(Count.RECEIVED_BYTES, SHOP), sent);
  }

  @Test
  void aDatasetOfNoSystemIsCountedAlone() throws Exception {
    Dataset foreign = new Dataset("by-hand");
    storage.create(foreign);
    storage.snapshot(foreign, new SnapshotName("one"));
    assertThat(meters.read()).containsEntry(new StorageMeters.Key(Count.SNAPSHOTS_TAKEN, ""), 1L);
  }
}
