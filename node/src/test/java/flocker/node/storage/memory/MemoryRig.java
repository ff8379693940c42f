package flocker.node.storage.memory;

import flocker.node.storage.Storage;
import flocker.node.storage.StorageRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The contract's storage in memory. */
public final class MemoryRig implements StorageRig {
  private static final int SMALL = 4 << 20;

  private final InMemoryStorage here = new InMemoryStorage(1);
  private final InMemoryStorage there = new InMemoryStorage(2);
  private final InMemoryStorage cramped = new InMemoryStorage(3, SMALL);

  @Override
  public Storage here() {
    return here;
  }

  @Override
  public Storage there() {
    return there;
  }

  @Override
  public Storage hereAgain() {
    return here;
  }

  @Override
  public Storage hereImpatient() {
    return here;
  }

  @Override
  public Storage cramped() {
    return cramped;
  }

  @Override
  public int crampedBytes() {
    return SMALL;
  }

  @Override
  public void fill(Path mounted) throws IOException {
    Files.write(mounted.resolve("filler"), new byte[SMALL]);
  }

  @Override
  public boolean kernelMounts() {
    return false;
  }

  @Override
  public boolean breakable() {
    return true;
  }

  @Override
  public void kill() {
    here.kill();
    there.kill();
  }

  @Override
  public void revive() {
    become(Faults.Condition.WELL);
  }

  @Override
  public void reviveWithoutPools() {
    become(Faults.Condition.DEAD);
  }

  @Override
  public void awaitQuiet() {
    // Nothing goes on behind a caller's back.
  }

  @Override
  public void freeze() {
    become(Faults.Condition.FROZEN);
  }

  @Override
  public void thaw() {
    become(Faults.Condition.WELL);
  }

  private void become(Faults.Condition condition) {
    here.faults().become(condition);
    there.faults().become(condition);
  }

  @Override
  public void close() {
    here.close();
    there.close();
    cramped.close();
  }
}
