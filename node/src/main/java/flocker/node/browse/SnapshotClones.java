package flocker.node.browse;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import java.nio.file.Path;

/** Makes and destroys the clones through which snapshots are read. Blocking. */
final class SnapshotClones {
  private static final String FOLDER = "browse/";

  private final Storage storage;

  SnapshotClones(Storage storage) {
    this.storage = storage;
  }

  /** Always the same of one snapshot, so that a clone that a crash left is known again. */
  static Dataset cloneOf(Dataset dataset, Snapshot snapshot) {
    return new Dataset(
        FOLDER
            + dataset.path().replace('/', '.')
            + "-"
            + String.format("%016x", snapshot.guid().value()));
  }

  /** Returns where it is mounted, read-only. */
  Path open(Dataset dataset, Snapshot snapshot) throws StorageFault {
    Dataset clone = cloneOf(dataset, snapshot);
    if (!storage.exists(clone)) {
      storage.cloneFrom(dataset, snapshot.name(), clone);
    }
    try {
      storage.setReadOnly(clone, true);
      return storage.mount(clone);
    } catch (StorageFault fault) {
      try {
        close(clone);
      } catch (StorageFault left) {
        fault.addSuppressed(left);
      }
      throw fault;
    }
  }

  void close(Dataset clone) throws StorageFault {
    if (storage.exists(clone)) {
      storage.unmount(clone);
      storage.destroy(clone);
    }
  }

  /** Destroys every clone; returns how many there were. */
  int sweep() throws StorageFault {
    int swept = 0;
    for (Dataset each : storage.datasets()) {
      if (each.path().startsWith(FOLDER)) {
        close(each);
        swept++;
      }
    }
    return swept;
  }
}
