package flocker.node.authority;

import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityMessage.BarrierAnswer;
import flocker.protocol.authority.AuthorityMessage.Nudge;
import flocker.protocol.authority.AuthorityMessage.OfferRecord;
import flocker.protocol.authority.AuthorityMessage.PreVoteAnswer;
import flocker.protocol.authority.AuthorityMessage.PreVoteRequest;
import flocker.protocol.authority.AuthorityMessage.RecordAnswer;
import flocker.protocol.authority.AuthorityMessage.RecordBarrier;
import flocker.protocol.authority.AuthorityMessage.Refusal;
import flocker.protocol.authority.AuthorityMessage.Renew;
import flocker.protocol.authority.AuthorityMessage.RenewAnswer;
import flocker.protocol.authority.AuthorityMessage.VoteAnswer;
import flocker.protocol.authority.AuthorityMessage.VoteRequest;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.util.Optional;

/**
 * What this host answers to candidates and masters, itself included.
 *
 * <p>A vote is granted in two steps. First everything is checked that can be without touching a
 * stream; then incoming streams are ended, because what they would still bring belongs to an older
 * epoch; then everything is checked again with the position that is final now. A pre-vote ends
 * nothing: a host on the wrong side of a cut would stop other hosts' full streams every few
 * seconds.
 */
final class Voter {
  private record Pending(HostId from, VoteRequest request, long since) {}

  /** The end of this host's own vote for itself. */
  record OwnVote(Refusal refusal, Position position) {}

  private final Ledger ledger;
  private final Conditions conditions;
  private final LeaseMemory memory;
  private Optional<Pending> pending = Optional.empty();
  private Optional<HostId> wantedBy = Optional.empty();
  private long wantedAt;
  private long refusals;

  Voter(Ledger ledger, Conditions conditions, LeaseMemory memory) {
    this.ledger = ledger;
    this.conditions = conditions;
    this.memory = memory;
  }

  /** Votes and renewals refused since start. */
  long refusals() {
    return refusals;
  }

  /** Who was refused only because this host's container is not proven dead. */
  Optional<HostId> wantedBy() {
    return wantedBy;
  }

  /** Why this host may not stand for election; empty if it may. */
  Optional<String> obstacle() {
    if (!ledger.isVoter(ledger.self())) {
      return Optional.of("this host is no voter");
    } else if (!conditions.positionKnown()) {
      return Optional.of("this host has not read its own copy yet");
    } else if (!conditions.fit()) {
      return Optional.of("this host could not serve");
    }
    return Optional.empty();
  }

  /** Why {@code from} would not get this host's vote now; {@link Refusal#NONE} if it would. */
  Refusal judge(HostId from, Epoch epoch, Position position, RecordVersion known, boolean forced) {
    if (known.compareTo(ledger.record().version()) < 0) {
      return Refusal.RECORD;
    }
    boolean stranger = !ledger.isVoter(from) && known.compareTo(ledger.record().version()) == 0;
    if (!ledger.isVoter(ledger.self()) || stranger) {
      return Refusal.NOT_A_VOTER;
    }
    // Strictly greater, also for the host that was promised: it may have lost what it did with it.
    if (epoch.compareTo(ledger.promised()) <= 0 || memory.isReleased(epoch)) {
      return Refusal.EPOCH;
    }
    if (memory.isQuiet() || !(forced || conditions.positionKnown())) {
      return Refusal.RESTARTED;
    }
    boolean own = from.equals(ledger.self());
    if (!own && conditions.containerMayRun()) {
      wantedBy = Optional.of(from);
      wantedAt = ledger.now();
      return Refusal.OWN_CONTAINER;
    }
    if (memory.blocks(from) || aboutToVoteForAnother(from)) {
      return Refusal.LEASE;
    }
    if (forced) {
      return Refusal.NONE;
    }
    if (!position.atLeast(conditions.position())) {
      return Refusal.FRESHER;
    }
    return position.atLeast(ledger.durable().barrier()) ? Refusal.NONE : Refusal.BARRIER;
  }

  private Refusal judge(HostId from, VoteRequest request, Position position) {
    return judge(from, request.epoch(), position, request.record(), request.forced());
  }

  /** One vote at a time: while streams end for one candidate, the others come too early. */
  private boolean aboutToVoteForAnother(HostId candidate) {
    long longest = 2 * ledger.leaseNanos();
    return pending
        .filter(p -> !p.from.equals(candidate) && ledger.now() - p.since < longest)
        .isPresent();
  }

  /** Returns true if the answer was yes. */
  boolean preVote(HostId from, PreVoteRequest request) {
    if (!sane(request.leaseMillis())) {
      return false;
    }
    Refusal refusal =
        judge(from, request.epoch(), request.position(), request.record(), request.forced());
    count(refusal);
    ledger.send(
        from,
        new PreVoteAnswer(
            request.epoch(),
            request.candidacy(),
            refusal,
            ledger.promised(),
            conditions.position(),
            couldServe(),
            newerThan(request.record())));
    return refusal == Refusal.NONE;
  }

  /** Of another host; the own one comes by {@link #ownVote}. */
  void vote(HostId from, VoteRequest request) {
    if (!sane(request.leaseMillis())) {
      return;
    }
    Refusal refusal = judge(from, request, request.position());
    if (refusal != Refusal.NONE) {
      answer(from, request, refusal);
    } else if (!ledger.setup().hasCopy()) {
      grant(from, request);
    } else {
      pending = Optional.of(new Pending(from, request, ledger.now()));
      ledger.emit(new Effect.EndStreams(request.epoch()));
    }
  }

  /** The vote of this host for itself; the result comes now or from {@link #streamsEnded}. */
  Optional<OwnVote> ownVote(VoteRequest request) {
    Refusal refusal = judge(ledger.self(), request, request.position());
    if (refusal != Refusal.NONE) {
      return Optional.of(new OwnVote(refusal, conditions.position()));
    }
    if (ledger.setup().hasCopy()) {
      pending = Optional.of(new Pending(ledger.self(), request, ledger.now()));
      ledger.emit(new Effect.EndStreams(request.epoch()));
      return Optional.empty();
    }
    promise(ledger.self(), request);
    return Optional.of(new OwnVote(Refusal.NONE, conditions.position()));
  }

  /** Everything is looked at again: time has passed, and the position may have grown. */
  Optional<OwnVote> streamsEnded(Input.StreamsEnded ended) {
    conditions.positionIs(ended.position());
    if (pending.isEmpty() || !pending.get().request.epoch().equals(ended.epoch())) {
      return Optional.empty();
    }
    Pending asked = pending.get();
    pending = Optional.empty();
    VoteRequest request = asked.request;
    boolean own = asked.from.equals(ledger.self());
    Position position = own ? conditions.position() : request.position();
    Refusal refusal = judge(asked.from, request, position);
    if (own) {
      if (refusal == Refusal.NONE) {
        promise(asked.from, request);
      }
      return Optional.of(new OwnVote(refusal, position));
    }
    if (refusal == Refusal.NONE) {
      grant(asked.from, request);
    } else {
      answer(asked.from, request, refusal);
    }
    return Optional.empty();
  }

  private void grant(HostId to, VoteRequest request) {
    promise(to, request);
    answer(to, request, Refusal.NONE);
  }

  /** A yes is also an acknowledgement: the winner's lease begins with its request. */
  private void promise(HostId to, VoteRequest request) {
    keepPromise(request.epoch(), to);
    memory.acknowledge(to, request.epoch(), request.leaseMillis());
  }

  private void keepPromise(Epoch epoch, HostId to) {
    ledger.persist(new AuthorityEvent.Promised(epoch, to));
    ledger.emit(new Effect.PromiseMade(epoch, to));
  }

  private void answer(HostId to, VoteRequest request, Refusal refusal) {
    count(refusal);
    ledger.send(
        to,
        new VoteAnswer(
            request.epoch(),
            request.candidacy(),
            refusal,
            ledger.promised(),
            conditions.position(),
            couldServe(),
            newerThan(request.record())));
  }

  private void count(Refusal refusal) {
    if (refusal != Refusal.NONE) {
      refusals++;
    }
  }

  private Optional<AuthorityRecord> newerThan(RecordVersion known) {
    return known.compareTo(ledger.record().version()) < 0
        ? Optional.of(ledger.record())
        : Optional.empty();
  }

  private boolean couldServe() {
    return conditions.couldServe() && ledger.isVoter(ledger.self());
  }

  private static boolean sane(long leaseMillis) {
    return leaseMillis > 0 && leaseMillis <= LeaseMemory.LONGEST_MILLIS;
  }

  /**
   * Acknowledged at once for the promised or a newer epoch, also after a restart and with the own
   * container alive: promises are on disk, and refusing would kill a healthy master whenever one
   * voter is down and another restarts. Returns true if it was.
   */
  boolean renew(HostId from, Renew renewal) {
    if (!sane(renewal.leaseMillis()) || memory.isReleased(renewal.epoch())) {
      return false;
    }
    int order = renewal.epoch().compareTo(ledger.promised());
    boolean stranger = order == 0 && !ledger.durable().promisedTo().equals(Optional.of(from));
    boolean yes = order >= 0 && !stranger;
    if (yes) {
      if (order > 0) {
        keepPromise(renewal.epoch(), from);
      }
      memory.acknowledge(from, renewal.epoch(), renewal.leaseMillis());
      wantedBy = Optional.empty();
    } else {
      refusals++;
    }
    ledger.send(
        from,
        new RenewAnswer(
            renewal.epoch(),
            renewal.renewal(),
            yes,
            ledger.promised(),
            ledger.record().version(),
            conditions.position(),
            couldServe()));
    if (yes && !from.equals(ledger.self())) {
      ledger.emit(new Effect.MasterHeard(renewal.epoch(), from));
    }
    return yes;
  }

  /** {@code from} will never renew, write or start under this epoch again. */
  void release(HostId from, Epoch epoch) {
    memory.release(from, epoch);
    pending = pending.filter(p -> !p.from.equals(from) || p.request.epoch().compareTo(epoch) > 0);
  }

  /** Refused if the epoch is older than the promise: its successor may lack the position. */
  void recordBarrier(HostId from, RecordBarrier request) {
    boolean yes = adopt(from, request.epoch());
    if (yes && request.position().compareTo(ledger.durable().barrier()) > 0) {
      ledger.persist(new AuthorityEvent.BarrierKept(request.position()));
    }
    ledger.send(
        from, new BarrierAnswer(request.epoch(), request.barrier(), yes, ledger.promised()));
  }

  /** The record counts only together with the promise and the newest barrier of its master. */
  void offered(HostId from, OfferRecord offer) {
    if (adopt(from, offer.epoch())) {
      if (offer.barrier().compareTo(ledger.durable().barrier()) > 0) {
        ledger.persist(new AuthorityEvent.BarrierKept(offer.barrier()));
      }
      learn(offer.record());
    }
    ledger.send(
        from, new RecordAnswer(offer.epoch(), ledger.record().version(), ledger.promised()));
  }

  private boolean adopt(HostId from, Epoch epoch) {
    int order = epoch.compareTo(ledger.promised());
    if (order > 0) {
      keepPromise(epoch, from);
    }
    return order > 0 || (order == 0 && ledger.durable().promisedTo().equals(Optional.of(from)));
  }

  /** Keeps a newer record. A host that becomes a voter by it grants nothing for one lease. */
  boolean learn(AuthorityRecord record) {
    if (record.version().compareTo(ledger.record().version()) <= 0) {
      return false;
    }
    boolean before = ledger.isVoter(ledger.self());
    ledger.persist(new AuthorityEvent.RecordKept(record));
    ledger.emit(new Effect.RecordChanged(record));
    if (!before && ledger.isVoter(ledger.self())) {
      memory.quiet();
    }
    return true;
  }

  /** Tells the host that wanted the vote, once nothing stands in its way any more. */
  void couldVote() {
    if (conditions.containerMayRun() || !conditions.positionKnown()) {
      return;
    }
    boolean recent = ledger.now() - wantedAt < 2 * ledger.leaseNanos();
    if (recent) {
      wantedBy.ifPresent(host -> ledger.send(host, new Nudge(ledger.promised())));
    }
    wantedBy = Optional.empty();
  }
}
