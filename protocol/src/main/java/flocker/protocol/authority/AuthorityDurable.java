package flocker.protocol.authority;

import flocker.protocol.WireMessage;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.util.Optional;

/**
 * What the journal says about one authority on one host; also the form in which it is written as a
 * snapshot of the journal.
 *
 * @param promised the newest epoch promised, and {@code promisedTo} whom
 * @param asked the newest epoch this host ever asked for
 * @param won the newest epoch this host ever won
 * @param released the newest epoch this host ever gave up
 * @param barrier the newest barrier, {@link Position#NONE} if there is none
 * @param longestLeaseMillis the longest acknowledged lease that may still be running, 0 if none
 * @param record the newest record
 */
public record AuthorityDurable(
    Epoch promised,
    Optional<HostId> promisedTo,
    Epoch asked,
    Epoch won,
    Epoch released,
    Position barrier,
    long longestLeaseMillis,
    AuthorityRecord record)
    implements WireMessage {

  /** Of a journal that has just been made. */
  public static AuthorityDurable initial(AuthorityRecord record) {
    return new AuthorityDurable(
        Epoch.ZERO, Optional.empty(), Epoch.ZERO, Epoch.ZERO, Epoch.ZERO, Position.NONE, 0, record);
  }

  /** This state after {@code event}. Only {@code longestLeaseMillis} may shrink. */
  public AuthorityDurable apply(AuthorityEvent event) {
    if (event instanceof AuthorityEvent.Promised e) {
      return new AuthorityDurable(
          e.epoch(),
          Optional.of(e.to()),
          asked,
          won,
          released,
          barrier,
          longestLeaseMillis,
          record);
    } else if (event instanceof AuthorityEvent.Asked e) {
      return new AuthorityDurable(
          promised, promisedTo, e.epoch(), won, released, barrier, longestLeaseMillis, record);
    } else if (event instanceof AuthorityEvent.Won e) {
      return new AuthorityDurable(
          promised, promisedTo, asked, e.epoch(), released, barrier, longestLeaseMillis, record);
    } else if (event instanceof AuthorityEvent.Released e) {
      return new AuthorityDurable(
          promised, promisedTo, asked, won, e.epoch(), barrier, longestLeaseMillis, record);
    } else if (event instanceof AuthorityEvent.BarrierKept e) {
      return new AuthorityDurable(
          promised, promisedTo, asked, won, released, e.position(), longestLeaseMillis, record);
    } else if (event instanceof AuthorityEvent.LeaseLengthened e) {
      return new AuthorityDurable(
          promised, promisedTo, asked, won, released, barrier, e.leaseMillis(), record);
    } else if (event instanceof AuthorityEvent.RecordKept e) {
      return new AuthorityDurable(
          promised, promisedTo, asked, won, released, barrier, longestLeaseMillis, e.record());
    }
    throw new IllegalStateException("unknown event " + event);
  }
}
