package flocker.node.storage;

import static flocker.node.storage.StorageFault.Kind.BUSY;
import static flocker.node.storage.StorageFault.Kind.EXISTS;
import static flocker.node.storage.StorageFault.Kind.HAS_DEPENDENTS;
import static flocker.node.storage.StorageFault.Kind.NOT_FOUND;
import static flocker.node.storage.StorageFault.Kind.NO_SPACE;
import static flocker.node.storage.StorageFault.Kind.UNSUPPORTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.id.SnapshotName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every storage driver must do with datasets, snapshots, mounts and clones. Run against the
 * in-memory storage always and against real pools where the tier allows it, so that whatever is
 * tested with the one holds with the other.
 */
abstract class StorageContract extends StorageSuite {
  @Test
  void openingTwiceTellsTheSameAndLosesNothing() throws Exception {
    Dataset dataset = created();

    Capabilities first = here().open();
    Capabilities second = here().open();

    assertThat(second).isEqualTo(first);
    assertThat(first.implementation()).isNotBlank();
    assertThat(here().datasets()).contains(dataset);
  }

  @Test
  void aHealthyPoolIsUsableAndHasRoom() throws Exception {
    PoolState pool = here().pool();

    assertThat(pool.usable()).isTrue();
    assertThat(pool.freeBytes()).isPositive().isLessThanOrEqualTo(pool.sizeBytes());
  }

  @Test
  void createdDatasetsAreListedInTheOrderOfTheirPaths() throws Exception {
    Dataset plain = unused();
    Dataset inFolder = new Dataset("stash/" + unused());
    here().create(inFolder);
    here().create(plain);

    List<Dataset> all = here().datasets();

    assertThat(all).contains(plain, inFolder, new Dataset("stash"));
    assertThat(all.stream().map(Dataset::path)).isSorted().doesNotHaveDuplicates();
    assertThat(here().exists(plain)).isTrue();
    assertThat(here().exists(inFolder)).isTrue();
    assertThat(here().exists(unused())).isFalse();
    assertThat(there().exists(plain)).isFalse();
  }

  @Test
  void aTakenNameIsRefused() throws Exception {
    Dataset dataset = created();
    snapshot(here(), dataset, 1);
    write(here(), dataset, "file", "kept");

    fault(EXISTS, () -> here().create(dataset));
    fault(EXISTS, () -> snapshot(here(), dataset, 1));
    fault(EXISTS, () -> here().rename(created(), dataset));

    assertThat(read(here(), dataset, "file")).isEqualTo("kept");
    assertThat(names(here(), dataset)).containsExactly(name(1));
  }

  @Test
  void whatIsNotThereIsNotFound() throws Exception {
    Dataset no = unused();
    Dataset dataset = created();

    fault(NOT_FOUND, () -> here().destroy(no));
    fault(NOT_FOUND, () -> here().rename(no, unused()));
    fault(NOT_FOUND, () -> here().snapshots(no));
    fault(NOT_FOUND, () -> here().newest(no));
    fault(NOT_FOUND, () -> snapshot(here(), no, 1));
    fault(NOT_FOUND, () -> here().destroySnapshot(no, name(1)));
    fault(NOT_FOUND, () -> here().destroySnapshot(dataset, name(1)));
    fault(NOT_FOUND, () -> here().mount(no));
    fault(NOT_FOUND, () -> here().unmount(no));
    fault(NOT_FOUND, () -> here().readOnly(no));
    fault(NOT_FOUND, () -> here().setReadOnly(no, true));
    fault(NOT_FOUND, () -> here().property(no, "epoch"));
    fault(NOT_FOUND, () -> here().setProperty(no, "epoch", "1"));
    fault(NOT_FOUND, () -> here().cloneFrom(dataset, name(1), unused()));
    fault(NOT_FOUND, () -> here().promote(no));
    fault(NOT_FOUND, () -> here().origin(no));
  }

  @Test
  void allClonesAreListedWithTheirOrigins() throws Exception {
    Dataset dataset = created();
    snapshot(here(), dataset, 1);
    Dataset clone = new Dataset("stash/" + unused());
    here().cloneFrom(dataset, name(1), clone);

    assertThat(here().origins())
        .containsEntry(clone, new Storage.Origin(dataset, name(1)))
        .doesNotContainKey(dataset);
  }

  @Test
  void aSnapshotTellsWhatOnlyItHolds() throws Exception {
    Dataset dataset = created();
    write(here(), dataset, "file", "x".repeat(1 << 20));
    snapshot(here(), dataset, 1);
    write(here(), dataset, "file", "gone");
    snapshot(here(), dataset, 2);
    snapshot(here(), dataset, 3);

    assertThat(here().held(dataset, List.of())).isEmpty();
    assertThat(here().held(dataset, List.of(name(3), name(1))).keySet())
        .containsExactlyInAnyOrder(name(1), name(3));
    assertThat(here().used(dataset)).isNotNegative();
    fault(NOT_FOUND, () -> here().held(dataset, List.of(name(9))));
    fault(NOT_FOUND, () -> here().used(unused()));
  }

  @Test
  void aNewDatasetIsWritableEmptyAndNotMounted() throws Exception {
    Dataset dataset = unused();
    here().create(dataset);

    assertThat(here().readOnly(dataset)).isFalse();
    assertThat(here().snapshots(dataset)).isEmpty();
    assertThat(here().newest(dataset)).isEmpty();
    assertThat(here().origin(dataset)).isEmpty();
    Path place = here().mount(dataset);
    try (var files = Files.list(place)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void aMountedDatasetKeepsItsPlaceAndItsContent() throws Exception {
    Dataset dataset = created();
    write(here(), dataset, "file", "content");

    Path place = here().mount(dataset);
    assertThat(here().mount(dataset)).isEqualTo(place);
    here().unmount(dataset);
    here().unmount(dataset);
    assertThat(Files.exists(place.resolve("file"))).isFalse();

    assertThat(here().mount(dataset)).isEqualTo(place);
    assertThat(read(here(), dataset, "file")).isEqualTo("content");
  }

  @Test
  void whatANameSaysOfASnapshotIsTheSameEverywhere() throws Exception {
    Dataset dataset = created();
    write(here(), dataset, "file", "then");
    SnapshotMark mark = new SnapshotMark("operator", true, Optional.of("before-upgrade_2"));
    SnapshotName name = SnapshotName.of(new Epoch(256), 1, NOON, mark);
    Snapshot taken = here().snapshot(dataset, name);
    write(here(), dataset, "file", "now");

    byte[] stream;
    try (SendStream send = here().send(dataset, Optional.empty(), name)) {
      stream = send.bytes().readAllBytes();
      send.finish();
    }
    receiveFull(there(), dataset, stream);
    Dataset clone = new Dataset("browse/" + dataset + "-clone");
    there().cloneFrom(dataset, name, clone);
    there().setReadOnly(clone, true);

    assertThat(there().newest(dataset)).contains(taken);
    assertThat(taken.name().mark()).isEqualTo(mark);
    assertThat(read(there(), clone, "file")).isEqualTo("then");
    there().unmount(clone);
    there().destroy(clone);
  }

  @Test
  void aSnapshotHoldsWhatNothingElseHas() throws Exception {
    Dataset dataset = created();
    write(here(), dataset, "stays", "x".repeat(200_000));
    snapshot(here(), dataset, 1);
    writeNoise(here(), dataset, "goes", 300_000);
    snapshot(here(), dataset, 2);
    Files.delete(here().mount(dataset).resolve("goes"));
    snapshot(here(), dataset, 3);

    Map<SnapshotName, Long> held = here().held(dataset, List.of(name(1), name(2), name(3)));

    assertThat(held).containsOnlyKeys(name(1), name(2), name(3));
    assertThat(held.get(name(2))).isGreaterThan(290_000);
    assertThat(held.get(name(1))).isLessThan(100_000);
    assertThat(held.get(name(3))).isLessThan(100_000);
    fault(NOT_FOUND, () -> here().held(dataset, List.of(name(1), name(9))));
  }

  @Test
  void readOnlyIsKeptAndRefusesWrites() throws Exception {
    Dataset dataset = created();
    write(here(), dataset, "file", "before");
    here().unmount(dataset);

    here().setReadOnly(dataset, true);

    assertThat(here().readOnly(dataset)).isTrue();
    assertThat(rig().hereAgain().readOnly(dataset)).isTrue();
    Path place = here().mount(dataset);
    assertThat(read(here(), dataset, "file")).isEqualTo("before");
    if (rig().kernelMounts()) {
      assertThatThrownBy(() -> Files.writeString(place.resolve("other"), "x"))
          .isInstanceOf(IOException.class);
    } else {
      Files.writeString(place.resolve("other"), "x");
    }
    here().unmount(dataset);
    assertThat(Files.exists(here().mount(dataset).resolve("other"))).isFalse();
    here().unmount(dataset);
    here().setReadOnly(dataset, false);
    write(here(), dataset, "file", "after");
    assertThat(read(here(), dataset, "file")).isEqualTo("after");
  }

  @Test
  void snapshotsComeOldestFirstWithTheirGuids() throws Exception {
    Dataset dataset = created();
    Snapshot first = snapshot(here(), dataset, 1);
    assertThat(here().snapshots(dataset)).containsExactly(first);
    write(here(), dataset, "file", "1");
    Snapshot second = snapshot(here(), dataset, 2);
    Snapshot tenth = snapshot(here(), dataset, 10);

    assertThat(here().snapshots(dataset)).containsExactly(first, second, tenth);
    assertThat(rig().hereAgain().snapshots(dataset)).containsExactly(first, second, tenth);
    assertThat(List.of(first.guid(), second.guid(), tenth.guid())).doesNotHaveDuplicates();
    assertThat(here().newest(dataset)).contains(tenth);
  }

  @Test
  void newestPassesOverSnapshotsWithoutAPosition() throws Exception {
    Dataset dataset = created();
    Snapshot first = snapshot(here(), dataset, 1);
    Snapshot other = here().snapshot(dataset, new SnapshotName("before-upgrade"));

    assertThat(here().newest(dataset)).contains(first);
    assertThat(here().snapshots(dataset)).containsExactly(first, other);
    assertThat(rig().hereAgain().newest(dataset)).contains(first);
  }

  @Test
  void aDestroyedSnapshotIsGone() throws Exception {
    Dataset dataset = created();
    snapshot(here(), dataset, 1);
    snapshot(here(), dataset, 2);
    snapshot(here(), dataset, 3);
    assertThat(names(here(), dataset)).hasSize(3);

    here().destroySnapshot(dataset, name(2));

    assertThat(names(here(), dataset)).containsExactly(name(1), name(3));
    assertThat(names(rig().hereAgain(), dataset)).containsExactly(name(1), name(3));
    here().destroySnapshot(dataset, name(3));
    assertThat(here().newest(dataset).map(Snapshot::name)).contains(name(1));
    fault(NOT_FOUND, () -> here().destroySnapshot(dataset, name(3)));
  }

  @Test
  void snapshotsTakenAtTheSameTimeAreAllThere() throws Exception {
    Dataset one = created();
    Dataset two = created();
    assertThat(here().snapshots(one)).isEmpty();

    IntStream.range(0, 12)
        .parallel()
        .forEach(
            i -> {
              try {
                snapshot(here(), i % 2 == 0 ? one : two, i);
              } catch (StorageFault e) {
                throw new AssertionError(e);
              }
            });

    assertThat(here().snapshots(one)).hasSize(6).isEqualTo(rig().hereAgain().snapshots(one));
    assertThat(here().snapshots(two)).hasSize(6).isEqualTo(rig().hereAgain().snapshots(two));
  }

  @Test
  void aSnapshotAfterAnotherTellsWhatItAdds() throws Exception {
    Dataset dataset = created();
    write(here(), dataset, "file", "1");
    Snapshot first = snapshot(here(), dataset, 1);
    TakenSnapshot nothing = here().snapshotAfter(dataset, name(1), name(2));
    assertThat(nothing.written()).isFalse();
    write(here(), dataset, "file", "2");
    TakenSnapshot little = here().snapshotAfter(dataset, name(2), name(3));
    writeNoise(here(), dataset, "large", 2 * Increment.MOST_BYTES);
    TakenSnapshot much = here().snapshotAfter(dataset, name(3), name(4));

    assertThat(little.written()).isTrue();
    assertThat(little.increment().orElseThrow().from()).isEqualTo(nothing.snapshot().guid());
    assertThat(much.written()).isTrue();
    assertThat(much.increment()).isEmpty();
    assertThat(here().snapshots(dataset))
        .containsExactly(first, nothing.snapshot(), little.snapshot(), much.snapshot())
        .isEqualTo(rig().hereAgain().snapshots(dataset));
    fault(EXISTS, () -> here().snapshotAfter(dataset, name(3), name(4)));
    // Without its base it cannot be read; it is there all the same.
    assertThat(here().snapshotAfter(dataset, name(99), name(5)).written()).isTrue();
    assertThat(names(here(), dataset)).hasSize(5);
  }

  @Test
  void anIncrementThatWasReadIsReceivedLikeAnyOther() throws Exception {
    Dataset dataset = created();
    snapshot(here(), dataset, 1);
    Dataset copy = unused();
    try (SendStream send = here().send(dataset, Optional.empty(), name(1));
        ReceiveStream receive = there().receive(copy, false)) {
      send.bytes().transferTo(receive.sink());
      send.finish();
      receive.finish();
    }
    for (int i = 2; i < 6; i++) {
      write(here(), dataset, "file" + i, "x");
      TakenSnapshot taken = here().snapshotAfter(dataset, name(i - 1), name(i));
      try (ReceiveStream receive = there().receive(copy, true)) {
        taken.increment().orElseThrow().stream().writeTo(receive.sink());
        receive.finish();
      }
      assertThat(there().newest(copy)).contains(taken.snapshot());
    }
    // Mounted by hand or by us: the copy shows what it has received.
    assertThat(read(there(), copy, "file5")).isEqualTo("x");
    there().unmount(copy);
    assertThat(there().readOnly(copy)).isTrue();
  }

  @Test
  void unchangedIsExact() throws Exception {
    Dataset dataset = created();
    write(here(), dataset, "file", "1");
    snapshot(here(), dataset, 1);
    snapshot(here(), dataset, 2);
    write(here(), dataset, "file", "2");
    snapshot(here(), dataset, 3);
    Files.delete(here().mount(dataset).resolve("file"));
    snapshot(here(), dataset, 4);
    Files.createFile(here().mount(dataset).resolve("empty"));
    snapshot(here(), dataset, 5);
    writeNoise(here(), dataset, "large", 300_000);
    snapshot(here(), dataset, 6);
    assertThat(Files.readAllBytes(here().mount(dataset).resolve("large"))).hasSize(300_000);
    here().unmount(dataset);
    here().mount(dataset);
    snapshot(here(), dataset, 7);

    assertThat(here().unchanged(dataset, name(1), name(2))).isTrue();
    assertThat(here().unchanged(dataset, name(2), name(3))).isFalse();
    assertThat(here().unchanged(dataset, name(3), name(4))).isFalse();
    assertThat(here().unchanged(dataset, name(4), name(5))).isFalse();
    assertThat(here().unchanged(dataset, name(5), name(6))).isFalse();
    assertThat(here().unchanged(dataset, name(1), name(6))).isFalse();
    assertThat(here().unchanged(dataset, name(6), name(7))).isTrue();
    fault(NOT_FOUND, () -> here().unchanged(dataset, name(1), name(99)));
    fault(NOT_FOUND, () -> here().unchanged(dataset, name(99), name(2)));
  }

  @Test
  void renamingKeepsContentAndSnapshots() throws Exception {
    Dataset from = created();
    Dataset to = new Dataset("stash/" + unused());
    write(here(), from, "file", "content");
    Snapshot taken = snapshot(here(), from, 1);

    here().rename(from, to);

    assertThat(here().exists(from)).isFalse();
    assertThat(here().snapshots(to)).containsExactly(taken);
    assertThat(read(here(), to, "file")).isEqualTo("content");
    fault(NOT_FOUND, () -> here().snapshots(from));
    here().create(from);
    assertThat(here().snapshots(from)).isEmpty();
  }

  @Test
  void aDestroyedDatasetIsGoneWithItsSnapshots() throws Exception {
    Dataset dataset = created();
    write(here(), dataset, "file", "content");
    snapshot(here(), dataset, 1);

    here().destroy(dataset);

    assertThat(here().exists(dataset)).isFalse();
    fault(NOT_FOUND, () -> here().snapshots(dataset));
    here().create(dataset);
    assertThat(here().snapshots(dataset)).isEmpty();
  }

  @Test
  void whatOthersDependOnIsNotDestroyed() throws Exception {
    Dataset dataset = created();
    write(here(), dataset, "file", "content");
    snapshot(here(), dataset, 1);
    snapshot(here(), dataset, 2);
    Dataset clone = unused();
    here().cloneFrom(dataset, name(1), clone);
    Dataset inFolder = new Dataset("folder" + unused() + "/x");
    here().create(inFolder);

    fault(HAS_DEPENDENTS, () -> here().destroy(dataset));
    fault(HAS_DEPENDENTS, () -> here().destroySnapshot(dataset, name(1)));
    fault(HAS_DEPENDENTS, () -> here().destroy(new Dataset(inFolder.path().split("/", 2)[0])));

    assertThat(names(here(), dataset)).containsExactly(name(1), name(2));
    assertThat(here().exists(inFolder)).isTrue();
    here().destroySnapshot(dataset, name(2));
    here().destroy(clone);
    here().destroy(dataset);
  }

  @Test
  void aCloneHasTheSnapshotsContentAndIsWritable() throws Exception {
    Dataset dataset = created();
    write(here(), dataset, "file", "old");
    snapshot(here(), dataset, 1);
    write(here(), dataset, "file", "new");
    Dataset clone = new Dataset("tmp/" + unused());

    here().cloneFrom(dataset, name(1), clone);

    assertThat(here().origin(clone)).contains(new Storage.Origin(dataset, name(1)));
    assertThat(here().readOnly(clone)).isFalse();
    assertThat(here().snapshots(clone)).isEmpty();
    write(here(), clone, "other", "mine");
    assertThat(read(here(), clone, "file")).isEqualTo("old");
    assertThat(read(here(), dataset, "file")).isEqualTo("new");
    fault(EXISTS, () -> here().cloneFrom(dataset, name(1), clone));
  }

  @Test
  void promotingTurnsTheParentRelationRound() throws Exception {
    Dataset dataset = created();
    write(here(), dataset, "file", "1");
    Snapshot first = snapshot(here(), dataset, 1);
    write(here(), dataset, "file", "2");
    Snapshot second = snapshot(here(), dataset, 2);
    write(here(), dataset, "file", "3");
    Snapshot third = snapshot(here(), dataset, 3);
    Dataset clone = unused();
    here().cloneFrom(dataset, name(2), clone);
    assertThat(here().snapshots(clone)).isEmpty();

    here().promote(clone);

    assertThat(here().origin(clone)).isEmpty();
    assertThat(here().origin(dataset)).contains(new Storage.Origin(clone, name(2)));
    assertThat(here().snapshots(clone)).containsExactly(first, second);
    assertThat(here().snapshots(dataset)).containsExactly(third);
    assertThat(read(here(), clone, "file")).isEqualTo("2");
    assertThat(read(here(), dataset, "file")).isEqualTo("3");
    fault(UNSUPPORTED, () -> here().promote(clone));

    here().promote(dataset);
    assertThat(here().snapshots(dataset)).containsExactly(first, second, third);
    assertThat(here().origin(dataset)).isEmpty();
    here().destroy(clone);
  }

  @Test
  void propertiesAreKept() throws Exception {
    Dataset dataset = created();
    assertThat(here().property(dataset, "epoch")).isEmpty();

    here().setProperty(dataset, "epoch", "512");
    here().setProperty(dataset, "note", "{\"a\": \"two words\", \"b\": \"ä\"}");
    here().setProperty(dataset, "dash", "-");

    assertThat(here().property(dataset, "epoch")).contains("512");
    assertThat(rig().hereAgain().property(dataset, "note"))
        .contains("{\"a\": \"two words\", \"b\": \"ä\"}");
    assertThat(here().property(dataset, "dash")).contains("-");
    Dataset renamed = unused();
    here().rename(dataset, renamed);
    assertThat(here().property(renamed, "epoch")).contains("512");
    assertThatThrownBy(() -> here().setProperty(renamed, "Epoch=1", "1"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> here().setProperty(renamed, "epoch", "1\n2"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> here().setProperty(renamed, "epoch", "x".repeat(4097)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void propertiesOfAFolderAreNotThoseOfItsDatasets() throws Exception {
    Dataset folder = new Dataset("folder" + unused());
    Dataset inFolder = new Dataset(folder + "/x");
    here().create(inFolder);

    here().setProperty(folder, "epoch", "1");

    assertThat(here().property(inFolder, "epoch")).isEmpty();
  }

  @Test
  void aBusyMountIsNotTakenAway() throws Exception {
    Dataset dataset = created();
    write(here(), dataset, "file", "content");
    Path file = here().mount(dataset).resolve("file");

    try (var open = Files.newInputStream(file)) {
      if (rig().kernelMounts()) {
        fault(BUSY, () -> rig().hereImpatient().unmount(dataset));
        fault(BUSY, () -> rig().hereImpatient().rename(dataset, unused()));
        fault(BUSY, () -> rig().hereImpatient().destroy(dataset));
      }
      assertThat(open.readAllBytes()).hasSize(7);
    }
    here().unmount(dataset);
    assertThat(read(here(), dataset, "file")).isEqualTo("content");
  }

  @Test
  void aFullPoolRefusesButLosesNothing() throws Exception {
    Storage small = rig().cramped();
    Dataset dataset = unused();
    small.create(dataset);
    write(small, dataset, "file", "kept");
    Snapshot before = snapshot(small, dataset, 1);

    rig().fill(small.mount(dataset));

    fault(NO_SPACE, () -> snapshot(small, dataset, 2));
    fault(NO_SPACE, () -> small.create(unused()));
    fault(NO_SPACE, () -> small.cloneFrom(dataset, name(1), unused()));
    assertThat(small.pool().freeBytes()).isLessThan(1 << 20);
    assertThat(small.snapshots(dataset)).containsExactly(before);
    assertThat(read(small, dataset, "file")).isEqualTo("kept");
    Files.delete(small.mount(dataset).resolve("filler"));
    snapshot(small, dataset, 2);
    small.destroy(dataset);
  }

  @Test
  void theCanarySingsAndIsNotShown() throws Exception {
    here().canary();
    here().canary();

    assertThat(here().datasets()).doesNotContain(new Dataset("canary"));
  }

  @Test
  void anEstimateIsNearTheTruthWhereThereIsOne() throws Exception {
    Dataset dataset = created();
    writeNoise(here(), dataset, "file", 4_000_000);
    snapshot(here(), dataset, 1);
    here().unmount(dataset);

    Optional<Long> estimate = here().estimateSend(dataset, Optional.empty(), name(1));

    estimate.ifPresent(bytes -> assertThat(bytes).isBetween(3_000_000L, 6_000_000L));
    fault(NOT_FOUND, () -> here().estimateSend(dataset, Optional.empty(), name(2)));
  }
}
