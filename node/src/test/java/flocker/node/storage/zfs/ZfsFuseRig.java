package flocker.node.storage.zfs;

import flocker.node.storage.StorageFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;

/** On a private zfs-fuse, which can be killed and frozen. */
final class ZfsFuseRig extends ZfsRig {
  private static final String POOL = "tank";
  private static final String SMALL = "small";

  private final ZfsFuseHost host = ZfsFuseHost.start();

  ZfsFuseRig() throws IOException, StorageFault {
    try {
      openBoth();
    } catch (IOException | StorageFault | RuntimeException e) {
      host.close();
      throw e;
    }
  }

  ZfsFuseHost host() {
    return host;
  }

  @Override
  void createPool(String pool, int megabytes) throws IOException {
    host.createPool(pool, megabytes);
  }

  @Override
  String pool() {
    return POOL;
  }

  @Override
  String smallPool() {
    return SMALL;
  }

  @Override
  Path mountFolder() {
    return host.folder().resolve("mnt");
  }

  @Override
  Path root() {
    return host.root();
  }

  @Override
  List<String> prefix() {
    return host.prefix();
  }

  @Override
  public boolean breakable() {
    return true;
  }

  @Override
  public void kill() throws IOException {
    host.killDaemon();
  }

  @Override
  public void revive() throws IOException {
    host.startDaemon();
    host.importPool(POOL);
    if (hasSmallPool()) {
      host.importPool(SMALL);
    }
  }

  @Override
  public void reviveWithoutPools() throws IOException {
    host.startDaemon();
  }

  @Override
  public void awaitQuiet() {
    // An abandoned receive rolls back once the daemon reads the end of its pipe.
    Awaitility.await("no partial copy is left")
        .until(() -> !host.run("zfs", "list", "-H", "-o", "name", "-r", POOL).contains("%"));
  }

  @Override
  public void freeze() throws IOException {
    host.freezeDaemon();
  }

  @Override
  public void thaw() throws IOException {
    host.thawDaemon();
  }

  @Override
  public void close() {
    host.close();
  }
}
