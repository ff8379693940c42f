package flocker.node.replication;

import flocker.node.storage.Dataset;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SystemId;
import flocker.protocol.replication.SlaveVersions;
import flocker.protocol.replication.Version;
import java.util.List;

/** One host's copy of one user filesystem. */
public record Copy(SystemId system, HostId host, Storage storage, Dataset dataset) {
  /** What a master is told of it, cut to the newest {@link SlaveVersions#MOST}. Blocks. */
  SlaveVersions versions() throws StorageFault {
    List<Version> all = ReceiveJob.versions(storage.snapshots(dataset));
    int from = Math.max(0, all.size() - SlaveVersions.MOST);
    return new SlaveVersions(true, false, all.subList(from, all.size()));
  }

  /** {@link Position#NONE} also where there is no copy. Blocks. */
  Position position() throws StorageFault {
    return storage.exists(dataset) ? storage.position(dataset) : Position.NONE;
  }
}
