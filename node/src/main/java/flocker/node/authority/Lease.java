package flocker.node.authority;

import flocker.protocol.authority.AuthorityMessage.Renew;
import flocker.protocol.authority.AuthorityMessage.RenewAnswer;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The lease of a master. It ends one lease-duration after the master <em>sent</em> the newest
 * renewal (or vote request) that a majority acknowledged, less the margin for clock rates. Counted
 * from the answer instead it would outlive the voters' memory by the time of the way there.
 *
 * <p>An answer counts for the round it names and for no other, so that one that waited in a queue
 * cannot lengthen anything.
 */
final class Lease {
  private record Round(long sentAt, long leaseMillis, Set<HostId> acknowledged) {}

  private static final int MOST_ROUNDS = 64;

  private final Ledger ledger;
  private final Conditions conditions;
  private final Map<Long, Round> rounds = new LinkedHashMap<>();
  private Epoch epoch = Epoch.ZERO;
  private long nextRound;
  private long nextRenewalAt = Long.MAX_VALUE;
  private long newestSentAt = Long.MIN_VALUE;
  private long endsAt = Long.MIN_VALUE;
  private boolean lasting;
  private long longMillis;

  Lease(Ledger ledger, Conditions conditions) {
    this.ledger = ledger;
    this.conditions = conditions;
  }

  /** A new epoch is held, without any lease yet; the first renewal is due at once. */
  void begin(Epoch of) {
    rounds.clear();
    epoch = of;
    nextRound = ledger.freshId();
    nextRenewalAt = ledger.now();
    newestSentAt = Long.MIN_VALUE;
    endsAt = Long.MIN_VALUE;
    lasting = false;
    longMillis = 0;
  }

  void end() {
    rounds.clear();
    nextRenewalAt = Long.MAX_VALUE;
    lasting = false;
    endsAt = Long.MIN_VALUE;
  }

  boolean valid() {
    return lasting && ledger.now() < endsAt;
  }

  long endsAt() {
    return endsAt;
  }

  /** When this part wants to be looked at again. */
  long nextWake() {
    return Math.min(nextRenewalAt, lasting ? endsAt : Long.MAX_VALUE);
  }

  boolean renewalDue() {
    return ledger.now() >= nextRenewalAt;
  }

  /**
   * One round: to every voter, whose answers count, and to all other hosts, which so learn who is
   * master and which record is the newest.
   */
  void renew() {
    long now = ledger.now();
    nextRenewalAt = nextOnGrid();
    long id = nextRound++;
    long millis = longMillis > 0 ? longMillis : ledger.leaseMillis();
    rounds.values().removeIf(round -> now - round.sentAt > round.leaseMillis * 1_000_000L);
    if (rounds.size() >= MOST_ROUNDS) {
      rounds.remove(rounds.keySet().iterator().next());
    }
    rounds.put(id, new Round(now, millis, new HashSet<>()));
    SortedSet<HostId> all = new TreeSet<>(conditions.hosts());
    all.addAll(ledger.record().voters());
    for (HostId host : all) {
      ledger.send(host, new Renew(epoch, id, millis, ledger.record().version()));
    }
  }

  /** Leaves a round out. */
  void skip() {
    nextRenewalAt = nextOnGrid();
  }

  /**
   * All authorities of a host renew at the same moments, so that what they say to another host goes
   * in one message. Never later than one interval after the last.
   */
  private long nextOnGrid() {
    long interval = ledger.setup().times().renewalInterval().toNanos();
    return (Math.floorDiv(ledger.now(), interval) + 1) * interval;
  }

  /** The next rounds name this duration, until one of them is acknowledged. */
  void lengthen(long millis) {
    longMillis = millis;
    renew();
  }

  /** Returns true if this answer completed a round and the lease is valid now. */
  boolean acknowledged(HostId from, RenewAnswer answer) {
    Round round = rounds.get(answer.renewal());
    if (round == null || !ledger.isVoter(from)) {
      return false;
    }
    round.acknowledged.add(from);
    long count = round.acknowledged.stream().filter(ledger::isVoter).count();
    if (count < ledger.record().majority()) {
      return false;
    }
    if (round.leaseMillis == longMillis) {
      longMillis = 0;
    }
    return held(round.sentAt, round.leaseMillis);
  }

  /** A majority has acknowledged what was sent at {@code sentAt}. */
  boolean held(long sentAt, long leaseMillis) {
    long ends = sentAt + ledger.setup().times().trustedNanos(leaseMillis);
    if (sentAt > newestSentAt && Math.max(endsAt, ends) > ledger.now()) {
      newestSentAt = sentAt;
      endsAt = Math.max(endsAt, ends);
      lasting = true;
      ledger.emit(new Effect.LeaseHeld(epoch, sentAt, endsAt));
    }
    return valid();
  }

  /** Tells once that the lease has ended. The epoch may be renewed all the same. */
  void lapseIfDue() {
    if (lasting && ledger.now() >= endsAt) {
      lasting = false;
      ledger.emit(new Effect.LeaseLapsed(epoch));
    }
  }
}
