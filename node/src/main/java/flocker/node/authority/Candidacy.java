package flocker.node.authority;

import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityMessage.Nudge;
import flocker.protocol.authority.AuthorityMessage.PreVoteAnswer;
import flocker.protocol.authority.AuthorityMessage.PreVoteRequest;
import flocker.protocol.authority.AuthorityMessage.Refusal;
import flocker.protocol.authority.AuthorityMessage.Release;
import flocker.protocol.authority.AuthorityMessage.ShowRecord;
import flocker.protocol.authority.AuthorityMessage.VoteAnswer;
import flocker.protocol.authority.AuthorityMessage.VoteRequest;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.util.Optional;
import java.util.Set;

/**
 * How this host stands for election: silence, pre-vote, its own vote, the votes of the others.
 *
 * <p>The pre-vote changes nothing anywhere. The epoch is on disk before it is asked for and never
 * asked for twice. The own vote comes first, because only after its own streams have ended does the
 * candidate know the position that it tells the others. A candidacy that fails is withdrawn, so
 * that its votes block nobody for a lease.
 */
final class Candidacy {
  private enum Phase {
    NONE,
    PRE_VOTE,
    OWN_VOTE,
    VOTE
  }

  private final Ledger ledger;
  private final Conditions conditions;
  private final LeaseMemory memory;
  private final Voter voter;
  private final Tenure tenure;
  private final Timing timing;
  private final Patience patience;
  private Phase phase = Phase.NONE;
  private Ballot ballot;
  // Invariant: whoever is promised more than this ends the candidacy.
  private Epoch promisedAtBegin = Epoch.ZERO;
  private Epoch seen = Epoch.ZERO;
  private boolean coldStart;
  private final Wish wish = new Wish();
  private long collectUntil;
  private long hardUntil;
  private long repeatAt;
  private long sentAt;

  Candidacy(Ledger ledger, Conditions conditions, LeaseMemory memory, Voter voter, Tenure tenure) {
    this.ledger = ledger;
    this.conditions = conditions;
    this.memory = memory;
    this.voter = voter;
    this.tenure = tenure;
    this.timing = new Timing(ledger);
    this.patience = new Patience(ledger, memory, timing);
    this.coldStart = true;
  }

  boolean active() {
    return phase != Phase.NONE;
  }

  /** True from this host's promise to itself until the end of a roll-back's candidacy. */
  boolean replacesOwnEpoch() {
    return wish.newEpoch() && phase == Phase.VOTE;
  }

  /** Somebody is master, or is about to be: the silence begins anew. */
  void masterHeard() {
    coldStart = false;
    conditions.hearsMajorityIs(true);
    patience.silenceBegins();
    if (phase == Phase.PRE_VOTE || phase == Phase.OWN_VOTE) {
      giveUp("another host is master");
    }
  }

  private boolean standing() {
    return phase == Phase.NONE
        && tenure.held().isEmpty()
        && (wish.wanted() || !conditions.paused())
        && voter.obstacle().isEmpty();
  }

  long nextWake() {
    return switch (phase) {
      case NONE -> standing() ? patience.dueAt() : Long.MAX_VALUE;
      case PRE_VOTE ->
          ballot.granted() && ledger.now() < collectUntil
              ? collectUntil
              : Math.min(hardUntil, repeatAt);
      case OWN_VOTE, VOTE -> hardUntil;
    };
  }

  void tick() {
    if (phase == Phase.NONE) {
      if (standing() && ledger.now() >= patience.dueAt()) {
        preVote();
      }
    } else {
      consider();
    }
  }

  /** Without waiting for silence. */
  void standNow() {
    if (tenure.held().isPresent()) {
      ledger.emit(new Effect.ElectionFailed("this host is master already"));
      return;
    }
    Optional<String> obstacle = voter.obstacle();
    if (obstacle.isPresent()) {
      ledger.emit(new Effect.ElectionFailed(obstacle.get()));
      return;
    }
    wish.want();
    if (phase == Phase.NONE) {
      preVote();
    }
  }

  /** By an operator's word, whatever copies and barriers others have. */
  void standForced() {
    wish.force(true);
    standNow();
    wish.force(wish.wanted());
  }

  /** A new epoch for the master that there is, at the position that it has: for a roll-back. */
  void standForNewEpoch() {
    Optional<String> obstacle = voter.obstacle();
    if (tenure.held().isEmpty() || obstacle.isPresent() || active()) {
      ledger.emit(new Effect.ElectionFailed(obstacle.orElse("this host holds no epoch")));
      return;
    }
    tenure.barriers().failAll("a new epoch is asked for");
    wish.wantNewEpoch();
    preVote();
  }

  /** Somebody else thinks that this host should stand. */
  void nudged() {
    if (standing() && ledger.now() >= memory.freeFor(ledger.self())) {
      preVote();
    }
  }

  private void preVote() {
    Ballot asked =
        new Ballot(ledger, ledger.freshId(), ledger.nextEpoch(seen), conditions.position());
    Refusal own =
        voter.judge(ledger.self(), asked.epoch(), asked.position(), asked.record(), wish.forced());
    phase = Phase.PRE_VOTE;
    ballot = asked;
    promisedAtBegin = ledger.promised();
    put(ledger.self(), own, asked.position(), true);
    if (own != Refusal.NONE) {
      fail();
      return;
    }
    collectUntil = ledger.now() + timing.collect(coldStart);
    hardUntil = ledger.now() + patience.stretched(timing.preVoteLimit(coldStart));
    askBeforehand();
    consider();
  }

  /** Changes nothing anywhere, so it may be said again. */
  private void askBeforehand() {
    repeatAt = ledger.now() + timing.preVoteLimit(coldStart);
    PreVoteRequest request = ballot.preVoteRequest(wish.forced());
    toOthers(host -> ledger.send(host, request));
  }

  private void toOthers(java.util.function.Consumer<HostId> each) {
    ledger.record().voters().stream().filter(v -> !v.equals(ledger.self())).forEach(each);
  }

  private void put(HostId from, Refusal refusal, Position position, boolean couldServe) {
    ballot.put(from, new Ballot.Answer(refusal, position, couldServe));
  }

  void preVoteAnswered(HostId from, PreVoteAnswer a) {
    if (phase == Phase.PRE_VOTE && a.candidacy() == ballot.id()) {
      learnFrom(from, a.refusal(), a.promised());
      put(from, a.refusal(), a.position(), a.couldServe());
      counted(a.newer());
    }
  }

  void voteAnswered(HostId from, VoteAnswer a) {
    if (phase == Phase.VOTE && a.candidacy() == ballot.id()) {
      learnFrom(from, a.refusal(), a.promised());
      put(from, a.refusal(), a.position(), a.couldServe());
      if (!ballot.refusals().isEmpty()) {
        // A rival stands, or somebody knows better: the missing ones are not waited for.
        hardUntil = Math.min(hardUntil, ledger.now() + timing.afterRefusal());
      }
      counted(a.newer());
    }
  }

  private void counted(Optional<AuthorityRecord> newer) {
    if (newer.map(voter::learn).orElse(false)) {
      again("a voter showed a newer record");
    } else {
      consider();
    }
  }

  /**
   * Hosts that heard the same last renewal ask at the same moment; each would get a yes to its
   * pre-vote, and they would split the votes. So a host that has just said yes to another lets it
   * go first, as often as it would step back; if both have asked, the one with the older copy or
   * the greater id does.
   */
  void saidYesTo(HostId rival, PreVoteRequest request) {
    boolean may = wish.byItself() && patience.mayStepBack();
    if (phase == Phase.NONE && may && standing()) {
      patience.stepBack();
    } else if (phase == Phase.PRE_VOTE && may) {
      int order = request.position().compareTo(ballot.position());
      if (order > 0 || (order == 0 && rival.compareTo(ledger.self()) < 0)) {
        giveUp("host " + rival + " goes first");
        patience.stepBack();
      }
    }
  }

  private void learnFrom(HostId from, Refusal refusal, Epoch promised) {
    seen = seen.compareTo(promised) >= 0 ? seen : promised;
    if (refusal == Refusal.NOT_A_VOTER && ledger.isVoter(from)) {
      ledger.send(from, new ShowRecord(ledger.promised(), ledger.record()));
    }
  }

  private void consider() {
    long now = ledger.now();
    if (phase == Phase.PRE_VOTE) {
      boolean enough = ballot.granted() && now >= collectUntil;
      if (ballot.complete() || ballot.hopeless() || enough || now >= hardUntil) {
        afterPreVote();
      } else if (now >= repeatAt) {
        askBeforehand();
      }
    } else if (phase == Phase.VOTE && ballot.granted()) {
      win();
    } else if (phase != Phase.NONE && (ballot.hopeless() || now >= hardUntil)) {
      fail();
    }
  }

  private void afterPreVote() {
    conditions.hearsMajorityIs(ballot.heardMajority());
    if (!wish.newEpoch()
        && !wish.forced()
        && ballot.fresher().isPresent()
        && patience.mayStepBack()) {
      fail();
    } else if (ballot.granted()) {
      ask();
    } else {
      fail();
    }
  }

  private void ask() {
    Epoch epoch = ledger.nextEpoch(seen);
    ledger.persist(new AuthorityEvent.Asked(epoch));
    phase = Phase.OWN_VOTE;
    ballot = new Ballot(ledger, ledger.freshId(), epoch, conditions.position());
    hardUntil = ledger.now() + timing.ownVoteLimit();
    voter.ownVote(ballot.voteRequest(wish.forced())).ifPresent(this::ownVoteEnded);
  }

  /** The own streams have ended; with a yes the promise is persisted in this very step. */
  void ownVoteEnded(Voter.OwnVote vote) {
    if (phase != Phase.OWN_VOTE) {
      return;
    }
    put(ledger.self(), vote.refusal(), vote.position(), true);
    if (vote.refusal() != Refusal.NONE) {
      fail();
      return;
    }
    Ballot asked = new Ballot(ledger, ballot.id(), ballot.epoch(), vote.position());
    ballot = asked;
    put(ledger.self(), Refusal.NONE, vote.position(), true);
    phase = Phase.VOTE;
    sentAt = ledger.now();
    hardUntil = ledger.now() + patience.stretched(timing.voteLimit());
    VoteRequest request = ballot.voteRequest(wish.forced());
    toOthers(host -> ledger.send(host, request));
    consider();
  }

  private void win() {
    Epoch epoch = ballot.epoch();
    boolean byItself = wish.byItself();
    phase = Phase.NONE;
    wish.clear();
    coldStart = false;
    patience.silenceBegins();
    tenure.begin(epoch, sentAt, ledger.leaseMillis());
    if (byItself) {
      ledger.emit(new Effect.TookOver(epoch));
    }
  }

  /** No majority, or a fresher host: says so where somebody waits, and chooses the next moment. */
  private void fail() {
    Set<Refusal> refusals = ballot.refusals();
    if (ballot.unheard()) {
      patience.unanswered();
    }
    boolean split = phase == Phase.VOTE && !refusals.isEmpty();
    boolean passing = ballot.passing();
    String why = "epoch " + ballot.epoch() + " got no majority (" + ballot + ")";
    Optional<HostId> fresher =
        wish.newEpoch() || wish.forced() ? Optional.empty() : ballot.fresher();
    if (fresher.isPresent() && patience.mayStepBack()) {
      ledger.send(fresher.get(), new Nudge(ballot.epoch()));
      end("host " + fresher.get() + " has a newer copy and could serve", false);
      patience.stepBack();
    } else {
      end(why, passing || refusals.isEmpty());
      long pause = passing ? timing.soon() : timing.later();
      patience.retryAfter(split ? pause + timing.standJitter() : pause);
    }
  }

  /** Ends a candidacy that something else made pointless. */
  void giveUp(String why) {
    end(why, false);
  }

  /** Ends it and begins anew very soon, with what was learned. */
  void again(String why) {
    end(why, true);
    patience.retryAfter(timing.soon());
  }

  private void end(String why, boolean mayRetry) {
    Phase was = phase;
    phase = Phase.NONE;
    if (was == Phase.VOTE) {
      withdraw();
    }
    if (wish.newEpoch()) {
      wish.newEpochEnded();
      ledger.emit(new Effect.ElectionFailed(why));
      if (was == Phase.VOTE) {
        // Whoever voted refuses the old epoch from now on.
        tenure.end(ballot.epoch());
      }
    } else if (wish.failed(mayRetry)) {
      ledger.emit(new Effect.ElectionFailed(why));
    }
  }

  /**
   * Late answers count for nothing once the candidacy has ended, so this epoch can never be won:
   * whoever voted for it may forget the lease that the vote implied. Not while a container of an
   * older epoch may live on this host, because that lease would be forgotten too.
   */
  private void withdraw() {
    if (!conditions.containerMayRun() && tenure.held().isEmpty()) {
      memory.release(ledger.self(), ballot.epoch());
      Release release = new Release(ballot.epoch(), ledger.self());
      toOthers(host -> ledger.send(host, release));
    }
  }

  /** What happened in this step may have made the candidacy pointless. */
  void settle() {
    if (phase == Phase.NONE) {
      return;
    }
    Epoch expected = phase == Phase.VOTE ? ballot.epoch() : promisedAtBegin;
    boolean own = phase != Phase.VOTE || ledger.promisedToSelf();
    if (!ledger.promised().equals(expected) || !own) {
      giveUp("another host was promised epoch " + ledger.promised());
    } else if (!ledger.record().version().equals(ballot.record())) {
      again("a newer record was learned");
    } else if (voter.obstacle().isPresent()) {
      giveUp(voter.obstacle().get());
    } else if (!conditions.position().atLeast(ballot.position())) {
      again("the copy is older than it was");
    } else if (wish.newEpoch() && phase != Phase.VOTE && tenure.held().isEmpty()) {
      giveUp("the mastership ended");
    }
  }
}
