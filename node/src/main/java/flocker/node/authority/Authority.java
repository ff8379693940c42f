package flocker.node.authority;

import flocker.protocol.authority.AuthorityDurable;
import flocker.protocol.authority.AuthorityMessage;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SystemId;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One host's part in deciding who is master of one system: voter, candidate and master in one
 * deterministic state machine. Mutable and single-threaded; it knows no clock, no I/O and no actor.
 *
 * <p>Each step takes an input and a time and answers with effects. Every {@link Effect.Persist} of
 * a step is on disk before anything else of it is done and before the next step, and {@link
 * #durable()} already contains it. Times are nanoseconds of CLOCK_BOOTTIME and never go back.
 *
 * <p>Safety rests on these, each in the class that keeps it: a promise is persisted before it is
 * told and only grows ({@link Voter}); a lease is counted from when it was asked for and forgotten
 * later than it ends ({@link Lease}, {@link LeaseMemory}); a position is recorded only under the
 * promised epoch ({@link Barriers}); voters change one at a time ({@link Records}).
 */
public final class Authority {
  /**
   * @param index of this host, 0 to 255, never reused: the low part of the epochs it asks for
   * @param storage false for a witness
   */
  public record Setup(HostId self, int index, SystemId system, boolean storage, LeaseTimes times) {
    /** Whether there is a dataset and a container to care for. */
    boolean hasCopy() {
      return storage && !system.isCluster();
    }
  }

  private final Ledger ledger;
  private final Conditions conditions;
  private final Peers peers;
  private final LeaseMemory memory;
  private final Voter voter;
  private final Tenure tenure;
  private final Candidacy candidacy;

  /**
   * @param durable what the journal says
   * @param restarted true if the journal existed before: no vote is given until the longest lease
   *     that it may have acknowledged has run out
   */
  public Authority(
      Setup setup,
      AuthorityDurable durable,
      boolean restarted,
      RandomGenerator random,
      long nowNanos) {
    ledger = new Ledger(setup, durable, random, nowNanos);
    conditions = new Conditions(setup);
    peers = new Peers(ledger);
    memory = new LeaseMemory(ledger, restarted);
    voter = new Voter(ledger, conditions, memory);
    tenure = new Tenure(ledger, conditions, memory);
    candidacy = new Candidacy(ledger, conditions, memory, voter, tenure);
  }

  /** Once, before the first input. */
  public List<Effect> start(long now) {
    ledger.begin(now);
    tenure.resume();
    return ledger.take();
  }

  /** One step. */
  public List<Effect> on(Input input, long now) {
    ledger.begin(now);
    tenure.lease().lapseIfDue();
    if (input instanceof Input.Received received) {
      onMessage(received.from(), received.message());
    } else if (input instanceof Input.Tick) {
      tenure.tick();
      candidacy.tick();
    } else if (!onConditions(input)) {
      onWish(input);
    }
    settle();
    return ledger.take();
  }

  /** When it wants an {@link Input.Tick}; {@link Long#MAX_VALUE} for never. */
  public long nextWake() {
    return Math.min(tenure.nextWake(), candidacy.nextWake());
  }

  /** With the events of the last step applied. */
  public AuthorityDurable durable() {
    return ledger.durable();
  }

  private void onMessage(HostId from, AuthorityMessage message) {
    peers.spoke(from);
    if (message instanceof AuthorityMessage.Renew m) {
      if (voter.renew(from, m) && !from.equals(ledger.self())) {
        candidacy.masterHeard();
      }
    } else if (message instanceof AuthorityMessage.RenewAnswer m) {
      peers.said(from, m.position(), m.couldServe());
      peers.keeps(from, m.record());
      tenure.renewed(from, m);
    } else if (message instanceof AuthorityMessage.PreVoteRequest m) {
      if (voter.preVote(from, m)) {
        candidacy.saidYesTo(from, m);
      }
    } else if (message instanceof AuthorityMessage.PreVoteAnswer m) {
      peers.said(from, m.position(), m.couldServe());
      candidacy.preVoteAnswered(from, m);
    } else if (message instanceof AuthorityMessage.VoteRequest m) {
      voter.vote(from, m);
    } else if (message instanceof AuthorityMessage.VoteAnswer m) {
      peers.said(from, m.position(), m.couldServe());
      candidacy.voteAnswered(from, m);
    } else {
      onSeldom(from, message);
    }
  }

  private void onSeldom(HostId from, AuthorityMessage message) {
    if (message instanceof AuthorityMessage.Nudge) {
      candidacy.nudged();
    } else if (message instanceof AuthorityMessage.Release m) {
      onRelease(from, m);
    } else if (message instanceof AuthorityMessage.RecordBarrier m) {
      voter.recordBarrier(from, m);
    } else if (message instanceof AuthorityMessage.BarrierAnswer m) {
      tenure.barrierAnswered(from, m);
    } else if (message instanceof AuthorityMessage.OfferRecord m) {
      voter.offered(from, m);
    } else if (message instanceof AuthorityMessage.RecordAnswer m) {
      peers.keeps(from, m.kept());
      tenure.recordAnswered(from, m);
    } else if (message instanceof AuthorityMessage.ShowRecord m) {
      voter.learn(m.record());
    }
  }

  private void onRelease(HostId from, AuthorityMessage.Release release) {
    boolean known = memory.isReleased(release.epoch());
    voter.release(from, release.epoch());
    boolean successor = release.epoch().compareTo(ledger.promised()) >= 0;
    if (known || !successor || release.target().equals(from)) {
      return;
    }
    if (release.target().equals(ledger.self())) {
      candidacy.standNow();
    } else {
      candidacy.masterHeard();
    }
  }

  private boolean onConditions(Input input) {
    if (input instanceof Input.PositionChanged changed) {
      boolean doubted = !conditions.positionKnown();
      conditions.positionIs(changed.position());
      if (doubted) {
        voter.couldVote();
      }
    } else if (input instanceof Input.PositionInDoubt) {
      conditions.positionInDoubt();
    } else if (input instanceof Input.FitnessChanged changed) {
      conditions.fitnessIs(changed.fit());
    } else if (input instanceof Input.Paused changed) {
      conditions.pausedIs(changed.paused());
    } else if (input instanceof Input.HostsChanged changed) {
      conditions.hostsAre(changed.hosts());
    } else if (input instanceof Input.ContainerChanged changed) {
      conditions.containerIs(changed.mayRun());
      voter.couldVote();
    } else if (input instanceof Input.StreamsEnded ended) {
      voter.streamsEnded(ended).ifPresent(candidacy::ownVoteEnded);
    } else {
      return false;
    }
    return true;
  }

  private void onWish(Input input) {
    if (input instanceof Input.FreshRenewalWanted) {
      if (renewable()) {
        tenure.lease().renew();
      }
    } else if (input instanceof Input.StandNow) {
      candidacy.standNow();
    } else if (input instanceof Input.StandForced) {
      candidacy.standForced();
    } else if (input instanceof Input.NewEpochWanted) {
      candidacy.standForNewEpoch();
    } else if (input instanceof Input.ReleaseWanted wanted) {
      onReleaseWanted(wanted.target());
    } else if (input instanceof Input.LongLeaseWanted wanted) {
      if (renewable() && wanted.leaseMillis() > 0) {
        tenure.lease().lengthen(Math.min(wanted.leaseMillis(), LeaseMemory.LONGEST_MILLIS));
      }
    } else if (input instanceof Input.BarriersAborted aborted) {
      tenure.barriers().failAll(aborted.why());
    } else if (input instanceof Input.BarrierWanted wanted) {
      if (renewable()) {
        tenure.barriers().begin(wanted.barrier(), ledger.promised(), wanted.position());
      } else {
        ledger.emit(new Effect.BarrierFailed(wanted.barrier(), notMaster()));
      }
    } else if (input instanceof Input.RecordWanted wanted) {
      if (renewable()) {
        tenure.records().want(wanted);
      } else {
        ledger.emit(new Effect.RecordFailed(wanted.request(), notMaster()));
      }
    } else {
      throw new IllegalStateException("unknown input " + input);
    }
  }

  private void onReleaseWanted(HostId target) {
    if (candidacy.active()) {
      ledger.emit(new Effect.ReleaseFailed("this host is asking for its next epoch"));
      return;
    }
    tenure.release(target);
    // The target goes first; this host stands again only after a lease of silence.
    candidacy.masterHeard();
  }

  /** Master, and not on the way to its own next epoch. */
  private boolean renewable() {
    return tenure.held().equals(Optional.of(ledger.promised()));
  }

  private String notMaster() {
    return "this host is not master";
  }

  /** Brings the parts in line with what was promised and learned in this step. */
  private void settle() {
    candidacy.settle();
    Epoch promised = ledger.promised();
    boolean deposed = tenure.held().filter(held -> promised.compareTo(held) > 0).isPresent();
    if (deposed && !candidacy.replacesOwnEpoch()) {
      tenure.end(promised);
    }
  }

  /** For status and metrics. */
  public AuthorityView view(long now) {
    ledger.begin(now);
    AuthorityDurable durable = ledger.durable();
    boolean master = tenure.held().isPresent();
    boolean leased = tenure.lease().valid();
    Optional<HostId> holder = leased ? Optional.of(ledger.self()) : memory.holder();
    if (master && !leased) {
      holder = Optional.empty();
    }
    long ends = master ? tenure.lease().endsAt() : memory.until();
    AuthorityView.Role role =
        master
            ? AuthorityView.Role.MASTER
            : candidacy.active() ? AuthorityView.Role.CANDIDATE : AuthorityView.Role.FOLLOWER;
    return new AuthorityView(
        role,
        tenure.held().orElse(durable.promised()),
        holder,
        holder.isPresent() ? (ends - now) / 1_000_000L : 0,
        durable.promised(),
        durable.promisedTo(),
        durable.barrier(),
        durable.record().version(),
        durable.record().voters(),
        tenure.records().changing(),
        tenure.barriers().count(),
        voter.refusals(),
        voter.wantedBy(),
        peers.view(now));
  }
}
