package flocker.protocol.authority;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.util.Optional;

/**
 * One thing said between two hosts about one authority. See the package for who says what to whom.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
  @JsonSubTypes.Type(value = AuthorityMessage.PreVoteRequest.class, name = "pre-vote-request"),
  @JsonSubTypes.Type(value = AuthorityMessage.PreVoteAnswer.class, name = "pre-vote-answer"),
  @JsonSubTypes.Type(value = AuthorityMessage.VoteRequest.class, name = "vote-request"),
  @JsonSubTypes.Type(value = AuthorityMessage.VoteAnswer.class, name = "vote-answer"),
  @JsonSubTypes.Type(value = AuthorityMessage.Nudge.class, name = "nudge"),
  @JsonSubTypes.Type(value = AuthorityMessage.Renew.class, name = "renew"),
  @JsonSubTypes.Type(value = AuthorityMessage.RenewAnswer.class, name = "renew-answer"),
  @JsonSubTypes.Type(value = AuthorityMessage.Release.class, name = "release"),
  @JsonSubTypes.Type(value = AuthorityMessage.RecordBarrier.class, name = "record-barrier"),
  @JsonSubTypes.Type(value = AuthorityMessage.BarrierAnswer.class, name = "barrier-answer"),
  @JsonSubTypes.Type(value = AuthorityMessage.OfferRecord.class, name = "offer-record"),
  @JsonSubTypes.Type(value = AuthorityMessage.RecordAnswer.class, name = "record-answer"),
  @JsonSubTypes.Type(value = AuthorityMessage.ShowRecord.class, name = "show-record"),
})
public sealed interface AuthorityMessage {
  /** The term that the message is about. */
  Epoch epoch();

  /** Why a voter says no. */
  enum Refusal {
    /** It said yes; nothing is refused. */
    NONE,
    /** The epoch is not greater than the one it has promised. */
    EPOCH,
    /** It has acknowledged another host's lease that may still last. */
    LEASE,
    /** It restarted and does not know yet which lease it acknowledged before. */
    RESTARTED,
    /** Its own container is not proven dead. */
    OWN_CONTAINER,
    /** Its own copy is newer than the candidate's. */
    FRESHER,
    /** The candidate's copy lacks a recorded barrier. */
    BARRIER,
    /** It knows a newer record than the candidate; the answer shows it. */
    RECORD,
    /**
     * It is no voter in the newest record it knows, or its journal is not the one that was let in.
     */
    NOT_A_VOTER
  }

  /**
   * Would you vote for me? Changes nothing anywhere.
   *
   * @param forced an operator wants this candidate although its copy may lack what the voter or a
   *     barrier has
   */
  record PreVoteRequest(
      Epoch epoch,
      long candidacy,
      Position position,
      RecordVersion record,
      long leaseMillis,
      boolean forced)
      implements AuthorityMessage {
    @JsonCreator
    public PreVoteRequest {}

    /** The usual one, not forced. */
    public PreVoteRequest(
        Epoch epoch, long candidacy, Position position, RecordVersion record, long leaseMillis) {
      this(epoch, candidacy, position, record, leaseMillis, false);
    }
  }

  /**
   * @param promised the newest epoch that the voter has promised
   * @param position of the voter's own copy
   * @param couldServe storage fit, not drained, and the voter itself hears a majority
   * @param newer the voter's record, where it is newer than the one the request named
   */
  record PreVoteAnswer(
      Epoch epoch,
      long candidacy,
      Refusal refusal,
      Epoch promised,
      Position position,
      boolean couldServe,
      Optional<AuthorityRecord> newer)
      implements AuthorityMessage {}

  /**
   * Vote for me. A yes is also an acknowledgement of a lease of {@code leaseMillis}. See {@link
   * PreVoteRequest} for the fields.
   */
  record VoteRequest(
      Epoch epoch,
      long candidacy,
      Position position,
      RecordVersion record,
      long leaseMillis,
      boolean forced)
      implements AuthorityMessage {
    @JsonCreator
    public VoteRequest {}

    /** The usual one, not forced. */
    public VoteRequest(
        Epoch epoch, long candidacy, Position position, RecordVersion record, long leaseMillis) {
      this(epoch, candidacy, position, record, leaseMillis, false);
    }
  }

  /** See {@link PreVoteAnswer} for the fields. */
  record VoteAnswer(
      Epoch epoch,
      long candidacy,
      Refusal refusal,
      Epoch promised,
      Position position,
      boolean couldServe,
      Optional<AuthorityRecord> newer)
      implements AuthorityMessage {}

  /** Your copy is fresher than mine: stand for election. */
  record Nudge(Epoch epoch) implements AuthorityMessage {}

  /** I am the master and go on for {@code leaseMillis} from when I sent this. */
  record Renew(Epoch epoch, long renewal, long leaseMillis, RecordVersion record)
      implements AuthorityMessage {}

  /**
   * @param acknowledged false if the voter has promised a newer epoch, named in {@code promised}
   * @param record the version the voter keeps, so that the master knows whom to offer a newer one
   */
  record RenewAnswer(
      Epoch epoch,
      long renewal,
      boolean acknowledged,
      Epoch promised,
      RecordVersion record,
      Position position,
      boolean couldServe)
      implements AuthorityMessage {}

  /** I have given up this epoch for ever, in favour of {@code target}; forget my lease. */
  record Release(Epoch epoch, HostId target) implements AuthorityMessage {}

  /** Never vote for a copy older than {@code position}. */
  record RecordBarrier(Epoch epoch, long barrier, Position position) implements AuthorityMessage {}

  /** {@code recorded} is false if the voter has promised a newer epoch. */
  record BarrierAnswer(Epoch epoch, long barrier, boolean recorded, Epoch promised)
      implements AuthorityMessage {}

  /**
   * Keep this record if it is newer than yours, and with it the newest promise and barrier that I
   * know.
   *
   * @param promised the master's own epoch or newer
   * @param barrier the newest barrier recorded at the master, {@link Position#NONE} if there is
   *     none
   */
  record OfferRecord(Epoch epoch, AuthorityRecord record, Epoch promised, Position barrier)
      implements AuthorityMessage {}

  /** The voter now keeps {@code kept}. */
  record RecordAnswer(Epoch epoch, RecordVersion kept, Epoch promised)
      implements AuthorityMessage {}

  /**
   * You are a voter by this record and do not know it yet. Said by a candidate to one who answered
   * {@link Refusal#NOT_A_VOTER}; nothing is promised by it.
   *
   * @param epoch the newest that the sender has promised
   */
  record ShowRecord(Epoch epoch, AuthorityRecord record) implements AuthorityMessage {}
}
