package flocker.node.storage;

import flocker.node.storage.memory.MemoryRig;

/** The storage contract on the storage in memory. */
class InMemoryStorageTest extends StorageContract {
  @Override
  StorageRig makeRig() {
    return new MemoryRig();
  }
}
