package flocker.node.admin;

import flocker.node.container.ContainerFault;
import flocker.node.container.rootfs.ImportFault;
import flocker.node.container.rootfs.ImportLimits;
import flocker.node.container.rootfs.ImportProgress;
import flocker.node.container.rootfs.RootImport;
import flocker.node.storage.Dataset;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.supervisor.LocalCopy;
import flocker.node.system.Host;
import flocker.node.system.Preparation;
import flocker.protocol.admin.SystemSettings;
import flocker.protocol.admin.SystemSource;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.system.Catalog;
import flocker.protocol.system.SystemRecord;
import java.nio.file.Path;

/** Imports a new system's filesystem into a dataset that belongs to nobody yet. Blocking. */
record SystemImport(Host host) {

  /**
   * Returns the system as it is to be: an image may say what the operator left out. After a fault
   * nothing is left.
   */
  Catalog.Entry run(Catalog.Entry wanted, SystemSource source, ImportProgress progress)
      throws ImportFault, StorageFault, ContainerFault {
    Storage storage = host.storage().orElseThrow();
    Dataset dataset = Preparation.imported(wanted.id());
    storage.create(dataset);
    try {
      Path root = storage.mount(dataset);
      Catalog.Entry entry = fill(wanted, source, root, progress);
      host.containers().check(LocalCopy.spec(entry.id(), entry.initial(), root));
      storage.unmount(dataset);
      storage.snapshot(
          dataset,
          SnapshotName.of(Epoch.ZERO, 0, host.wallClock().get(), SnapshotMark.of("import")));
      storage.setReadOnly(dataset, true);
      return entry;
    } catch (ImportFault | StorageFault | ContainerFault | RuntimeException e) {
      discard(wanted, e);
      throw e;
    }
  }

  private Catalog.Entry fill(
      Catalog.Entry wanted, SystemSource source, Path root, ImportProgress progress)
      throws ImportFault, StorageFault {
    Path from = Path.of(source.path());
    // No more than the pool has room for: an archive may be larger than it looks.
    ImportLimits limits = ImportLimits.ofBytes(host.storage().orElseThrow().pool().freeBytes());
    switch (source.kind()) {
      case TAR -> RootImport.fromTar(from, root, limits, progress);
      case DIRECTORY -> RootImport.fromDirectory(from, root, limits, progress);
      case OCI -> {
        SystemRecord initial = wanted.initial();
        SystemSettings settings =
            ImageDefaults.over(
                initial.settings(), RootImport.fromOci(from, root, limits, progress));
        return new Catalog.Entry(
            wanted.id(),
            wanted.createdOn(),
            SystemRecord.of(initial.name(), settings, initial.run()));
      }
    }
    return wanted;
  }

  /** Destroys what was imported; a failure to do so is told with the cause. */
  void discard(Catalog.Entry entry, Exception cause) {
    Storage storage = host.storage().orElseThrow();
    Dataset dataset = Preparation.imported(entry.id());
    try {
      storage.unmount(dataset);
      storage.destroy(dataset);
    } catch (StorageFault fault) {
      cause.addSuppressed(fault);
    }
  }
}
