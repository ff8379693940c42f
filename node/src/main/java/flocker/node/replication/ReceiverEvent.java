package flocker.node.replication;

import flocker.node.storage.Dataset;
import flocker.protocol.id.Position;
import flocker.protocol.replication.ReplicationMessage;
import flocker.protocol.replication.ReplicationMessage.FromSlave;
import java.util.Locale;
import java.util.Optional;

/** What a receiver tells its own host. */
public sealed interface ReceiverEvent {
  /** The position of the copy; also after the start and after Vacate, when it is settled. */
  record PositionChanged(Position position) implements ReceiverEvent {}

  /**
   * A message of a master was refused, or a stream given up.
   *
   * @param why a word of {@link flocker.protocol.replication.Refusal} or {@link
   *     flocker.protocol.replication.Failure}, as it is written everywhere
   */
  record Refused(String why) implements ReceiverEvent {
    /** If that is what the sender is answered. */
    static Optional<Refused> said(FromSlave answer) {
      if (answer instanceof ReplicationMessage.Failed failed) {
        return Optional.of(of(failed.why()));
      }
      return answer instanceof ReplicationMessage.Refused refused
          ? Optional.of(of(refused.why()))
          : Optional.empty();
    }

    static Refused of(Enum<?> why) {
      return new Refused(why.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
  }

  /** What this host had and the master's history lacks is kept in {@code stash}. */
  record StashMade(Dataset stash) implements ReceiverEvent {}
}
