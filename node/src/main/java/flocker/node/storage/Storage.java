package flocker.node.storage;

import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One host's storage. Datasets are unmounted and read-only unless said otherwise; only the master's
 * own copy is ever writable. Every call blocks and may throw {@link StorageFault}; every call is
 * bounded by the driver's deadline.
 */
public interface Storage {
  /** What it can do; makes the parent datasets if they are missing. */
  Capabilities open() throws StorageFault;

  /** Health and space of the pool. */
  PoolState pool() throws StorageFault;

  /** The block devices or files that the pool lies on; empty where that is not known. */
  List<Path> devices() throws StorageFault;

  /** Where a mount of {@code dataset} shows; never blocks, and never throws. */
  MountPlace mountPlace(Dataset dataset);

  /** All filesystems directly or indirectly below Flocker's parent, in the order of their paths. */
  List<Dataset> datasets() throws StorageFault;

  /** True if the dataset exists. */
  boolean exists(Dataset dataset) throws StorageFault;

  /**
   * Makes an empty, unmounted, writable filesystem (and parents such as {@code stash}). EXISTS if
   * the name is taken.
   */
  void create(Dataset dataset) throws StorageFault;

  /**
   * Destroys a filesystem with its snapshots; HAS_DEPENDENTS if clones of them exist. Retries BUSY.
   */
  void destroy(Dataset dataset) throws StorageFault;

  /** Renames; {@code to} must not exist. Unmounts first. */
  void rename(Dataset from, Dataset to) throws StorageFault;

  /**
   * Snapshots, oldest first. The driver may cache, and must see what other calls of this object
   * did.
   */
  List<Snapshot> snapshots(Dataset dataset) throws StorageFault;

  /** The newest snapshot that has a position, without listing all where that can be avoided. */
  Optional<Snapshot> newest(Dataset dataset) throws StorageFault;

  /** The position of {@link #newest}; {@link Position#NONE} if there is none. */
  default Position position(Dataset dataset) throws StorageFault {
    return newest(dataset).flatMap(Snapshot::position).orElse(Position.NONE);
  }

  /** Takes a snapshot; durable when this returns. EXISTS if the name is taken. */
  Snapshot snapshot(Dataset dataset, SnapshotName name) throws StorageFault;

  /**
   * Takes a snapshot and reads what it adds to {@code base}, the newest one before it. A fault says
   * that the snapshot was not taken, or is not known to be; where only the reading fails, it counts
   * as written.
   */
  TakenSnapshot snapshotAfter(Dataset dataset, SnapshotName base, SnapshotName name)
      throws StorageFault;

  /** Destroys one snapshot; HAS_DEPENDENTS if a clone depends on it. */
  void destroySnapshot(Dataset dataset, SnapshotName name) throws StorageFault;

  /** True if nothing was written between two snapshots of one dataset (exact). */
  boolean unchanged(Dataset dataset, SnapshotName older, SnapshotName newer) throws StorageFault;

  /** Begins to send {@code to}, in full or from {@code base}. */
  SendStream send(Dataset dataset, Optional<SnapshotName> base, SnapshotName to)
      throws StorageFault;

  /**
   * Begins to receive: a full stream makes {@code dataset} (which must not exist), an incremental
   * one extends it (which must exist, and is never rolled back for it). The copy stays unmounted
   * and read-only.
   */
  ReceiveStream receive(Dataset dataset, boolean incremental) throws StorageFault;

  /**
   * Mounts at the driver's place for this dataset (replaying its log) and returns where. No-op if
   * mounted.
   */
  Path mount(Dataset dataset) throws StorageFault;

  /** Unmounts; no-op if not mounted. Retries BUSY. */
  void unmount(Dataset dataset) throws StorageFault;

  /** Whether writes are refused; persisted with the dataset. */
  boolean readOnly(Dataset dataset) throws StorageFault;

  void setReadOnly(Dataset dataset, boolean readOnly) throws StorageFault;

  /**
   * A user property, for people and recovery only (e.g. the epoch); keys without the {@code
   * flocker:} prefix.
   */
  Optional<String> property(Dataset dataset, String key) throws StorageFault;

  void setProperty(Dataset dataset, String key, String value) throws StorageFault;

  /** Makes {@code clone} from a snapshot: unmounted, writable. */
  void cloneFrom(Dataset dataset, SnapshotName snapshot, Dataset clone) throws StorageFault;

  /**
   * Turns the parent relation of a clone round; its origin's snapshots up to the clone point move
   * to it.
   */
  void promote(Dataset clone) throws StorageFault;

  /** The dataset and snapshot a clone was made from, if it is one. */
  Optional<Origin> origin(Dataset dataset) throws StorageFault;

  /** Every clone below Flocker's parent and where it comes from. */
  Map<Dataset, Origin> origins() throws StorageFault;

  /**
   * Bytes that each of these snapshots holds for itself alone: what destroying just that one would
   * give back. May lag behind by seconds. NOT_FOUND if one of them does not exist.
   */
  Map<SnapshotName, Long> held(Dataset dataset, List<SnapshotName> snapshots) throws StorageFault;

  /** Bytes that the dataset with its snapshots holds, without what it shares with its origin. */
  long used(Dataset dataset) throws StorageFault;

  /** Where a clone comes from. */
  record Origin(Dataset dataset, SnapshotName snapshot) {}

  /** Bytes of the send stream, estimated or exact; empty where this storage cannot tell. */
  Optional<Long> estimateSend(Dataset dataset, Optional<SnapshotName> base, SnapshotName to)
      throws StorageFault;

  /** Writes, fsyncs and reads back a small file in a dataset of its own; throws if that fails. */
  void canary() throws StorageFault;
}
