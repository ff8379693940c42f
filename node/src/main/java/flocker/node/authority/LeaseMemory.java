package flocker.node.authority;

import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.util.Optional;

/**
 * Which lease this voter has acknowledged and until when, by its own clock, it may last.
 *
 * <p>Volatile, but for one number: the longest lease that may still be running. It is on disk
 * before the first acknowledgement of a longer one, because a voter that restarts has forgotten
 * whom it acknowledged and must wait for the longest before it votes; a lease-duration that was
 * lowered, or a long lease before an upgrade, would otherwise be outvoted while it lasts. The
 * number goes down again once every longer lease has run out, so that one upgrade does not slow
 * down all later take-overs.
 *
 * <p>Invariant: no vote for a host other than the holder before {@code until}; no vote at all
 * before {@code quietUntil}.
 */
final class LeaseMemory {
  /** A lease that a message may name; anything else is no message of ours. */
  static final long LONGEST_MILLIS = 600_000;

  private static final long NANOS = 1_000_000L;

  private final Ledger ledger;
  private Optional<HostId> holder = Optional.empty();
  private Epoch epoch = Epoch.ZERO;
  private Epoch released = Epoch.ZERO;
  private long until = Long.MIN_VALUE;
  private long quietUntil = Long.MIN_VALUE;
  private long longestAt;
  private long sinceLongestMillis;

  LeaseMemory(Ledger ledger, boolean restarted) {
    this.ledger = ledger;
    this.longestAt = ledger.now();
    if (restarted) {
      quiet();
    }
  }

  /** Grants nothing for the longest lease that may be running: after a restart, as a new voter. */
  void quiet() {
    long millis = Math.max(ledger.leaseMillis(), ledger.durable().longestLeaseMillis());
    quietUntil = Math.max(quietUntil, ledger.now() + millis * NANOS);
  }

  boolean isQuiet() {
    return ledger.now() < quietUntil;
  }

  /** True if another host's lease may still last. */
  boolean blocks(HostId candidate) {
    return ledger.now() < until && !holder.equals(Optional.of(candidate));
  }

  /** When this voter would vote for {@code candidate}, as far as leases go. */
  long freeFor(HostId candidate) {
    long leaseEnds = holder.equals(Optional.of(candidate)) ? Long.MIN_VALUE : until;
    return Math.max(leaseEnds, quietUntil);
  }

  /** The holder of a lease that may still last, as far as this voter knows. */
  Optional<HostId> holder() {
    return ledger.now() < until ? holder : Optional.empty();
  }

  long until() {
    return until;
  }

  /** A yes to a renewal or a vote. Persists the longer lease, if it is one. */
  void acknowledge(HostId from, Epoch of, long leaseMillis) {
    long now = ledger.now();
    bound(leaseMillis, now);
    long ends = now + leaseMillis * NANOS;
    boolean same = holder.equals(Optional.of(from));
    // A long lease is not shortened by the ordinary one that follows it.
    until = same ? Math.max(until, ends) : ends;
    holder = Optional.of(from);
    epoch = of;
  }

  private void bound(long leaseMillis, long now) {
    long longest = ledger.durable().longestLeaseMillis();
    if (leaseMillis >= longest) {
      if (leaseMillis > longest) {
        ledger.persist(new AuthorityEvent.LeaseLengthened(leaseMillis));
      }
      longestAt = now;
      sinceLongestMillis = 0;
      return;
    }
    sinceLongestMillis = Math.max(sinceLongestMillis, leaseMillis);
    if (now - longestAt >= longest * NANOS) {
      ledger.persist(new AuthorityEvent.LeaseLengthened(sinceLongestMillis));
      longestAt = now;
      sinceLongestMillis = 0;
    }
  }

  /** The holder gave the epoch up for ever; a renewal of it that is still on its way is void. */
  void release(HostId from, Epoch of) {
    released = of;
    if (holder.equals(Optional.of(from)) && epoch.compareTo(of) <= 0) {
      until = Long.MIN_VALUE;
      holder = Optional.empty();
    }
  }

  boolean isReleased(Epoch of) {
    return of.equals(released);
  }
}
