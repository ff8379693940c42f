package flocker.node.authority;

import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * One authority as its host sees it at one moment; for status and metrics only.
 *
 * @param epoch the held epoch of a master, the promised one of everybody else
 * @param leaseHolder whose lease lasts: this host's own knowledge if it is master, else what its
 *     voter has acknowledged
 * @param leaseRemainingMillis 0 if no lease is known to last
 * @param promised newest epoch promised
 * @param promisedTo whom it was promised
 * @param barrier newest barrier kept
 * @param record version of the record kept
 * @param voters its voter set
 * @param recordChanging a change of the record is not yet kept by a majority
 * @param barriersUnderWay barriers sent and not yet recorded by a majority
 * @param refusals how many votes and renewals this voter has refused since it started
 * @param voteWantedBy who was refused only because this host's container is not proven dead
 * @param hosts what the other hosts last said
 */
public record AuthorityView(
    Role role,
    Epoch epoch,
    Optional<HostId> leaseHolder,
    long leaseRemainingMillis,
    Epoch promised,
    Optional<HostId> promisedTo,
    Position barrier,
    RecordVersion record,
    SortedSet<HostId> voters,
    boolean recordChanging,
    int barriersUnderWay,
    long refusals,
    Optional<HostId> voteWantedBy,
    SortedMap<HostId, HostView> hosts) {

  /** What this host is in the authority. */
  public enum Role {
    /** Neither of the others. */
    FOLLOWER,
    /** Asks for votes, or asks whether it would get them. */
    CANDIDATE,
    /** Holds an epoch, with or without a lease. */
    MASTER
  }

  public AuthorityView {
    hosts = Collections.unmodifiableSortedMap(new TreeMap<>(hosts));
  }
}
