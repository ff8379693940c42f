package flocker.node.storage.zfs;

import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageRig;
import flocker.node.storage.zfs.ZfsSettings.Deadlines;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** The contract's storage on real pools: the two hosts are two parents in one pool. */
abstract class ZfsRig implements StorageRig {
  private static final int MEGABYTES = 512;
  private static final int SMALL_MEGABYTES = 96;

  private ZfsStorage here;
  private ZfsStorage there;
  private ZfsStorage cramped;

  /** Makes a pool in a sparse file. */
  abstract void createPool(String pool, int megabytes) throws IOException;

  abstract String pool();

  abstract String smallPool();

  abstract Path mountFolder();

  abstract Path root();

  abstract List<String> prefix();

  final void openBoth() throws IOException, StorageFault {
    createPool(pool(), MEGABYTES);
    here = storage(pool(), "here", Deadlines.DEFAULT);
    there = storage(pool(), "there", Deadlines.DEFAULT);
    here.open();
    there.open();
  }

  final boolean hasSmallPool() {
    return cramped != null;
  }

  final ZfsStorage storage(String pool, String parent, Deadlines deadlines) {
    Path base = mountFolder().resolve(pool).resolve(parent);
    ZfsSettings settings =
        new ZfsSettings(pool, pool + "/" + parent, base, root(), prefix(), false, deadlines);
    return new ZfsStorage(settings, System::nanoTime);
  }

  @Override
  public final Storage here() {
    return here;
  }

  @Override
  public final Storage there() {
    return there;
  }

  @Override
  public final Storage hereAgain() throws StorageFault {
    ZfsStorage again = storage(pool(), "here", Deadlines.DEFAULT);
    again.open();
    return again;
  }

  @Override
  public final Storage hereImpatient() {
    Duration half = Duration.ofMillis(500);
    return storage(pool(), "here", new Deadlines(half, half, half, half, half));
  }

  @Override
  public final Storage cramped() throws StorageFault, IOException {
    if (cramped == null) {
      createPool(smallPool(), SMALL_MEGABYTES);
      cramped = storage(smallPool(), "cramped", Deadlines.DEFAULT);
      cramped.open();
    }
    return cramped;
  }

  @Override
  public final void fill(Path mounted) throws IOException {
    Random random = new Random(1);
    byte[] noise = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(mounted.resolve("filler"))) {
      for (int i = 0; i < 4 * SMALL_MEGABYTES; i++) {
        random.nextBytes(noise);
        out.write(noise);
      }
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("No space left")) {
        return;
      }
      throw e;
    }
    throw new IOException("the pool does not get full");
  }

  @Override
  public final boolean kernelMounts() {
    return true;
  }
}
