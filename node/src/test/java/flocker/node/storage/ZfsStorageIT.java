package flocker.node.storage;

import flocker.node.storage.zfs.ZfsRigs;

/** The storage contract on a real pool. */
class ZfsStorageIT extends StorageContract {
  @Override
  StorageRig makeRig() throws Exception {
    return ZfsRigs.make();
  }
}
