package flocker.node.replication;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.util.Optional;

/** What a replicator tells the master's supervisor. */
public sealed interface ReplicatorEvent {
  /**
   * How one slave follows.
   *
   * @param state what goes on
   * @param confirmed what is durable there; empty: not known, or not of this history
   * @param behindSinceBootNanos the oldest snapshot that is not confirmed was taken then; empty:
   *     the slave has all that was told
   * @param unsentSinceBootNanos likewise, of those that are not in the stream under way either
   * @param progress of the stream that runs
   * @param detail for people: why it rests, what has diverged
   */
  record ReplicaStatus(
      HostId slave,
      State state,
      Optional<Position> confirmed,
      Optional<Long> behindSinceBootNanos,
      Optional<Long> unsentSinceBootNanos,
      Optional<StreamProgress> progress,
      String detail)
      implements ReplicatorEvent {}

  /**
   * The slave has promised {@code epoch}, newer than ours, to another host. Nothing is sent now.
   */
  record NewerEpochSeen(HostId slave, Epoch epoch) implements ReplicatorEvent {}

  /** What a replicator does. */
  enum State {
    /** There is no snapshot yet. */
    WAITING,
    /** The slave is asked what it has. */
    ASKING,
    /** A stream that continues the slave's copy, or makes its first, is under way. */
    STREAMING,
    /** A stream beside the slave's copy, which becomes a stash, is under way. */
    REPLACING,
    /** The slave has all. */
    UP_TO_DATE,
    /** After a failure or silence, until the next attempt. */
    RESTING,
    /** Ended for ever by a newer epoch. */
    DEPOSED
  }
}
