package flocker.node.system;

import flocker.node.container.ContainerFault;
import flocker.node.replication.Stasher;
import flocker.node.storage.Dataset;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.supervisor.LocalCopy;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SystemId;

/**
 * What a host does with its copy of a user system before it tells any position or asks for votes:
 * finishes or undoes what a crash left half done, and turns what was written after the last
 * snapshot into the next position of its old epoch. Blocking.
 *
 * @param position of the copy; {@link Position#NONE} if there is none
 * @param mayRun whether a container of an earlier JVM may be alive; then the copy is left as it is
 */
public record Preparation(Position position, boolean mayRun) {
  /** Where a new system's filesystem lies until the cluster has agreed to it. */
  public static Dataset imported(SystemId id) {
    return new Dataset("import/" + id);
  }

  /** Prepares; does nothing that was done before. */
  public static Preparation of(LocalCopy copy, HostId self) throws StorageFault, ContainerFault {
    Storage storage = copy.storage();
    storage.open();
    Dataset imported = imported(copy.system());
    if (!storage.exists(copy.dataset()) && storage.exists(imported)) {
      storage.rename(imported, copy.dataset());
    }
    if (copy.mayRun()) {
      return new Preparation(storage.position(copy.dataset()), true);
    }
    // Frees what a dead container left behind, its network included.
    copy.kill();
    new Stasher(storage, copy.dataset(), self, copy.wallClock()).recover();
    return new Preparation(copy.close(), false);
  }
}
