package flocker.node.authority;

import flocker.protocol.authority.AuthorityMessage;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.util.SortedSet;

/**
 * What an {@link Authority} is told. Times are nanoseconds of the host's CLOCK_BOOTTIME and come
 * beside it.
 */
public sealed interface Input {
  /** A message of another host, or of this one to itself. */
  record Received(HostId from, AuthorityMessage message) implements Input {}

  /**
   * The time that {@link Authority#nextWake()} named has come, or is near; harmless at any other.
   */
  record Tick() implements Input {}

  /**
   * The newest snapshot of the local copy, after it is durable. {@link Position#NONE} for a host
   * without copy.
   */
  record PositionChanged(Position position) implements Input {}

  /**
   * The copy may hold more than its newest snapshot: no vote, no candidacy, until a {@link
   * PositionChanged} tells where it stands now.
   */
  record PositionInDoubt() implements Input {}

  /**
   * Whether this host could serve if it won (storage fit, copy readable, not drained, not paused).
   * Before the first of these nothing is stood for.
   */
  record FitnessChanged(boolean fit) implements Input {}

  /** All hosts of the cluster, voters or not, this one included: they too hear the master. */
  record HostsChanged(SortedSet<HostId> hosts) implements Input {}

  /** Whether this host's container of this system may be alive. True until it is proven dead. */
  record ContainerChanged(boolean mayRun) implements Input {}

  /**
   * Answer to {@link Effect.EndStreams}: all older streams have ended; {@code position} is final.
   */
  record StreamsEnded(Epoch epoch, Position position) implements Input {}

  /** The take-over is ready: renew now; a lease sent after this moment may start the container. */
  record FreshRenewalWanted() implements Input {}

  /**
   * Stand for election without waiting for silence (first master of a new system; target of a
   * switchover).
   */
  record StandNow() implements Input {}

  /**
   * Stand by an operator's word, also behind another copy or a barrier, and while paused. Never
   * without a majority. Answered by {@link Effect.Elected} or {@link Effect.ElectionFailed}.
   */
  record StandForced() implements Input {}

  /** Whether an operator wants nobody to take over by itself. */
  record Paused(boolean paused) implements Input {}

  /**
   * Ask for a new epoch while being master, with the position as it is (roll-back). Answered by
   * {@link Effect.Elected} or {@link Effect.ElectionFailed}.
   */
  record NewEpochWanted() implements Input {}

  /** Give up the held epoch for ever in favour of {@code target}. The container is proven dead. */
  record ReleaseWanted(HostId target) implements Input {}

  /** Take one long lease (before a planned stop of the node). */
  record LongLeaseWanted(long leaseMillis) implements Input {}

  /**
   * Record a barrier at a majority; the data at {@code position} is already on enough other hosts.
   * Answered by {@link Effect.BarrierDone} or {@link Effect.BarrierFailed}.
   */
  record BarrierWanted(long barrier, Position position) implements Input {}

  /** A switchover or roll-back begins: fail the barriers under way. */
  record BarriersAborted(String why) implements Input {}

  /**
   * Change the record. At most one voter may be added or removed. Answered by {@link
   * Effect.RecordDone} or {@link Effect.RecordFailed}.
   */
  record RecordWanted(long request, SortedSet<HostId> voters, String document) implements Input {}
}
