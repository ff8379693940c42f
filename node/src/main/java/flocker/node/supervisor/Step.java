package flocker.node.supervisor;

/** One thing done at a time by the supervisor. */
public enum Step {
  /** Incoming streams are ended and refused from now on. */
  OCCUPY,
  /** The dataset is made writable and mounted; the epoch is noted as a property. */
  OPEN,
  /** The snapshotter of this epoch takes a snapshot that is kept even if empty. */
  FIRST_SNAPSHOT,
  /** Replicators to all other hosts with storage run. */
  REPLICATE,
  /** Both guards confirm the deadline. */
  ARM,
  /** A lease is held whose renewal was sent after this step began. */
  FRESH_LEASE,
  /** The container's init runs. */
  START,
  /** Published ports lead to the container. */
  PORTS,
  /** New connections are held. */
  HOLD,
  /** Init is asked to end, then everything is killed and proven dead. */
  STOP,
  /** Everything is killed at once and proven dead. */
  KILL,
  /** The guards have ended. */
  DISARM,
  /** A pause before the next launch of a container that ended by itself. */
  BACK_OFF,
  /** A snapshot of what the stopped system left. */
  SNAPSHOT,
  /** No change is looked for any more. */
  STOP_CHANGES,
  /** The dataset is unmounted and read-only. */
  SEAL,
  /** The last snapshot of this epoch. */
  FINAL_SNAPSHOT,
  /** The target has confirmed the last snapshot. */
  CONFIRM,
  /** The release is persisted and sent; no way back. */
  RELEASE,
  /** A majority grants this host its next epoch; its position is still the old version's. */
  NEW_EPOCH,
  /** The wanted version is made beside the live one and becomes live; the old one is a stash. */
  GO_BACK,
  /** Replicators have ended. */
  STOP_REPLICATION,
  /** The snapshotter has ended. */
  STOP_SNAPSHOTS,
  /** Unmounted, what was not yet in a snapshot is in one, read-only. */
  CLOSE,
  /** Incoming streams are welcome again. */
  VACATE
}
