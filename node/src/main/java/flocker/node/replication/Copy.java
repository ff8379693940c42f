package flocker.node.replication;

import flocker.node.storage.Dataset;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SystemId;
import flocker.protocol.replication.SlaveVersions;

/** One host's copy of one user filesystem. */
public record Copy(SystemId system, HostId host, Storage storage, Dataset dataset) {
  /** What a master is told of it, as many of the newest as can be told. Blocks. */
  SlaveVersions versions() throws StorageFault {
    return SlaveVersions.newestOf(ReceiveJob.versions(storage.snapshots(dataset)));
  }

  /** {@link Position#NONE} also where there is no copy. Blocks. */
  Position position() throws StorageFault {
    return storage.exists(dataset) ? storage.position(dataset) : Position.NONE;
  }
}
