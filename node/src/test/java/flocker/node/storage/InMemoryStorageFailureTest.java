package flocker.node.storage;

import flocker.node.storage.memory.MemoryRig;

/** The failure part of the storage contract on the storage in memory. */
class InMemoryStorageFailureTest extends StorageFailureContract {
  @Override
  StorageRig makeRig() {
    return new MemoryRig();
  }
}
