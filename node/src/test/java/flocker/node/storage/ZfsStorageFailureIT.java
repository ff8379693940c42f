package flocker.node.storage;

import flocker.node.storage.zfs.ZfsRigs;

/** The failure part of the storage contract on a real pool. */
class ZfsStorageFailureIT extends StorageFailureContract {
  @Override
  StorageRig makeRig() throws Exception {
    return ZfsRigs.make();
  }
}
