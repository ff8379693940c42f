package flocker.node.storage;

import flocker.node.storage.zfs.ZfsRigs;

/** The stream part of the storage contract on a real pool. */
class ZfsStorageStreamIT extends StorageStreamContract {
  @Override
  StorageRig makeRig() throws Exception {
    return ZfsRigs.make();
  }
}
