package flocker.protocol.authority;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import flocker.protocol.WireMessage;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;

/** What one host writes to its journal about one authority, fsynced before anybody is told. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
  @JsonSubTypes.Type(value = AuthorityEvent.Promised.class, name = "promised"),
  @JsonSubTypes.Type(value = AuthorityEvent.Asked.class, name = "asked"),
  @JsonSubTypes.Type(value = AuthorityEvent.Won.class, name = "won"),
  @JsonSubTypes.Type(value = AuthorityEvent.Released.class, name = "released"),
  @JsonSubTypes.Type(value = AuthorityEvent.BarrierKept.class, name = "barrier-kept"),
  @JsonSubTypes.Type(value = AuthorityEvent.LeaseLengthened.class, name = "lease-lengthened"),
  @JsonSubTypes.Type(value = AuthorityEvent.RecordKept.class, name = "record-kept"),
})
public sealed interface AuthorityEvent extends WireMessage {
  /** No older epoch will be voted for or listened to. */
  record Promised(Epoch epoch, HostId to) implements AuthorityEvent {}

  /** This host asks for the epoch now, and never again. */
  record Asked(Epoch epoch) implements AuthorityEvent {}

  /** A majority granted the epoch to this host. */
  record Won(Epoch epoch) implements AuthorityEvent {}

  /** This host gave up the epoch for ever. */
  record Released(Epoch epoch, HostId target) implements AuthorityEvent {}

  /** No candidate behind this position gets a vote. */
  record BarrierKept(Position position) implements AuthorityEvent {}

  /**
   * The longest lease that may still be running. Longer before the first acknowledgement of a
   * longer one; shorter again once all longer ones have run out.
   */
  record LeaseLengthened(long leaseMillis) implements AuthorityEvent {}

  /** The newest record. */
  record RecordKept(AuthorityRecord record) implements AuthorityEvent {}
}
