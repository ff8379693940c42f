package flocker.node.storage;

import flocker.node.storage.memory.MemoryRig;

/** The stream part of the storage contract on the storage in memory. */
class InMemoryStorageStreamTest extends StorageStreamContract {
  @Override
  StorageRig makeRig() {
    return new MemoryRig();
  }
}
