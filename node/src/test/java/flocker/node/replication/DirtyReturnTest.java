package flocker.node.replication;

import static flocker.node.replication.Lines.EPOCH;
import static flocker.node.replication.Lines.LIVE;
import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.storage.Snapshot;
import flocker.node.storage.StorageFault;
import flocker.node.storage.memory.Faults;
import flocker.node.storage.memory.InMemoryStorage;
import flocker.protocol.id.Position;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host that was master and comes back tells a position that contains all it had written. */
class DirtyReturnTest {
  private final InMemoryStorage storage = new InMemoryStorage(1);

  @AfterEach
  void close() {
    storage.close();
  }

  private Position settle() throws StorageFault {
    return DirtyReturn.settle(storage, LIVE, EPOCH, () -> Lines.AT);
  }

  @Test
  void nothingHasNoPosition() throws StorageFault {
    assertThat(settle()).isEqualTo(Position.NONE);
  }

  @Test
  void writesAfterTheNewestSnapshotGetTheNextPosition() throws StorageFault, IOException {
    Lines.next(storage, LIVE, EPOCH, 4);
    storage.setReadOnly(LIVE, false);
    Files.writeString(storage.mount(LIVE).resolve("fsynced"), "x");
    storage.kill();
    storage.faults().become(Faults.Condition.WELL);
    Position position = settle();
    assertThat(position.epoch()).isEqualTo(EPOCH);
    assertThat(position.sequence()).isEqualTo(5);
    assertThat(storage.readOnly(LIVE)).isTrue();
    assertThat(Lines.files(storage, LIVE)).containsExactly("256.4", "fsynced");
    assertThat(settle()).isEqualTo(position);
  }

  @Test
  void nothingWrittenIsNoNewPosition() throws StorageFault {
    Snapshot newest = Lines.next(storage, LIVE, EPOCH, 4);
    assertThat(settle()).isEqualTo(newest.position().orElseThrow());
    assertThat(storage.snapshots(LIVE)).hasSize(1);
  }

  @Test
  void aCrashAnywhereInItIsRepeatedWithoutLoss() throws StorageFault {
    for (int crashAt = 1; crashAt < 15; crashAt++) {
      for (boolean done : new boolean[] {true, false}) {
        try (InMemoryStorage fresh = new InMemoryStorage(crashAt)) {
          Lines.next(fresh, LIVE, EPOCH, 4);
          Lines.write(fresh, LIVE, "fsynced", new byte[] {1});
          try {
            DirtyReturn.settle(
                new CrashingStorage(fresh, crashAt, done).storage(), LIVE, EPOCH, () -> Lines.AT);
          } catch (StorageFault expected) {
            assertThat(expected).hasMessageContaining("power");
          }
          Position position = DirtyReturn.settle(fresh, LIVE, EPOCH, () -> Lines.AT);
          assertThat(position.sequence()).isGreaterThanOrEqualTo(5);
          assertThat(Lines.files(fresh, LIVE)).containsExactly("256.4", "fsynced");
          assertThat(fresh.readOnly(LIVE)).isTrue();
        }
      }
    }
  }
}
