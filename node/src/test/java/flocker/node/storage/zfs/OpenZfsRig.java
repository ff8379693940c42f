package flocker.node.storage.zfs;

import flocker.node.storage.StorageFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** On the kernel's OpenZFS: pools in files, under names of their own; it cannot be killed. */
final class OpenZfsRig extends ZfsRig {
  private final Path folder = Files.createTempDirectory("flocker-openzfs-");
  private final List<String> pools = new ArrayList<>();

  OpenZfsRig() throws IOException, StorageFault {
    try {
      openBoth();
    } catch (IOException | StorageFault | RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  void createPool(String pool, int megabytes) throws IOException {
    String file = folder.resolve("vdev-" + pool).toString();
    execute("truncate", "-s", megabytes + "M", file);
    execute(ZfsFuseHost.createWords(pool, file).toArray(String[]::new));
    pools.add(pool);
  }

  @Override
  String pool() {
    return folder.getFileName().toString();
  }

  @Override
  String smallPool() {
    return pool() + "-small";
  }

  @Override
  Path mountFolder() {
    return folder.resolve("mnt");
  }

  @Override
  Path root() {
    return Path.of("/");
  }

  @Override
  List<String> prefix() {
    return List.of();
  }

  @Override
  public boolean breakable() {
    return false;
  }

  @Override
  public void kill() {
    throw new UnsupportedOperationException("a kernel module cannot be killed");
  }

  @Override
  public void revive() {
    kill();
  }

  @Override
  public void reviveWithoutPools() {
    kill();
  }

  @Override
  public void awaitQuiet() {
    kill();
  }

  @Override
  public void freeze() {
    kill();
  }

  @Override
  public void thaw() {
    kill();
  }

  @Override
  public void close() {
    try {
      for (String pool : pools) {
        execute("zpool", "destroy", "-f", pool);
      }
      ZfsFuseHost.deleteTree(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void execute(String... words) throws IOException {
    ZfsFuseHost.Ended ended = ZfsFuseHost.local(List.of(words));
    if (ended.exit() != 0) {
      throw new IOException(String.join(" ", words) + ": " + ended);
    }
  }
}
