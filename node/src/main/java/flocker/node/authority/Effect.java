package flocker.node.authority;

import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityMessage;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;

/**
 * What an {@link Authority} wants done, in this order. Every {@link Persist} of a step is on disk
 * (fsynced) before any other effect of that step is carried out and before the next input is given.
 */
public sealed interface Effect {
  /** Write to the journal. */
  record Persist(AuthorityEvent event) implements Effect {}

  /** Send, also to this host itself. May be lost. */
  record Send(HostId to, AuthorityMessage message) implements Effect {}

  /**
   * A vote for {@code epoch} is about to be granted: end incoming streams of older epochs, wait
   * until {@code zfs receive} has ended, then answer {@link Input.StreamsEnded}.
   */
  record EndStreams(Epoch epoch) implements Effect {}

  /**
   * No stream of an epoch older than this may be accepted from now on; {@code to} may be this host.
   */
  record PromiseMade(Epoch epoch, HostId to) implements Effect {}

  /** This host is master of {@code epoch} and may begin to take over. */
  record Elected(Epoch epoch) implements Effect {}

  /** {@link Elected} by nobody's order: the master before was silent, or there was none. */
  record TookOver(Epoch epoch) implements Effect {}

  /**
   * A candidacy that was asked for by {@link Input.NewEpochWanted} or {@link Input.StandNow} has
   * ended without a majority.
   */
  record ElectionFailed(String why) implements Effect {}

  /**
   * This host, restarted, finds that it holds {@code epoch} by its journal; without a lease yet.
   */
  record MasterAgain(Epoch epoch) implements Effect {}

  /**
   * The lease of {@code epoch} lasts until {@code endsAt} (margin for clock rates already taken
   * off); the renewal that earned it was sent at {@code sentAt}. Both in nanoseconds of this host's
   * CLOCK_BOOTTIME.
   */
  record LeaseHeld(Epoch epoch, long sentAt, long endsAt) implements Effect {}

  /** The lease has ended; the epoch is still this host's unless somebody else wins. */
  record LeaseLapsed(Epoch epoch) implements Effect {}

  /** The mastership of {@code epoch} has ended for ever, because {@code by} is promised. */
  record Deposed(Epoch epoch, Epoch by) implements Effect {}

  /** The release of {@code epoch} is on disk and on its way; this host is no longer master. */
  record ReleaseDone(Epoch epoch, HostId target) implements Effect {}

  /** {@link Input.ReleaseWanted} is refused; nothing has changed. */
  record ReleaseFailed(String why) implements Effect {}

  /**
   * A renewal of another host, {@code master}, was acknowledged: it is the master as far as this
   * host knows.
   */
  record MasterHeard(Epoch epoch, HostId master) implements Effect {}

  /** A majority has recorded the barrier, and the lease was valid when that was known. */
  record BarrierDone(long barrier, Position position) implements Effect {}

  /** Not known to be recorded. */
  record BarrierFailed(long barrier, String why) implements Effect {}

  /** This host keeps a new record. */
  record RecordChanged(AuthorityRecord record) implements Effect {}

  /** The asked-for change is kept by the majority (or majorities) that it needs. */
  record RecordDone(long request, AuthorityRecord record) implements Effect {}

  /** The change is refused, or not known to be kept. */
  record RecordFailed(long request, String why) implements Effect {}
}
