package flocker.node.replication;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.Position;
import flocker.protocol.id.SystemId;
import flocker.protocol.replication.Refusal;
import flocker.protocol.replication.StreamId;
import java.util.Optional;

/**
 * Which conversations a receiver enters into. Pure.
 *
 * @param system whose copy it is
 * @param floor the newest epoch promised or seen
 * @param position of the copy: its epoch counts like a promise
 * @param state of the receiver
 * @param running the stream that runs
 */
record Admission(
    SystemId system, Epoch floor, Position position, State state, Optional<StreamId> running) {
  enum State {
    SLAVE,
    /** This host is the master. */
    OCCUPIED,
    /** Storage has not said yet what the copy is. */
    UNSETTLED
  }

  /** The oldest epoch that is served. The epoch is looked at before anything else. */
  Epoch oldest() {
    return floor.compareTo(position.epoch()) >= 0 ? floor : position.epoch();
  }

  Optional<Refusal> refuse(StreamId stream) {
    if (stream.epoch().compareTo(oldest()) < 0) {
      return Optional.of(Refusal.OLDER_EPOCH);
    }
    if (!stream.system().equals(system)) {
      return Optional.of(Refusal.WRONG_SYSTEM);
    }
    return switch (state) {
      case OCCUPIED -> Optional.of(Refusal.MASTER_HERE);
      case UNSETTLED -> Optional.of(Refusal.NOT_READY);
      case SLAVE ->
          running.filter(other -> isBehind(stream, other)).map(other -> Refusal.UNKNOWN_STREAM);
    };
  }

  /** Whether {@code stream} is an earlier one of the same mastership, repeated. */
  private static boolean isBehind(StreamId stream, StreamId running) {
    return running.epoch().equals(stream.epoch())
        && running.master().equals(stream.master())
        && stream.number() < running.number();
  }
}
