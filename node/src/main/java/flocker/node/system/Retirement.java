package flocker.node.system;

import flocker.node.container.ContainerFault;
import flocker.node.guard.GuardFault;
import flocker.node.replication.Stasher;
import flocker.node.storage.Dataset;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.supervisor.LocalCopy;
import flocker.protocol.id.HostId;

/**
 * Takes a destroyed user system off this host: the container is proven dead first, then its live
 * copy and what was under way go. Stashes stay; only an operator's word destroys them. Blocking;
 * may be repeated.
 */
final class Retirement {
  private Retirement() {}

  static void of(LocalCopy copy, HostId self) throws ContainerFault, GuardFault, StorageFault {
    copy.kill();
    copy.disarm();
    Storage storage = copy.storage();
    new Stasher(storage, copy.dataset(), self, copy.wallClock()).recover();
    for (Dataset dataset : new Dataset[] {copy.dataset(), Preparation.imported(copy.system())}) {
      if (storage.exists(dataset)) {
        storage.destroy(dataset);
      }
    }
  }
}
