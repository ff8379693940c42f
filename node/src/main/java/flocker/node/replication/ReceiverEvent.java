package flocker.node.replication;

import flocker.node.storage.Dataset;
import flocker.protocol.id.Position;

/** What a receiver tells its own host. */
public sealed interface ReceiverEvent {
  /** The position of the copy; also after the start and after Vacate, when it is settled. */
  record PositionChanged(Position position) implements ReceiverEvent {}

  /** What this host had and the master's history lacks is kept in {@code stash}. */
  record StashMade(Dataset stash) implements ReceiverEvent {}
}
