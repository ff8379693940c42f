package flocker.node.authority;

import static flocker.node.authority.OneHost.A;
import static flocker.node.authority.OneHost.B;
import static flocker.node.authority.OneHost.C;
import static flocker.node.authority.OneHost.D;
import static flocker.node.authority.OneHost.LEASE;
import static flocker.node.authority.OneHost.P0;
import static flocker.node.authority.OneHost.allSent;
import static flocker.node.authority.OneHost.asks;
import static flocker.node.authority.OneHost.at;
import static flocker.node.authority.OneHost.no;
import static flocker.node.authority.OneHost.only;
import static flocker.node.authority.OneHost.persisted;
import static flocker.node.authority.OneHost.preAsks;
import static flocker.node.authority.OneHost.record;
import static flocker.node.authority.OneHost.renews;
import static flocker.node.authority.OneHost.yes;
import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.authority.AuthorityDurable;
import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityMessage.Nudge;
import flocker.protocol.authority.AuthorityMessage.PreVoteAnswer;
import flocker.protocol.authority.AuthorityMessage.PreVoteRequest;
import flocker.protocol.authority.AuthorityMessage.Refusal;
import flocker.protocol.authority.AuthorityMessage.Release;
import flocker.protocol.authority.AuthorityMessage.ShowRecord;
import flocker.protocol.authority.AuthorityMessage.VoteAnswer;
import flocker.protocol.authority.AuthorityMessage.VoteRequest;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SystemId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Goal: when a host stands, what it asks, when it steps back. Method: host a of a, b, c is told.
 */
class CandidateTest {
  @Test
  void standsAfterALeaseOfSilenceAndALittleJitter() {
    OneHost host = OneHost.fresh();
    host.receive(C, renews(514, LEASE));
    assertThat(allSent(host.pass(LEASE - 1), PreVoteRequest.class, B)).isEmpty();
    List<Effect> soon = host.pass(301);
    PreVoteRequest first = allSent(soon, PreVoteRequest.class, B).get(0);
    assertThat(first.epoch()).isEqualTo(new Epoch(3 * 256));
    assertThat(persisted(soon)).as("a pre-vote changes nothing").isEmpty();
  }

  @Test
  void asksAgainSoonWhenItCameALittleTooEarly() {
    OneHost host = OneHost.fresh();
    host.pass(LEASE + 300);
    PreVoteRequest first = host.sent(PreVoteRequest.class, B);
    host.forget();
    host.receive(B, no(first, Refusal.LEASE, P0, true));
    host.receive(C, no(first, Refusal.LEASE, P0, true));
    assertThat(allSent(host.pass(151), PreVoteRequest.class, B)).hasSize(1);
  }

  @Test
  void persistsTheEpochBeforeItAsksAndVotesForItselfFirst() {
    OneHost host = OneHost.slowStreams();
    host.pass(LEASE + 300);
    PreVoteRequest first = host.sent(PreVoteRequest.class, B);
    List<Effect> step = host.receive(B, yes(first));
    List<Effect> asked = host.receive(C, yes(first));
    assertThat(step).as("listens for a fresher host first").isEmpty();
    Epoch epoch = new Epoch(256);
    assertThat(asked)
        .containsExactly(
            new Effect.Persist(new AuthorityEvent.Asked(epoch)), new Effect.EndStreams(epoch));
    List<Effect> ended = host.endStreams(256, at(0, 8));
    assertThat(persisted(ended)).contains(new AuthorityEvent.Promised(epoch, A));
    assertThat(allSent(ended, VoteRequest.class, B).get(0).position()).isEqualTo(at(0, 8));
    assertThat(host.view().role()).isEqualTo(AuthorityView.Role.CANDIDATE);
  }

  @Test
  void theLeaseOfAWinnerBeginsWithItsVoteRequest() {
    OneHost host = OneHost.fresh();
    host.pass(LEASE + 300);
    host.receive(B, yes(host.sent(PreVoteRequest.class, B)));
    host.receive(C, yes(host.sent(PreVoteRequest.class, C)));
    long sent = host.millis() * 1_000_000L;
    host.pass(200);
    List<Effect> won = host.receive(C, yes(host.sent(VoteRequest.class, C)));
    assertThat(persisted(won)).containsExactly(new AuthorityEvent.Won(new Epoch(256)));
    assertThat(only(won, Effect.Elected.class)).hasSize(1);
    assertThat(only(won, Effect.LeaseHeld.class).get(0).sentAt()).isEqualTo(sent);
  }

  @Test
  void neverAsksForTheSameEpochTwiceAlsoAfterARestart() {
    OneHost host = OneHost.restarted(new AuthorityEvent.Asked(new Epoch(256)));
    host.pass(LEASE + 400);
    assertThat(host.sent(PreVoteRequest.class, B).epoch()).isEqualTo(new Epoch(512));
  }

  @Test
  void asksAboveAnEpochThatAVoterNames() {
    OneHost host = OneHost.fresh();
    host.pass(LEASE + 300);
    PreVoteRequest first = host.sent(PreVoteRequest.class, B);
    host.receive(
        B,
        new PreVoteAnswer(
            first.epoch(),
            first.candidacy(),
            Refusal.EPOCH,
            new Epoch(2561),
            P0,
            true,
            Optional.empty()));
    host.pass(1_000);
    assertThat(host.sent(PreVoteRequest.class, B).epoch()).isEqualTo(new Epoch(11 * 256));
  }

  @Test
  void aLateVoteCountsForNoOtherCandidacy() {
    OneHost host = OneHost.fresh();
    host.pass(LEASE + 300);
    host.receive(B, yes(host.sent(PreVoteRequest.class, B)));
    host.receive(C, yes(host.sent(PreVoteRequest.class, C)));
    VoteRequest vote = host.sent(VoteRequest.class, B);
    host.pass(1_600);
    List<Effect> late = host.receive(B, yes(vote));
    assertThat(only(late, Effect.Elected.class)).isEmpty();
    assertThat(persisted(late)).isEmpty();
  }

  @Test
  void withdrawsACandidacyThatFailed() {
    OneHost host = OneHost.fresh();
    host.pass(LEASE + 300);
    host.receive(B, yes(host.sent(PreVoteRequest.class, B)));
    host.receive(C, yes(host.sent(PreVoteRequest.class, C)));
    VoteRequest vote = host.sent(VoteRequest.class, B);
    host.receive(B, no(vote, Refusal.LEASE));
    List<Effect> failed = host.receive(C, no(vote, Refusal.LEASE));
    assertThat(allSent(failed, Release.class, B)).containsExactly(new Release(vote.epoch(), A));
    assertThat(allSent(host.receive(B, asks(1025, P0)), VoteAnswer.class, B).get(0).refusal())
        .as("its own vote binds it no more")
        .isEqualTo(Refusal.NONE);
  }

  @Test
  void stepsBackForAFresherHostThatCouldServeAtMostThreeTimes() {
    OneHost host = OneHost.fresh();
    host.pass(LEASE + 300);
    for (int i = 0; i < 3; i++) {
      PreVoteRequest asked = host.sent(PreVoteRequest.class, B);
      host.receive(B, no(asked, Refusal.FRESHER, at(0, 9), true));
      List<Effect> step = host.receive(C, yes(host.sent(PreVoteRequest.class, C)));
      assertThat(allSent(step, Nudge.class, B)).as("step back " + i).hasSize(1);
      assertThat(persisted(step)).isEmpty();
      host.pass(1_300);
    }
    PreVoteRequest asked = host.sent(PreVoteRequest.class, B);
    host.receive(B, no(asked, Refusal.FRESHER, at(0, 9), true));
    List<Effect> step = host.receive(C, yes(asked));
    assertThat(persisted(step)).contains(new AuthorityEvent.Asked(new Epoch(256)));
  }

  @Test
  void doesNotStepBackForAFresherHostThatCouldNotServe() {
    OneHost host = OneHost.fresh();
    host.pass(LEASE + 300);
    PreVoteRequest asked = host.sent(PreVoteRequest.class, B);
    host.receive(B, no(asked, Refusal.FRESHER, at(0, 9), false));
    List<Effect> step = host.receive(C, yes(asked));
    assertThat(persisted(step)).contains(new AuthorityEvent.Asked(new Epoch(256)));
  }

  @Test
  void adoptsANewerRecordThatAVoterShowsBeforeItAsksAgain() {
    OneHost host = OneHost.fresh();
    host.pass(LEASE + 300);
    PreVoteRequest asked = host.sent(PreVoteRequest.class, B);
    host.forget();
    List<Effect> step =
        host.receive(
            B,
            new PreVoteAnswer(
                asked.epoch(),
                asked.candidacy(),
                Refusal.RECORD,
                Epoch.ZERO,
                P0,
                true,
                Optional.of(record(514, 2, A, B, D))));
    assertThat(persisted(step))
        .containsExactly(new AuthorityEvent.RecordKept(record(514, 2, A, B, D)));
    List<Effect> next = host.pass(200);
    assertThat(allSent(next, PreVoteRequest.class, D).get(0).record())
        .isEqualTo(record(514, 2, A, B, D).version());
    assertThat(allSent(next, PreVoteRequest.class, C)).isEmpty();
  }

  @Test
  void showsTheRecordToAVoterThatDoesNotKnowThatItIsOne() {
    OneHost host = OneHost.fresh();
    host.pass(LEASE + 300);
    PreVoteRequest asked = host.sent(PreVoteRequest.class, B);
    List<Effect> step = host.receive(B, no(asked, Refusal.NOT_A_VOTER, P0, true));
    assertThat(allSent(step, ShowRecord.class, B).get(0).record()).isEqualTo(record(0, 0, A, B, C));
  }

  @Test
  void aHostThatIsNotFitOrNoVoterOrHasNoKnownCopyDoesNotStand() {
    OneHost sick = OneHost.fresh();
    sick.give(new Input.FitnessChanged(false));
    assertThat(sick.pass(3 * LEASE)).isEmpty();
    sick.give(new Input.FitnessChanged(true));
    assertThat(sick.pass(400)).isNotEmpty();

    OneHost stranger =
        OneHost.of(OneHost.setup(A), AuthorityDurable.initial(record(0, 0, B, C, D)), false)
            .ready();
    assertThat(stranger.pass(3 * LEASE)).isEmpty();

    OneHost unread = OneHost.of(OneHost.setup(A), OneHost.journal(), false);
    unread.give(new Input.FitnessChanged(true));
    assertThat(unread.pass(3 * LEASE)).isEmpty();
    List<Effect> asked = unread.give(new Input.StandNow());
    assertThat(only(asked, Effect.ElectionFailed.class)).hasSize(1);
  }

  @Test
  void aWitnessNeverStandsForASystemButMayForTheCluster() {
    Authority.Setup witness = new Authority.Setup(A, 0, OneHost.SYSTEM, false, LeaseTimes.DEFAULT);
    assertThat(OneHost.of(witness, OneHost.journal(), false).ready().pass(3 * LEASE)).isEmpty();
    Authority.Setup cluster =
        new Authority.Setup(A, 0, SystemId.CLUSTER, false, LeaseTimes.DEFAULT);
    OneHost host = OneHost.of(cluster, AuthorityDurable.initial(record(0, 0, A)), false);
    assertThat(only(host.pass(2 * LEASE), Effect.Elected.class)).hasSize(1);
    assertThat(only(host.effects(), Effect.EndStreams.class)).isEmpty();
  }

  @Test
  void aNudgedHostStandsOnlyAfterItsOwnSilence() {
    OneHost host = OneHost.fresh();
    host.receive(C, renews(514, LEASE));
    assertThat(host.receive(B, new Nudge(new Epoch(769)))).isEmpty();
    host.standStill(LEASE);
    assertThat(allSent(host.receive(B, new Nudge(new Epoch(769))), PreVoteRequest.class, B))
        .hasSize(1);
  }

  @Test
  void theTargetOfAReleaseStandsAtOnceAndTheOthersWait() {
    OneHost target = OneHost.fresh();
    target.receive(C, renews(514, LEASE));
    assertThat(allSent(target.receive(C, new Release(new Epoch(514), A)), PreVoteRequest.class, B))
        .hasSize(1);
    OneHost other = OneHost.fresh();
    other.receive(C, renews(514, LEASE));
    other.pass(2_000);
    other.receive(C, new Release(new Epoch(514), B));
    assertThat(other.pass(LEASE - 1)).isEmpty();
  }

  @Test
  void aNewEpochIsWonWhileTheOldOneIsHeldAndReplacesIt() {
    OneHost host = OneHost.fresh();
    Epoch old = host.elect();
    host.forget();
    host.give(new Input.NewEpochWanted());
    host.receive(B, yes(host.sent(PreVoteRequest.class, B)));
    host.receive(C, yes(host.sent(PreVoteRequest.class, C)));
    VoteRequest vote = host.sent(VoteRequest.class, B);
    assertThat(vote.epoch()).isGreaterThan(old);
    assertThat(only(host.effects(), Effect.Deposed.class)).isEmpty();
    List<Effect> won = host.receive(B, yes(vote));
    assertThat(only(won, Effect.Elected.class)).containsExactly(new Effect.Elected(vote.epoch()));
    assertThat(only(won, Effect.Deposed.class)).isEmpty();
  }

  @Test
  void aNewEpochThatThePreVoteDeniesLeavesTheOldOneAlone() {
    OneHost host = OneHost.fresh();
    Epoch old = host.elect();
    host.give(new Input.NewEpochWanted());
    PreVoteRequest asked = host.sent(PreVoteRequest.class, B);
    host.receive(B, no(asked, Refusal.RESTARTED, P0, true));
    List<Effect> denied = host.receive(C, no(asked, Refusal.RESTARTED, P0, true));
    assertThat(only(denied, Effect.ElectionFailed.class)).hasSize(1);
    assertThat(only(denied, Effect.Deposed.class)).isEmpty();
    assertThat(host.view().epoch()).isEqualTo(old);
  }

  @Test
  void aNewEpochThatFailsAfterThePromiseEndsTheMastership() {
    OneHost host = OneHost.fresh();
    Epoch old = host.elect();
    host.give(new Input.NewEpochWanted());
    host.receive(B, yes(host.sent(PreVoteRequest.class, B)));
    host.receive(C, yes(host.sent(PreVoteRequest.class, C)));
    VoteRequest vote = host.sent(VoteRequest.class, B);
    List<Effect> failed = host.pass(1_600);
    assertThat(only(failed, Effect.ElectionFailed.class)).hasSize(1);
    assertThat(only(failed, Effect.Deposed.class))
        .containsExactly(new Effect.Deposed(old, vote.epoch()));
  }

  @Test
  void theRenewalOfAMasterEndsAPreVote() {
    OneHost host = OneHost.fresh();
    host.pass(LEASE + 300);
    PreVoteRequest asked = host.sent(PreVoteRequest.class, B);
    host.receive(C, renews(514, LEASE));
    assertThat(persisted(host.receive(B, yes(asked)))).isEmpty();
    assertThat(host.view().role()).isEqualTo(AuthorityView.Role.FOLLOWER);
  }

  @Test
  void aHostThatSaidYesToARivalLetsItGoFirstAtMostThreeTimes() {
    OneHost host = OneHost.fresh();
    host.standStill(LEASE);
    for (int i = 0; i < 3; i++) {
      host.receive(C, preAsks(258, P0));
      assertThat(host.pass(599)).as("lets it go " + i).isEmpty();
    }
    host.receive(C, preAsks(258, P0));
    assertThat(allSent(host.pass(1_000), PreVoteRequest.class, B)).isNotEmpty();
  }

  @Test
  void ofTwoThatAskAtTheSameMomentTheOneWithTheOlderCopyGivesWay() {
    OneHost equal = OneHost.fresh();
    equal.pass(LEASE + 300);
    equal.receive(C, preAsks(258, P0));
    assertThat(equal.view().role()).isEqualTo(AuthorityView.Role.CANDIDATE);
    OneHost older = OneHost.fresh();
    older.pass(LEASE + 300);
    older.receive(C, preAsks(258, at(0, 6)));
    assertThat(older.view().role()).isEqualTo(AuthorityView.Role.FOLLOWER);
  }

  @Test
  void aHostThatWasAloneCouldServeAgainOnceItHearsAMaster() {
    OneHost host = OneHost.fresh();
    host.pass(2 * LEASE);
    host.forget();
    host.receive(B, preAsks(2049, P0));
    assertThat(host.sent(PreVoteAnswer.class, B).couldServe()).isFalse();
    host.receive(C, renews(1026, LEASE));
    host.receive(B, preAsks(2049, P0));
    assertThat(host.sent(PreVoteAnswer.class, B).couldServe()).isTrue();
  }

  @Test
  void waitsLongerEachTimeThatTooFewAnswerAndAsksAgainMeanwhile() {
    OneHost host = OneHost.fresh();
    host.pass(LEASE + 300);
    PreVoteRequest first = host.sent(PreVoteRequest.class, B);
    host.pass(3 * LEASE);
    PreVoteRequest later = host.sent(PreVoteRequest.class, B);
    assertThat(later.candidacy()).as("another try").isNotEqualTo(first.candidacy());
    List<Long> tries =
        allSent(host.effects(), PreVoteRequest.class, B).stream()
            .map(PreVoteRequest::candidacy)
            .toList();
    assertThat(tries)
        .as("a try that waits longer asks more than once")
        .hasSizeGreaterThan((int) tries.stream().distinct().count());
  }

  @Test
  void anAnswerThatTakesLongerThanTheFirstLimitCountsInALaterTry() {
    OneHost host = OneHost.fresh();
    host.pass(LEASE + 300);
    for (int i = 0; i < 4; i++) {
      host.pass(LEASE);
    }
    host.forget();
    List<Effect> asking = host.pass(LEASE);
    PreVoteRequest asked = allSent(asking, PreVoteRequest.class, B).get(0);
    host.pass(1_000);
    host.receive(B, yes(asked));
    assertThat(host.view().role()).isEqualTo(AuthorityView.Role.CANDIDATE);
  }
}
