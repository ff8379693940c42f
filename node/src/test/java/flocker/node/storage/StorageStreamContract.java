package flocker.node.storage;

import static flocker.node.storage.StorageFault.Kind.BAD_STREAM;
import static flocker.node.storage.StorageFault.Kind.BASE_MISMATCH;
import static flocker.node.storage.StorageFault.Kind.BUSY;
import static flocker.node.storage.StorageFault.Kind.EXISTS;
import static flocker.node.storage.StorageFault.Kind.MODIFIED;
import static flocker.node.storage.StorageFault.Kind.NOT_FOUND;
import static flocker.node.storage.StorageFault.Kind.NO_SPACE;
import static flocker.node.storage.StorageFault.Kind.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What every storage driver must do with streams: copies are equal, refusals are of the right kind,
 * and after a refusal nothing has changed. Includes the steps by which a lost version is stashed.
 */
abstract class StorageStreamContract extends StorageSuite {
  /** A dataset here with snapshots 1, 2 and 3, whose file says 1, 2 and 3; not mounted. */
  private Dataset line() throws Exception {
    Dataset dataset = created();
    for (int i = 1; i <= 3; i++) {
      write(here(), dataset, "file", Integer.toString(i));
      snapshot(here(), dataset, i);
    }
    here().unmount(dataset);
    return dataset;
  }

  /** A copy of snapshot 1 of {@code line} there. */
  private Dataset copyOfFirst(Dataset line) throws Exception {
    receiveFull(there(), line, stream(here(), line, null, 1));
    return line;
  }

  @Test
  void aCopyHasTheSameSnapshotsAndContent() throws Exception {
    Dataset line = line();
    Dataset copy = copyOfFirst(line);
    receiveIncrement(there(), copy, stream(here(), line, 1, 2));
    receiveIncrement(there(), copy, stream(here(), line, 2, 3));

    assertThat(there().snapshots(copy)).isEqualTo(here().snapshots(line));
    assertThat(there().newest(copy)).isEqualTo(here().newest(line));
    assertThat(read(there(), copy, "file")).isEqualTo("3");
  }

  @Test
  void aCopyIsReadOnlyAndNotMounted() throws Exception {
    Dataset copy = new Dataset("import/" + unused());
    Dataset line = line();
    receiveFull(there(), copy, stream(here(), line, null, 1));

    assertThat(there().readOnly(copy)).isTrue();
    assertThat(there().origin(copy)).isEmpty();
    var place = there().mount(copy);
    assertThat(Files.exists(place.resolve("file"))).isTrue();
    there().unmount(copy);
    assertThat(Files.exists(place.resolve("file"))).isFalse();
    receiveIncrement(there(), copy, stream(here(), line, 1, 2));
    assertThat(Files.exists(place.resolve("file"))).isFalse();
    assertThat(there().readOnly(copy)).isTrue();
  }

  @Test
  void anIncrementMayLeaveOutSnapshotsAndMayBeEmpty() throws Exception {
    Dataset line = line();
    Snapshot fourth = snapshot(here(), line, 4);
    Dataset copy = copyOfFirst(line);

    receiveIncrement(there(), copy, stream(here(), line, 1, 3));
    receiveIncrement(there(), copy, stream(here(), line, 3, 4));

    assertThat(names(there(), copy)).containsExactly(name(1), name(3), name(4));
    assertThat(there().newest(copy)).contains(fourth);
    assertThat(there().unchanged(copy, name(3), name(4))).isTrue();
  }

  @Test
  void aLargeStreamArrivesWhole() throws Exception {
    Dataset dataset = created();
    writeNoise(here(), dataset, "large", 20_000_000);
    snapshot(here(), dataset, 1);

    receiveFull(there(), dataset, stream(here(), dataset, null, 1));

    assertThat(
            Files.mismatch(
                here().mount(dataset).resolve("large"), there().mount(dataset).resolve("large")))
        .isEqualTo(-1);
  }

  @Test
  void aTruncatedFullStreamLeavesNothing() throws Exception {
    Dataset line = line();
    byte[] whole = stream(here(), line, null, 3);

    for (int length : new int[] {0, 1, 40, whole.length / 2, whole.length - 1}) {
      Dataset copy = unused();
      byte[] cut = Arrays.copyOf(whole, length);
      fault(BAD_STREAM, () -> receiveFull(there(), copy, cut));
      assertThat(there().exists(copy)).as("after " + length + " bytes").isFalse();
    }
  }

  @Test
  void aTruncatedIncrementChangesNothing() throws Exception {
    Dataset line = line();
    Dataset copy = copyOfFirst(line);
    List<Snapshot> before = there().snapshots(copy);
    byte[] whole = stream(here(), line, 1, 2);

    for (int length : new int[] {0, 1, 40, whole.length / 2, whole.length - 1}) {
      byte[] cut = Arrays.copyOf(whole, length);
      fault(BAD_STREAM, () -> receiveIncrement(there(), copy, cut));
      assertThat(there().snapshots(copy)).as("after " + length + " bytes").isEqualTo(before);
    }

    receiveIncrement(there(), copy, whole);
    assertThat(read(there(), copy, "file")).isEqualTo("2");
  }

  @Test
  void aCorruptedStreamChangesNothing() throws Exception {
    Dataset line = line();
    Dataset copy = copyOfFirst(line);
    byte[] increment = stream(here(), line, 1, 2);
    increment[increment.length * 2 / 3] ^= 1;
    byte[] full = stream(here(), line, null, 2);
    full[full.length * 2 / 3] ^= 1;
    Dataset none = unused();

    fault(BAD_STREAM, () -> receiveIncrement(there(), copy, increment));
    fault(BAD_STREAM, () -> receiveFull(there(), none, full));
    fault(BAD_STREAM, () -> receiveFull(there(), none, new byte[5000]));

    assertThat(names(there(), copy)).containsExactly(name(1));
    assertThat(there().exists(none)).isFalse();
    receiveIncrement(there(), copy, stream(here(), line, 1, 2));
  }

  @Test
  void anIncrementOnAnotherBaseIsRefused() throws Exception {
    Dataset line = line();
    Dataset copy = copyOfFirst(line);

    fault(BASE_MISMATCH, () -> receiveIncrement(there(), copy, stream(here(), line, 2, 3)));
    receiveIncrement(there(), copy, stream(here(), line, 1, 2));
    fault(BASE_MISMATCH, () -> receiveIncrement(there(), copy, stream(here(), line, 1, 2)));
    fault(BASE_MISMATCH, () -> receiveIncrement(there(), copy, stream(here(), line, 1, 3)));

    assertThat(names(there(), copy)).containsExactly(name(1), name(2));
    assertThat(names(rig().hereAgain(), line)).hasSize(3);
    receiveIncrement(there(), copy, stream(here(), line, 2, 3));
  }

  @Test
  void aTargetWithASnapshotOfItsOwnIsRefused() throws Exception {
    Dataset line = line();
    Dataset copy = copyOfFirst(line);
    there().setReadOnly(copy, false);
    write(there(), copy, "file", "mine");
    there().unmount(copy);
    snapshot(there(), copy, 77);

    fault(BASE_MISMATCH, () -> receiveIncrement(there(), copy, stream(here(), line, 1, 2)));

    assertThat(names(there(), copy)).containsExactly(name(1), name(77));
    assertThat(read(there(), copy, "file")).isEqualTo("mine");
  }

  @Test
  void aTargetThatWasWrittenToIsRefusedAndKeepsWhatWasWritten() throws Exception {
    Dataset line = line();
    Dataset copy = copyOfFirst(line);
    there().setReadOnly(copy, false);
    write(there(), copy, "file", "mine");
    there().unmount(copy);

    fault(MODIFIED, () -> receiveIncrement(there(), copy, stream(here(), line, 1, 2)));

    assertThat(names(there(), copy)).containsExactly(name(1));
    assertThat(read(there(), copy, "file")).isEqualTo("mine");
  }

  @Test
  void aFullStreamIsNeverReceivedOverADataset() throws Exception {
    Dataset line = line();
    Dataset copy = copyOfFirst(line);

    fault(EXISTS, () -> receiveFull(there(), copy, stream(here(), line, null, 2)));

    assertThat(names(there(), copy)).containsExactly(name(1));
  }

  @Test
  void anIncrementForAMissingDatasetDoesNotFallOnAnother() throws Exception {
    Dataset line = line();
    Dataset copy = copyOfFirst(line);
    Dataset missing = unused();

    fault(NOT_FOUND, () -> receiveIncrement(there(), missing, stream(here(), line, 1, 2)));
    fault(BAD_STREAM, () -> receiveFull(there(), missing, stream(here(), line, 1, 2)));
    fault(BAD_STREAM, () -> receiveIncrement(there(), copy, stream(here(), line, null, 2)));

    assertThat(names(there(), copy)).containsExactly(name(1));
    assertThat(there().exists(missing)).isFalse();
  }

  @Test
  void anAbortedReceiveLeavesNothing() throws Exception {
    Dataset line = line();
    Dataset copy = copyOfFirst(line);
    Dataset none = unused();
    byte[] full = stream(here(), line, null, 3);
    byte[] increment = stream(here(), line, 1, 2);

    try (ReceiveStream receive = there().receive(none, false)) {
      receive.sink().write(full, 0, full.length - 10);
    }
    try (ReceiveStream receive = there().receive(copy, true)) {
      receive.sink().write(increment, 0, increment.length - 10);
    }

    assertThat(there().exists(none)).isFalse();
    assertThat(names(there(), copy)).containsExactly(name(1));
    receiveIncrement(there(), copy, increment);
    assertThat(names(there(), copy)).containsExactly(name(1), name(2));
  }

  @Test
  void twoReceivesIntoOneDatasetDoNotMix() throws Exception {
    Dataset line = line();
    Dataset copy = copyOfFirst(line);
    byte[] increment = stream(here(), line, 1, 2);

    try (ReceiveStream first = there().receive(copy, true)) {
      first.sink().write(increment, 0, increment.length / 2);
      first.sink().flush();
      fault(BUSY, () -> receiveIncrement(there(), copy, increment));
      first.sink().write(increment, increment.length / 2, increment.length - increment.length / 2);
      first.finish();
    }

    assertThat(names(there(), copy)).containsExactly(name(1), name(2));
    assertThat(read(there(), copy, "file")).isEqualTo("2");
  }

  @Test
  void aMountedCopyIsUnmountedBeforeItChanges() throws Exception {
    Dataset line = line();
    Dataset copy = copyOfFirst(line);
    assertThat(read(there(), copy, "file")).isEqualTo("1");

    receiveIncrement(there(), copy, stream(here(), line, 1, 2));

    assertThat(read(there(), copy, "file")).isEqualTo("2");
  }

  @Test
  void sendingWhatIsNotThereIsNotFound() throws Exception {
    Dataset line = line();

    fault(NOT_FOUND, () -> stream(here(), line, null, 9));
    fault(NOT_FOUND, () -> stream(here(), line, 9, 3));
    fault(NOT_FOUND, () -> stream(here(), unused(), null, 1));
    fault(BASE_MISMATCH, () -> stream(here(), line, 3, 2));
  }

  @Test
  void aSendIsFinishedOnlyWhenItsEndWasRead() throws Exception {
    Dataset dataset = created();
    writeNoise(here(), dataset, "large", 4_000_000);
    snapshot(here(), dataset, 1);

    try (SendStream send = here().send(dataset, Optional.empty(), name(1))) {
      assertThat(send.bytes().readNBytes(1000)).hasSize(1000);
      fault(OTHER, send::finish);
      // Everything else goes on meanwhile.
      snapshot(here(), dataset, 2);
      here().destroySnapshot(dataset, name(2));
    }

    here().destroySnapshot(dataset, name(1));
  }

  @Test
  void aCopyOnAFullPoolIsRefusedAndLeavesNothing() throws Exception {
    Dataset dataset = created();
    for (int i = 0; i < 10; i++) {
      writeNoise(here(), dataset, "large" + i, 12_000_000 + i);
    }
    snapshot(here(), dataset, 1);
    Storage small = rig().cramped();

    fault(NO_SPACE, () -> receiveFull(small, dataset, stream(here(), dataset, null, 1)));

    assertThat(small.exists(dataset)).isFalse();
    assertThat(small.pool().freeBytes()).isGreaterThan(1 << 20);
    here().destroy(dataset);
  }

  @Test
  void aVersionThatLostIsStashedAndTheNewHistoryGoesOn() throws Exception {
    // There was the master until it wrote snapshot 2 that nobody got; here went on from 1.
    Dataset live = line();
    copyOfFirst(live);
    there().setReadOnly(live, false);
    write(there(), live, "file", "lost");
    write(there(), live, "mine", "only there");
    there().unmount(live);
    there().mount(live);
    there().unmount(live);
    Snapshot common = there().snapshots(live).get(0);
    Snapshot own = there().snapshot(live, name(88));
    Dataset temporary = new Dataset("tmp/" + live);
    Dataset stash = new Dataset("stash/" + live);

    there().cloneFrom(live, name(1), temporary);
    there().promote(temporary);
    receiveIncrement(there(), temporary, stream(here(), live, 1, 2));
    there().rename(live, stash);
    there().rename(temporary, live);
    receiveIncrement(there(), live, stream(here(), live, 2, 3));

    assertThat(there().snapshots(live)).isEqualTo(here().snapshots(live));
    assertThat(there().snapshots(live)).startsWith(common);
    assertThat(there().snapshots(stash)).containsExactly(own);
    assertThat(there().origin(stash)).contains(new Storage.Origin(live, name(1)));
    assertThat(there().readOnly(live)).isTrue();
    assertThat(read(there(), live, "file")).isEqualTo("3");
    assertThat(read(there(), stash, "file")).isEqualTo("lost");
    assertThat(read(there(), stash, "mine")).isEqualTo("only there");
    assertThat(Files.exists(there().mount(live).resolve("mine"))).isFalse();
  }

  @Test
  void aStashBegunCanBeUndone() throws Exception {
    Dataset live = line();
    Dataset temporary = new Dataset("tmp/" + live);
    List<Snapshot> before = here().snapshots(live);
    here().cloneFrom(live, name(2), temporary);
    here().promote(temporary);
    snapshot(here(), temporary, 99);

    here().promote(live);
    here().destroy(temporary);

    assertThat(here().snapshots(live)).isEqualTo(before);
    assertThat(here().origin(live)).isEmpty();
    assertThat(here().exists(temporary)).isFalse();
    assertThat(read(here(), live, "file")).isEqualTo("3");
  }
}
