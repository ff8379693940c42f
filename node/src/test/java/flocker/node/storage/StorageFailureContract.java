package flocker.node.storage;

import static flocker.node.storage.StorageFault.Kind.BUSY;
import static flocker.node.storage.StorageFault.Kind.TIMEOUT;
import static flocker.node.storage.StorageFault.Kind.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every storage driver must do when storage itself dies or hangs: say so in time, and lose
 * nothing that was durable.
 */
abstract class StorageFailureContract extends StorageSuite {
  @BeforeEach
  void requireBreakable() {
    Assumptions.assumeTrue(
        rig().breakable(), "NOT RUN: this storage is the kernel's and cannot be killed or frozen");
  }

  @Test
  void aDeadStorageIsUnavailableAndNotEmpty() throws Exception {
    Dataset dataset = created();
    snapshot(here(), dataset, 1);
    rig().kill();
    try {
      fault(UNAVAILABLE, () -> here().open());
      fault(UNAVAILABLE, () -> here().pool());
      fault(UNAVAILABLE, () -> here().datasets());
      fault(UNAVAILABLE, () -> here().exists(dataset));
      fault(UNAVAILABLE, () -> snapshot(here(), dataset, 2));
      fault(UNAVAILABLE, () -> here().snapshots(dataset));
      fault(UNAVAILABLE, () -> here().unchanged(dataset, name(1), name(1)));
      fault(UNAVAILABLE, () -> here().mount(dataset));
      fault(UNAVAILABLE, () -> here().receive(unused(), false));
      fault(UNAVAILABLE, () -> stream(here(), dataset, null, 1));
      fault(UNAVAILABLE, () -> here().canary());
    } finally {
      rig().revive();
    }
    assertThat(names(here(), dataset)).containsExactly(name(1));
    snapshotAfterMounting(dataset, 2);
    here().canary();
  }

  private void snapshotAfterMounting(Dataset dataset, int sequence) throws StorageFault {
    here().mount(dataset);
    here().unmount(dataset);
    snapshot(here(), dataset, sequence);
  }

  @Test
  void aPoolThatIsNotImportedIsUnavailableAndNotEmpty() throws Exception {
    Dataset dataset = created();
    rig().kill();
    rig().reviveWithoutPools();
    try {
      fault(UNAVAILABLE, () -> here().exists(dataset));
      fault(UNAVAILABLE, () -> here().snapshots(dataset));
      fault(UNAVAILABLE, () -> here().datasets());
      fault(UNAVAILABLE, () -> here().pool());
      fault(UNAVAILABLE, () -> here().open());
      fault(UNAVAILABLE, () -> here().create(unused()));
    } finally {
      rig().kill();
      rig().revive();
    }
    assertThat(here().exists(dataset)).isTrue();
  }

  @Test
  void whatWasFsyncedIsThereAfterTheNextMountAndNoSnapshotMissesIt() throws Exception {
    Dataset dataset = created();
    StringBuilder lines = new StringBuilder();
    write(here(), dataset, "before", "0");
    snapshot(here(), dataset, 1);
    // The first fsync may commit everything; the later ones are in the log only.
    for (int i = 0; i < 20; i++) {
      lines.append("line ").append(i).append('\n');
      write(here(), dataset, "lines", lines.toString());
    }
    rig().kill();
    rig().revive();

    fault(BUSY, () -> snapshot(here(), dataset, 2));
    here().mount(dataset);
    here().unmount(dataset);
    snapshot(here(), dataset, 2);

    assertThat(read(here(), dataset, "lines")).isEqualTo(lines.toString());
    receiveFull(there(), dataset, stream(here(), dataset, null, 2));
    assertThat(read(there(), dataset, "lines")).isEqualTo(lines.toString());
  }

  @Test
  void aFrozenStorageIsATimeoutAndGoesOnAfterwards() throws Exception {
    Dataset dataset = created();
    Storage impatient = rig().hereImpatient();
    impatient.snapshots(dataset);
    rig().freeze();
    try {
      fault(TIMEOUT, () -> impatient.open());
      fault(TIMEOUT, () -> impatient.pool());
      fault(TIMEOUT, () -> impatient.exists(dataset));
      fault(TIMEOUT, () -> snapshot(impatient, dataset, 1));
      fault(TIMEOUT, () -> impatient.mount(dataset));
      fault(TIMEOUT, () -> stream(impatient, dataset, null, 1));
      fault(TIMEOUT, () -> impatient.canary());
    } finally {
      rig().thaw();
    }
    snapshot(here(), dataset, 2);
    // The abandoned snapshot may have been taken all the same; nobody may be told otherwise.
    assertThat(names(impatient, dataset)).isEqualTo(names(rig().hereAgain(), dataset));
    assertThat(names(impatient, dataset)).contains(name(2));
    impatient.canary();
  }

  @Test
  void aStreamThatStandsStillIsGivenUp() throws Exception {
    Dataset dataset = created();
    writeNoise(here(), dataset, "large", 4_000_000);
    snapshot(here(), dataset, 1);
    byte[] whole = stream(here(), dataset, null, 1);
    Storage impatient = rig().hereImpatient();
    Dataset copy = unused();
    try (SendStream send = impatient.send(dataset, Optional.empty(), name(1));
        ReceiveStream receive = impatient.receive(copy, false)) {
      assertThat(send.bytes().readNBytes(1000)).hasSize(1000);
      receive.sink().write(whole, 0, 1000);
      rig().freeze();
      try {
        assertThatThrownBy(() -> send.bytes().readAllBytes()).isInstanceOf(IOException.class);
        fault(TIMEOUT, send::finish);
        assertThatThrownBy(() -> receive.sink().write(whole, 1000, whole.length - 1000))
            .isInstanceOf(IOException.class);
        fault(TIMEOUT, receive::finish);
      } finally {
        rig().thaw();
      }
    }
    rig().awaitQuiet();
    // The storage takes the partial copy away when it reads the end of its pipe, in its own time.
    await("no partial copy is left").until(() -> !here().exists(copy));
    assertThat(stream(here(), dataset, null, 1)).hasSameSizeAs(whole);
  }

  @Test
  void aBlockedStreamIsFreedByClosingIt() throws Exception {
    Dataset dataset = created();
    writeNoise(here(), dataset, "large", 4_000_000);
    snapshot(here(), dataset, 1);
    SendStream send = here().send(dataset, Optional.empty(), name(1));
    assertThat(send.bytes().readNBytes(1000)).hasSize(1000);
    rig().freeze();
    try {
      CompletableFuture<Boolean> reader =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return send.bytes().readAllBytes().length < 0;
                } catch (IOException e) {
                  return true;
                }
              });
      CompletableFuture<Void> closer = CompletableFuture.runAsync(send::close);
      assertThat(reader.get(5, TimeUnit.SECONDS)).isTrue();
      rig().thaw();
      closer.get(10, TimeUnit.SECONDS);
    } finally {
      rig().thaw();
      send.close();
    }
  }

  @Test
  void streamsCutOffByADeathFailAndLeaveNothing() throws Exception {
    Dataset dataset = created();
    writeNoise(here(), dataset, "large", 4_000_000);
    snapshot(here(), dataset, 1);
    byte[] whole = stream(here(), dataset, null, 1);
    Dataset copy = unused();
    try (SendStream send = here().send(dataset, Optional.empty(), name(1));
        ReceiveStream receive = there().receive(copy, false)) {
      assertThat(send.bytes().readNBytes(1000)).hasSize(1000);
      receive.sink().write(whole, 0, whole.length / 2);
      rig().kill();
      assertThatThrownBy(
              () -> {
                byte[] rest = send.bytes().readAllBytes();
                assertThat(rest.length).isLessThan(whole.length - 1000);
                send.finish();
              })
          .isInstanceOfAny(IOException.class, StorageFault.class);
      fault(UNAVAILABLE, receive::finish);
    } finally {
      rig().revive();
    }

    assertThat(there().exists(copy)).isFalse();
    receiveFull(there(), copy, whole);
  }
}
