package flocker.node.replication;

import flocker.node.snapshot.SnapshotTaken;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.id.SystemId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** User filesystems whose content is known: each snapshot adds a file. */
final class Lines {
  static final SystemId SYSTEM = new SystemId("8123456789abcdef");
  static final HostId MASTER = new HostId("00000000000000aa");
  static final HostId SLAVE = new HostId("00000000000000bb");
  static final Dataset LIVE = new Dataset(SYSTEM.value());
  static final Epoch EPOCH = new Epoch(256);
  static final Instant AT = Instant.parse("2026-11-22T17:00:00Z");

  private Lines() {}

  static SnapshotName name(Epoch epoch, long sequence) {
    return SnapshotName.of(epoch, sequence, AT);
  }

  /**
   * Writes {@code bytes} into a file of the dataset, which is writable and unmounted afterwards.
   */
  static void write(Storage storage, Dataset dataset, String file, byte[] bytes) {
    try {
      if (!storage.exists(dataset)) {
        storage.create(dataset);
      }
      storage.setReadOnly(dataset, false);
      Path mounted = storage.mount(dataset);
      Files.write(mounted.resolve(file), bytes);
      storage.unmount(dataset);
    } catch (StorageFault | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A file named like the snapshot, and the snapshot. */
  static Snapshot next(Storage storage, Dataset dataset, Epoch epoch, long sequence) {
    String file = epoch + "." + sequence;
    write(storage, dataset, file, file.getBytes(StandardCharsets.UTF_8));
    return take(storage, dataset, epoch, sequence);
  }

  static Snapshot take(Storage storage, Dataset dataset, Epoch epoch, long sequence) {
    try {
      return storage.snapshot(dataset, name(epoch, sequence));
    } catch (StorageFault e) {
      throw new IllegalStateException(e);
    }
  }

  static SnapshotTaken taken(Snapshot snapshot) {
    return new SnapshotTaken(
        snapshot,
        snapshot.position().orElseThrow(),
        snapshot.position().get().sequence(),
        java.util.Optional.empty());
  }

  /** The names of the files in the newest version of the dataset. */
  static List<String> files(Storage storage, Dataset dataset) {
    try {
      Path mounted = storage.mount(dataset);
      try (java.util.stream.Stream<Path> files = Files.list(mounted)) {
        return files.map(file -> file.getFileName().toString()).sorted().toList();
      } finally {
        storage.unmount(dataset);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (StorageFault e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes {@code to} a replica of {@code from} up to {@code snapshot}. */
  static void copy(Storage from, Storage to, Dataset dataset, Snapshot base, Snapshot snapshot) {
    try (flocker.node.storage.SendStream send =
            from.send(
                dataset, java.util.Optional.ofNullable(base).map(Snapshot::name), snapshot.name());
        flocker.node.storage.ReceiveStream receive = to.receive(dataset, base != null)) {
      send.bytes().transferTo(receive.sink());
      send.finish();
      receive.finish();
    } catch (StorageFault | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
