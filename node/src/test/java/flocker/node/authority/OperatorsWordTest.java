package flocker.node.authority;

import static flocker.node.authority.OneHost.A;
import static flocker.node.authority.OneHost.B;
import static flocker.node.authority.OneHost.C;
import static flocker.node.authority.OneHost.LEASE;
import static flocker.node.authority.OneHost.P0;
import static flocker.node.authority.OneHost.allSent;
import static flocker.node.authority.OneHost.at;
import static flocker.node.authority.OneHost.no;
import static flocker.node.authority.OneHost.only;
import static flocker.node.authority.OneHost.renews;
import static flocker.node.authority.OneHost.yes;
import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.authority.AuthorityMessage.Nudge;
import flocker.protocol.authority.AuthorityMessage.PreVoteRequest;
import flocker.protocol.authority.AuthorityMessage.RecordBarrier;
import flocker.protocol.authority.AuthorityMessage.Refusal;
import flocker.protocol.authority.AuthorityMessage.VoteAnswer;
import flocker.protocol.authority.AuthorityMessage.VoteRequest;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Goal: what an operator's word overrides, and what it never does; and that a host in doubt about
 * its own copy keeps out of elections. Method: host a of a, b, c is told.
 */
class OperatorsWordTest {
  private static VoteRequest forced(long epoch, Position position) {
    return new VoteRequest(
        new Epoch(epoch), epoch * 10, position, RecordVersion.INITIAL, LEASE, true);
  }

  private static Refusal answer(OneHost host, HostId from, VoteRequest request) {
    return allSent(host.receive(from, request), VoteAnswer.class, from).get(0).refusal();
  }

  @Test
  void aForcedCandidateMayLackWhatOthersOrBarriersHave() {
    OneHost host = OneHost.fresh();
    host.receive(C, new RecordBarrier(new Epoch(514), 1, at(256, 9)));
    host.pass(LEASE + 1);
    assertThat(answer(host, B, OneHost.asks(1025, at(0, 1)))).isEqualTo(Refusal.FRESHER);
    assertThat(answer(host, B, forced(1025, at(0, 1)))).isEqualTo(Refusal.NONE);
  }

  @Test
  void noWordOverridesALeaseThatMayLastNorAContainerNorAPromise() {
    OneHost leased = OneHost.fresh();
    leased.receive(C, renews(514, LEASE));
    assertThat(answer(leased, B, forced(1025, P0))).isEqualTo(Refusal.LEASE);
    OneHost running = OneHost.fresh();
    running.give(new Input.ContainerChanged(true));
    assertThat(answer(running, B, forced(1025, P0))).isEqualTo(Refusal.OWN_CONTAINER);
    OneHost promised = OneHost.fresh();
    promised.receive(B, OneHost.asks(1025, P0));
    promised.pass(LEASE + 1);
    assertThat(answer(promised, C, forced(514, P0))).isEqualTo(Refusal.EPOCH);
  }

  @Test
  void aForcedCandidateDoesNotStepBackAndSaysSoInEveryQuestion() {
    OneHost host = OneHost.fresh();
    host.give(new Input.StandForced());
    PreVoteRequest asked = host.sent(PreVoteRequest.class, B);
    assertThat(asked.forced()).isTrue();
    host.receive(B, yes(asked));
    host.receive(C, no(asked, Refusal.NONE, at(0, 9), true));
    host.pass(1_000);
    VoteRequest vote = host.sent(VoteRequest.class, B);
    assertThat(vote.forced()).isTrue();
    host.receive(B, yes(vote));
    assertThat(only(host.effects(), Effect.Elected.class)).hasSize(1);
    assertThat(only(host.effects(), Effect.TookOver.class)).as("by an operator").isEmpty();
  }

  @Test
  void aForcedCandidateStillNeedsAMajority() {
    OneHost host = OneHost.fresh();
    host.give(new Input.StandForced());
    host.pass(20 * LEASE);
    assertThat(only(host.effects(), Effect.Elected.class)).isEmpty();
    assertThat(only(host.effects(), Effect.ElectionFailed.class)).isNotEmpty();
  }

  @Test
  void whilePausedNobodyStandsByItself() {
    OneHost host = OneHost.fresh();
    host.give(new Input.Paused(true));
    List<Effect> later = host.pass(10 * LEASE);
    assertThat(allSent(later, PreVoteRequest.class, B)).isEmpty();
    assertThat(allSent(host.receive(B, new Nudge(Epoch.ZERO)), PreVoteRequest.class, B)).isEmpty();
    host.give(new Input.StandNow());
    assertThat(host.sent(PreVoteRequest.class, B)).isNotNull();
  }

  @Test
  void afterAPauseItStandsAgain() {
    OneHost host = OneHost.fresh();
    host.give(new Input.Paused(true));
    host.pass(10 * LEASE);
    host.give(new Input.Paused(false));
    assertThat(allSent(host.pass(LEASE), PreVoteRequest.class, B)).isNotEmpty();
  }

  @Test
  void anElectionAfterSilenceIsATakeOver() {
    OneHost host = OneHost.fresh();
    host.pass(LEASE + 300);
    host.receive(B, yes(host.sent(PreVoteRequest.class, B)));
    host.pass(1_000);
    host.receive(B, yes(host.sent(VoteRequest.class, B)));
    assertThat(only(host.effects(), Effect.TookOver.class)).hasSize(1);
  }

  @Test
  void inDoubtAboutItsCopyItNeitherVotesNorStands() {
    OneHost host = OneHost.fresh();
    host.give(new Input.PositionInDoubt());
    assertThat(answer(host, B, OneHost.asks(257, P0))).isEqualTo(Refusal.RESTARTED);
    assertThat(allSent(host.pass(10 * LEASE), PreVoteRequest.class, B)).isEmpty();
    host.move(at(0, 6));
    assertThat(answer(host, B, OneHost.asks(513, P0))).isEqualTo(Refusal.FRESHER);
    assertThat(answer(host, B, OneHost.asks(769, at(0, 6)))).isEqualTo(Refusal.NONE);
  }

  @Test
  void whoWantedTheVoteIsNudgedOnlyOnceThePositionIsKnown() {
    OneHost host = OneHost.fresh();
    host.give(new Input.ContainerChanged(true));
    answer(host, B, OneHost.asks(257, P0));
    host.give(new Input.PositionInDoubt());
    assertThat(allSent(host.give(new Input.ContainerChanged(false)), Nudge.class, B)).isEmpty();
    assertThat(allSent(host.move(at(0, 6)), Nudge.class, B)).hasSize(1);
  }

  @Test
  void aWitnessHasNoCopyToDoubt() {
    OneHost witness =
        OneHost.of(
            new Authority.Setup(A, 0, OneHost.SYSTEM, false, LeaseTimes.DEFAULT),
            OneHost.journal(),
            false);
    witness.give(new Input.PositionInDoubt());
    assertThat(answer(witness, B, OneHost.asks(257, P0))).isEqualTo(Refusal.NONE);
  }
}
