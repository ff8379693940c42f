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
import static flocker.node.authority.OneHost.only;
import static flocker.node.authority.OneHost.persisted;
import static flocker.node.authority.OneHost.preAsks;
import static flocker.node.authority.OneHost.record;
import static flocker.node.authority.OneHost.renews;
import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.authority.AuthorityDurable;
import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityMessage.BarrierAnswer;
import flocker.protocol.authority.AuthorityMessage.Nudge;
import flocker.protocol.authority.AuthorityMessage.OfferRecord;
import flocker.protocol.authority.AuthorityMessage.PreVoteAnswer;
import flocker.protocol.authority.AuthorityMessage.RecordAnswer;
import flocker.protocol.authority.AuthorityMessage.RecordBarrier;
import flocker.protocol.authority.AuthorityMessage.Refusal;
import flocker.protocol.authority.AuthorityMessage.Release;
import flocker.protocol.authority.AuthorityMessage.RenewAnswer;
import flocker.protocol.authority.AuthorityMessage.ShowRecord;
import flocker.protocol.authority.AuthorityMessage.VoteAnswer;
import flocker.protocol.authority.AuthorityMessage.VoteRequest;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: each reason for which a voter refuses, and that it forgets nothing that it must keep.
 * Method: one voter is brought into a state and asked.
 */
class VoterTest {
  private static Refusal answerTo(OneHost host, VoteRequest request) {
    List<VoteAnswer> answers = allSent(host.receive(B, request), VoteAnswer.class, B);
    assertThat(answers).hasSize(1);
    return answers.get(0).refusal();
  }

  private static Arguments row(
      String name, Consumer<OneHost> state, VoteRequest request, Refusal expected) {
    return Arguments.of(name, state, request, expected);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        row("nothing against it", VoterTest::nothing, asks(257, P0), Refusal.NONE),
        row("the same epoch again", voted(257), asks(257, P0), Refusal.EPOCH),
        row("older epoch", voted(600), asks(513, P0), Refusal.EPOCH),
        row("same host, greater epoch", voted(257), asks(513, P0), Refusal.NONE),
        row("other's lease lasts", VoterTest::renewedByC, asks(1025, P0), Refusal.LEASE),
        row("copy is staler", VoterTest::nothing, asks(257, at(0, 4)), Refusal.FRESHER),
        row("lacks a barrier", VoterTest::barrier, asks(1025, at(256, 8)), Refusal.BARRIER),
        row("is at the barrier", VoterTest::barrier, asks(1025, at(256, 9)), Refusal.NONE),
        row("container", VoterTest::container, asks(257, P0), Refusal.OWN_CONTAINER),
        row("older record", VoterTest::newerRecord, asks(1025, P0), Refusal.RECORD),
        row("no voter now", VoterTest::removed, asksUnder(600, 1), Refusal.NOT_A_VOTER));
  }

  private static void nothing(OneHost host) {}

  private static Consumer<OneHost> voted(long epoch) {
    return host -> host.receive(B, asks(epoch, P0));
  }

  private static void renewedByC(OneHost host) {
    host.receive(C, renews(514, LEASE));
  }

  private static void barrier(OneHost host) {
    host.receive(C, new RecordBarrier(new Epoch(514), 1, at(256, 9)));
  }

  private static void container(OneHost host) {
    host.give(new Input.ContainerChanged(true));
  }

  private static void newerRecord(OneHost host) {
    host.receive(C, new ShowRecord(new Epoch(514), record(514, 1, A, B, C, D)));
  }

  private static void removed(OneHost host) {
    host.receive(C, new ShowRecord(new Epoch(514), record(514, 1, B, C)));
  }

  private static VoteRequest asksUnder(long epoch, long number) {
    return new VoteRequest(
        new Epoch(1025), 5, P0, new RecordVersion(new Epoch(epoch), number), LEASE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void votesOnlyForWhomNothingSpeaksAgainst(
      String name, Consumer<OneHost> state, VoteRequest request, Refusal expected) {
    OneHost host = OneHost.fresh();
    state.accept(host);
    assertThat(answerTo(host, request)).as(name).isEqualTo(expected);
  }

  @Test
  void persistsThePromiseInTheStepThatTellsIt() {
    OneHost host = OneHost.slowStreams();
    assertThat(host.receive(B, asks(257, P0)))
        .containsExactly(new Effect.EndStreams(new Epoch(257)));
    List<Effect> step = host.endStreams(257, P0);
    assertThat(persisted(step))
        .containsExactly(
            new AuthorityEvent.Promised(new Epoch(257), B),
            new AuthorityEvent.LeaseLengthened(LEASE));
    assertThat(only(step, Effect.PromiseMade.class)).hasSize(1);
    assertThat(allSent(step, VoteAnswer.class, B).get(0).refusal()).isEqualTo(Refusal.NONE);
    assertThat(host.authority().durable().promised()).isEqualTo(new Epoch(257));
  }

  @Test
  void aPreVoteTouchesNothing() {
    OneHost host = OneHost.slowStreams();
    List<Effect> step = host.receive(B, preAsks(257, P0));
    assertThat(step).hasSize(1);
    assertThat(allSent(step, PreVoteAnswer.class, B).get(0).refusal()).isEqualTo(Refusal.NONE);
    assertThat(host.authority().durable()).isEqualTo(OneHost.journal());
  }

  @Test
  void looksAgainAtItsOwnPositionWhenItsStreamsHaveEnded() {
    OneHost host = OneHost.slowStreams();
    host.receive(B, asks(257, P0));
    List<Effect> step = host.endStreams(257, at(0, 6));
    VoteAnswer answer = allSent(step, VoteAnswer.class, B).get(0);
    assertThat(answer.refusal()).isEqualTo(Refusal.FRESHER);
    assertThat(answer.position()).isEqualTo(at(0, 6));
    assertThat(persisted(step)).isEmpty();
  }

  @Test
  void votesForOneAtATime() {
    OneHost host = OneHost.slowStreams();
    host.receive(B, asks(257, P0));
    List<Effect> second = host.receive(C, asks(514, P0));
    assertThat(allSent(second, VoteAnswer.class, C).get(0).refusal()).isEqualTo(Refusal.LEASE);
    assertThat(host.endStreams(514, P0)).isEmpty();
    assertThat(allSent(host.endStreams(257, P0), VoteAnswer.class, B)).hasSize(1);
    assertThat(host.authority().durable().promisedTo()).contains(B);
  }

  @Test
  void aVoteWhoseStreamsNeverEndBlocksTheOthersNotForEver() {
    OneHost host = OneHost.slowStreams();
    host.receive(B, asks(257, P0));
    host.standStill(2 * LEASE);
    host.receive(C, asks(514, P0));
    assertThat(allSent(host.endStreams(514, P0), VoteAnswer.class, C)).hasSize(1);
  }

  @Test
  void aWithdrawnRequestIsNotAnsweredAnyMore() {
    OneHost host = OneHost.slowStreams();
    host.receive(B, asks(257, P0));
    host.receive(B, new Release(new Epoch(257), B));
    assertThat(host.endStreams(257, P0)).isEmpty();
  }

  @Test
  void forgetsNoLeaseBeforeItEndsByItsOwnClock() {
    OneHost host = OneHost.fresh();
    host.receive(C, renews(514, LEASE));
    host.standStill(LEASE - 1);
    assertThat(answerTo(host, asks(1025, P0))).isEqualTo(Refusal.LEASE);
    host.standStill(1);
    assertThat(answerTo(host, asks(1025, P0))).isEqualTo(Refusal.NONE);
  }

  @Test
  void aVoteIsAlsoAnAcknowledgement() {
    OneHost host = OneHost.fresh();
    host.receive(B, asks(257, P0));
    List<Effect> step = host.receive(C, asks(514, P0));
    assertThat(allSent(step, VoteAnswer.class, C).get(0).refusal()).isEqualTo(Refusal.LEASE);
  }

  @Test
  void afterARestartItVotesForNobodyUntilTheLongestLeaseHasEndedButRenewsAtOnce() {
    OneHost host =
        OneHost.restarted(
            new AuthorityEvent.Promised(new Epoch(514), C),
            new AuthorityEvent.LeaseLengthened(60_000));
    assertThat(host.authority().nextWake()).isGreaterThan((host.millis() + 59_000) * 1_000_000L);
    List<Effect> step = host.receive(C, renews(514, LEASE));
    assertThat(allSent(step, RenewAnswer.class, C).get(0).acknowledged()).isTrue();
    host.standStill(59_999);
    assertThat(answerTo(host, asks(1025, P0))).isEqualTo(Refusal.RESTARTED);
    host.standStill(1);
    assertThat(answerTo(host, asks(1025, P0))).isEqualTo(Refusal.NONE);
  }

  @Test
  void persistsALongerLeaseBeforeItAcknowledgesItAndGoesBackWhenAllLongerOnesHaveEnded() {
    OneHost host = OneHost.fresh();
    List<AuthorityEvent> events = new ArrayList<>(persisted(host.receive(C, renews(514, LEASE))));
    assertThat(events)
        .containsExactly(
            new AuthorityEvent.Promised(new Epoch(514), C),
            new AuthorityEvent.LeaseLengthened(LEASE));
    assertThat(persisted(host.receive(C, renews(514, 60_000))))
        .containsExactly(new AuthorityEvent.LeaseLengthened(60_000));
    host.standStill(59_999);
    assertThat(persisted(host.receive(C, renews(514, LEASE)))).isEmpty();
    host.standStill(1);
    assertThat(persisted(host.receive(C, renews(514, LEASE))))
        .containsExactly(new AuthorityEvent.LeaseLengthened(LEASE));
  }

  @Test
  void aLongLeaseIsNotShortenedByTheOrdinaryOneThatFollows() {
    OneHost host = OneHost.fresh();
    host.receive(C, renews(514, 60_000));
    host.standStill(100);
    host.receive(C, renews(514, LEASE));
    host.standStill(50_000);
    assertThat(answerTo(host, asks(1025, P0))).isEqualTo(Refusal.LEASE);
  }

  @Test
  void refusesToRenewAnOlderEpochAndNamesThePromisedOne() {
    OneHost host = OneHost.fresh();
    host.receive(C, renews(514, LEASE));
    RenewAnswer answer = allSent(host.receive(B, renews(257, LEASE)), RenewAnswer.class, B).get(0);
    assertThat(answer.acknowledged()).isFalse();
    assertThat(answer.promised()).isEqualTo(new Epoch(514));
  }

  @Test
  void forgetsAReleasedLeaseAndIgnoresItsLateRenewal() {
    OneHost host = OneHost.fresh();
    host.receive(C, renews(514, LEASE));
    host.receive(C, new Release(new Epoch(514), B));
    assertThat(allSent(host.receive(C, renews(514, LEASE)), RenewAnswer.class, C)).isEmpty();
    assertThat(answerTo(host, asks(1025, P0))).isEqualTo(Refusal.NONE);
  }

  @Test
  void aReleaseOfAnOlderEpochChangesNothing() {
    OneHost host = OneHost.fresh();
    host.receive(C, renews(1026, LEASE));
    host.receive(C, new Release(new Epoch(514), B));
    assertThat(answerTo(host, asks(1281, P0))).isEqualTo(Refusal.LEASE);
  }

  @Test
  void remembersWhoWantedItsVoteWhileItsContainerMayLive() {
    OneHost host = OneHost.fresh();
    host.give(new Input.ContainerChanged(true));
    answerTo(host, asks(257, P0));
    assertThat(host.view().voteWantedBy()).contains(B);
    assertThat(allSent(host.give(new Input.ContainerChanged(false)), Nudge.class, B)).hasSize(1);
    assertThat(host.view().voteWantedBy()).isEmpty();
  }

  @Test
  void recordsNoBarrierOfAnEpochOlderThanItsPromise() {
    OneHost host = OneHost.fresh();
    host.receive(C, renews(514, LEASE));
    List<Effect> step = host.receive(B, new RecordBarrier(new Epoch(257), 3, at(257, 1)));
    BarrierAnswer answer = allSent(step, BarrierAnswer.class, B).get(0);
    assertThat(answer.recorded()).isFalse();
    assertThat(answer.promised()).isEqualTo(new Epoch(514));
    assertThat(persisted(step)).isEmpty();
  }

  @Test
  void keepsTheNewestBarrierWhenAnOlderOneComesLate() {
    OneHost host = OneHost.fresh();
    host.receive(C, new RecordBarrier(new Epoch(514), 1, at(514, 9)));
    List<Effect> step = host.receive(C, new RecordBarrier(new Epoch(514), 2, at(514, 8)));
    assertThat(allSent(step, BarrierAnswer.class, C).get(0).recorded()).isTrue();
    assertThat(host.authority().durable().barrier()).isEqualTo(at(514, 9));
  }

  @Test
  void keepsAnOfferedRecordTogetherWithPromiseAndBarrier() {
    OneHost host = OneHost.fresh();
    List<Effect> step =
        host.receive(
            C,
            new OfferRecord(new Epoch(514), record(514, 1, A, B, C), new Epoch(514), at(256, 7)));
    assertThat(persisted(step))
        .containsExactly(
            new AuthorityEvent.Promised(new Epoch(514), C),
            new AuthorityEvent.BarrierKept(at(256, 7)),
            new AuthorityEvent.RecordKept(record(514, 1, A, B, C)));
    assertThat(allSent(step, RecordAnswer.class, C).get(0).kept())
        .isEqualTo(new RecordVersion(new Epoch(514), 1));
  }

  @Test
  void refusesTheRecordOfAnOlderMasterAndNeverGoesBack() {
    OneHost host = OneHost.fresh();
    host.receive(C, renews(514, LEASE));
    List<Effect> step =
        host.receive(
            B, new OfferRecord(new Epoch(257), record(257, 1, A, B, C), new Epoch(257), at(0, 7)));
    assertThat(persisted(step)).isEmpty();
    assertThat(allSent(step, RecordAnswer.class, B).get(0).promised()).isEqualTo(new Epoch(514));
    host.receive(C, new ShowRecord(new Epoch(514), record(514, 2, A, B, C)));
    assertThat(persisted(host.receive(C, new ShowRecord(Epoch.ZERO, record(514, 1, A, C)))))
        .isEmpty();
  }

  @Test
  void aNewVoterGrantsNothingForOneLease() {
    OneHost host =
        OneHost.of(OneHost.setup(A), AuthorityDurable.initial(record(0, 0, B, C, D)), false)
            .ready();
    assertThat(answerTo(host, asks(257, P0))).isEqualTo(Refusal.NOT_A_VOTER);
    host.receive(C, new ShowRecord(Epoch.ZERO, record(514, 1, A, B, C, D)));
    assertThat(answerTo(host, asksUnder(514, 1))).isEqualTo(Refusal.RESTARTED);
    host.standStill(LEASE);
    assertThat(answerTo(host, asksUnder(514, 1))).isEqualTo(Refusal.NONE);
  }

  @Test
  void showsItsNewerRecordWhateverElseItRefuses() {
    OneHost host = OneHost.fresh();
    host.receive(C, new ShowRecord(Epoch.ZERO, record(514, 1, A, B, C, D)));
    VoteAnswer answer = allSent(host.receive(B, asks(1025, at(0, 1))), VoteAnswer.class, B).get(0);
    assertThat(answer.newer()).contains(record(514, 1, A, B, C, D));
  }

  @Test
  void neitherVotesNorTellsAPositionBeforeItHasReadItsCopy() {
    OneHost host = OneHost.of(OneHost.setup(A), OneHost.journal(), false);
    assertThat(answerTo(host, asks(257, P0))).isEqualTo(Refusal.RESTARTED);
    RenewAnswer answer = allSent(host.receive(C, renews(514, LEASE)), RenewAnswer.class, C).get(0);
    assertThat(answer.acknowledged()).isTrue();
    assertThat(answer.couldServe()).isFalse();
  }

  @Test
  void aHostThatIsNotFitStillVotes() {
    OneHost host = OneHost.fresh();
    host.give(new Input.FitnessChanged(false));
    assertThat(answerTo(host, asks(257, P0))).isEqualTo(Refusal.NONE);
  }

  @Test
  void ignoresALeaseThatNobodyCanMean() {
    OneHost host = OneHost.fresh();
    assertThat(host.receive(C, renews(514, 0))).isEmpty();
    assertThat(host.receive(C, renews(514, Long.MAX_VALUE))).isEmpty();
    assertThat(host.authority().durable()).isEqualTo(OneHost.journal());
  }
}
