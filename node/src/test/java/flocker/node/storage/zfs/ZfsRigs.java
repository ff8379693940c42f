package flocker.node.storage.zfs;

import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageRig;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** Chooses the real storage that the contract runs on: {@code -Dflocker.test.storage=…}. */
public final class ZfsRigs {
  private ZfsRigs() {}

  /** A rig of zfs-fuse (the default) or of the kernel's OpenZFS, if tier "zfs" is on. */
  public static StorageRig make() throws IOException, StorageFault {
    requireTier();
    return System.getProperty("flocker.test.storage", "zfs-fuse").equals("openzfs")
        ? new OpenZfsRig()
        : new ZfsFuseRig();
  }

  /** Skips, saying so, unless the tiers that may run include "zfs". */
  public static void requireTier() {
    String tiers = System.getProperty("flocker.tiers", "");
    Assumptions.assumeTrue(
        Arrays.asList(tiers.split(",", -1)).contains("zfs"),
        "NOT RUN: the storage contract on real ZFS pools; needs root and -Dflocker.tiers=zfs");
  }
}
