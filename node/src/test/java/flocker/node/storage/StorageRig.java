package flocker.node.storage;

import java.io.IOException;
import java.nio.file.Path;

/** What the contract suite needs of a storage under test: two hosts of it, and means to hurt it. */
public interface StorageRig extends AutoCloseable {
  /** One host's storage, opened. */
  Storage here() throws StorageFault;

  /** Another host's, with datasets of its own. */
  Storage there() throws StorageFault;

  /** The same datasets as {@link #here}, through a driver object that has just been made. */
  Storage hereAgain() throws StorageFault;

  /** The same datasets as {@link #here}, through a driver whose deadlines end within a second. */
  Storage hereImpatient() throws StorageFault;

  /** A host with room for a few megabytes only. */
  Storage cramped() throws StorageFault, IOException;

  /** Writes until the pool of {@link #cramped} is full. */
  void fill(Path mounted) throws IOException;

  /** False if mounts are plain folders, which neither notice open files nor refuse writes. */
  boolean kernelMounts();

  /** False if the storage cannot be killed and frozen here (a kernel module). */
  boolean breakable();

  /** kill -9 of whatever serves storage; what was not fsynced may be lost. */
  void kill() throws IOException;

  /** Starts it again with its pools. */
  void revive() throws IOException;

  /** Starts it again, but none of its pools. */
  void reviveWithoutPools() throws IOException;

  /** Returns when what was abandoned while storage was frozen has ended. */
  void awaitQuiet();

  /** Nothing answers, until {@link #thaw}. */
  void freeze() throws IOException;

  void thaw() throws IOException;

  @Override
  void close();
}
