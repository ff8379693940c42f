package flocker.node.authority;

import static flocker.node.authority.OneHost.A;
import static flocker.node.authority.OneHost.B;
import static flocker.node.authority.OneHost.C;
import static flocker.node.authority.OneHost.D;
import static flocker.node.authority.OneHost.E;
import static flocker.node.authority.OneHost.LEASE;
import static flocker.node.authority.OneHost.P0;
import static flocker.node.authority.OneHost.ack;
import static flocker.node.authority.OneHost.allSent;
import static flocker.node.authority.OneHost.asks;
import static flocker.node.authority.OneHost.at;
import static flocker.node.authority.OneHost.only;
import static flocker.node.authority.OneHost.persisted;
import static flocker.node.authority.OneHost.record;
import static flocker.node.authority.OneHost.renews;
import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.authority.AuthorityDurable;
import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityMessage.BarrierAnswer;
import flocker.protocol.authority.AuthorityMessage.OfferRecord;
import flocker.protocol.authority.AuthorityMessage.RecordAnswer;
import flocker.protocol.authority.AuthorityMessage.RecordBarrier;
import flocker.protocol.authority.AuthorityMessage.Release;
import flocker.protocol.authority.AuthorityMessage.Renew;
import flocker.protocol.authority.AuthorityMessage.RenewAnswer;
import flocker.protocol.authority.AuthorityMessage.VoteAnswer;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Goal: lease, barriers, records and release of a master. Method: host a is elected, then told. */
class MasterTest {
  private static final long TRUSTED = (long) (LEASE * 0.988);

  private static SortedSet<HostId> hosts(HostId... ids) {
    return new TreeSet<>(Arrays.asList(ids));
  }

  private static RenewAnswer refusal(Renew to, long promised) {
    return new RenewAnswer(
        to.epoch(), to.renewal(), false, new Epoch(promised), to.record(), P0, true);
  }

  @Test
  void theLeaseIsCountedFromTheSendingLessTheMargin() {
    OneHost host = OneHost.fresh();
    host.elect();
    Effect.LeaseHeld first = only(host.effects(), Effect.LeaseHeld.class).get(0);
    assertThat(first.endsAt() - first.sentAt()).isEqualTo(TRUSTED * 1_000_000L);
    host.pass(600);
    // Renewals are sent at whole multiples of their interval.
    long sent = host.millis() / 600 * 600;
    Renew renewal = host.sent(Renew.class, B);
    host.pass(100);
    List<Effect> step = host.receive(B, ack(renewal));
    assertThat(only(step, Effect.LeaseHeld.class))
        .containsExactly(
            new Effect.LeaseHeld(
                renewal.epoch(), sent * 1_000_000L, (sent + TRUSTED) * 1_000_000L));
  }

  @Test
  void anAnswerCountsOnlyForTheRenewalItNames() {
    OneHost host = OneHost.fresh();
    host.elect();
    Renew renewal = host.sent(Renew.class, B);
    RenewAnswer other =
        new RenewAnswer(
            renewal.epoch(),
            renewal.renewal() + 50,
            true,
            renewal.epoch(),
            renewal.record(),
            P0,
            true);
    assertThat(only(host.receive(B, other), Effect.LeaseHeld.class)).isEmpty();
    RenewAnswer older =
        new RenewAnswer(
            new Epoch(1), renewal.renewal(), true, new Epoch(1), renewal.record(), P0, true);
    assertThat(only(host.receive(B, older), Effect.LeaseHeld.class)).isEmpty();
  }

  @Test
  void aLateAnswerLengthensNothingThatHasEnded() {
    OneHost host = OneHost.fresh();
    host.elect();
    Renew renewal = host.sent(Renew.class, B);
    host.standStill(LEASE);
    List<Effect> step = host.receive(B, ack(renewal));
    assertThat(only(step, Effect.LeaseHeld.class)).isEmpty();
    assertThat(only(step, Effect.LeaseLapsed.class)).hasSize(1);
  }

  @Test
  void aNonVoterHearsTheMasterButItsAnswerNeverCounts() {
    OneHost host = OneHost.fresh();
    host.elect();
    host.give(new Input.HostsChanged(hosts(A, B, C, D)));
    host.pass(600);
    Renew renewal = host.sent(Renew.class, D);
    assertThat(only(host.receive(D, ack(renewal)), Effect.LeaseHeld.class)).isEmpty();
    assertThat(only(host.receive(C, ack(renewal)), Effect.LeaseHeld.class)).hasSize(1);
  }

  @Test
  void renewsFiveTimesALeaseAndAtOnceWhenAskedTo() {
    OneHost host = OneHost.fresh();
    host.elect();
    assertThat(allSent(host.pass(LEASE - 1), Renew.class, B)).hasSizeBetween(4, 5);
    List<Effect> step = host.give(new Input.FreshRenewalWanted());
    Renew fresh = allSent(step, Renew.class, B).get(0);
    assertThat(only(host.receive(B, ack(fresh)), Effect.LeaseHeld.class).get(0).sentAt())
        .isEqualTo(host.millis() * 1_000_000L);
  }

  @Test
  void aLapsedLeaseIsToldOnceAndTheSameEpochIsRenewed() {
    OneHost host = OneHost.fresh();
    Epoch epoch = host.elect();
    List<Effect> silence = host.pass(LEASE + 1_000);
    assertThat(only(silence, Effect.LeaseLapsed.class))
        .containsExactly(new Effect.LeaseLapsed(epoch));
    assertThat(only(silence, Effect.Deposed.class)).isEmpty();
    List<Effect> back = host.receive(B, ack(host.sent(Renew.class, B)));
    assertThat(only(back, Effect.LeaseHeld.class).get(0).epoch()).isEqualTo(epoch);
  }

  @Test
  void aRefusalThatNamesANewerEpochDeposesAtOnce() {
    OneHost host = OneHost.fresh();
    Epoch epoch = host.elect();
    List<Effect> step = host.receive(C, refusal(host.sent(Renew.class, C), 1026));
    assertThat(only(step, Effect.Deposed.class))
        .containsExactly(new Effect.Deposed(epoch, new Epoch(1026)));
    assertThat(host.view().role()).isEqualTo(AuthorityView.Role.FOLLOWER);
    assertThat(allSent(host.pass(1_000), Renew.class, B)).isEmpty();
  }

  @Test
  void theRenewalOfANewerMasterDeposesAndIsAcknowledged() {
    OneHost host = OneHost.fresh();
    host.elect();
    List<Effect> step = host.receive(B, renews(1025, LEASE));
    assertThat(only(step, Effect.Deposed.class)).hasSize(1);
    assertThat(allSent(step, RenewAnswer.class, B).get(0).acknowledged()).isTrue();
  }

  @Test
  void aLongLeaseIsAskedForUntilItIsAcknowledgedAndThenNoMore() {
    OneHost host = OneHost.fresh();
    host.elect();
    host.give(new Input.LongLeaseWanted(60_000));
    host.pass(700);
    Renew longOne = host.sent(Renew.class, B);
    assertThat(longOne.leaseMillis()).isEqualTo(60_000);
    Effect.LeaseHeld held = only(host.receive(B, ack(longOne)), Effect.LeaseHeld.class).get(0);
    assertThat(held.endsAt() - held.sentAt()).isEqualTo(59_280_000_000L);
    host.pass(600);
    Renew next = host.sent(Renew.class, B);
    assertThat(next.leaseMillis()).isEqualTo(LEASE);
    assertThat(only(host.receive(B, ack(next)), Effect.LeaseHeld.class).get(0).endsAt())
        .isEqualTo(held.endsAt());
  }

  @Test
  void aRestartedMasterOfAnUnreleasedEpochRenewsIt() {
    Epoch epoch = new Epoch(256);
    AuthorityEvent[] journal = {
      new AuthorityEvent.Asked(epoch),
      new AuthorityEvent.Promised(epoch, A),
      new AuthorityEvent.Won(epoch)
    };
    OneHost host = OneHost.restarted(journal);
    assertThat(host.effects()).contains(new Effect.MasterAgain(epoch));
    assertThat(only(host.effects(), Effect.LeaseHeld.class)).isEmpty();
    List<Effect> step = host.receive(B, ack(host.sent(Renew.class, B)));
    assertThat(only(step, Effect.LeaseHeld.class)).isEmpty();
    host.receive(A, renews(1, LEASE));
    Renew own = host.sent(Renew.class, A);
    assertThat(only(host.receive(A, ack(own)), Effect.LeaseHeld.class)).hasSize(1);
  }

  @Test
  void aRestartedMasterThatReleasedOrPromisedAnotherIsNone() {
    Epoch epoch = new Epoch(256);
    OneHost released =
        OneHost.restarted(
            new AuthorityEvent.Asked(epoch),
            new AuthorityEvent.Promised(epoch, A),
            new AuthorityEvent.Won(epoch),
            new AuthorityEvent.Released(epoch, B));
    OneHost promised =
        OneHost.restarted(
            new AuthorityEvent.Asked(epoch),
            new AuthorityEvent.Promised(epoch, A),
            new AuthorityEvent.Won(epoch),
            new AuthorityEvent.Promised(new Epoch(513), B));
    assertThat(only(released.effects(), Effect.MasterAgain.class)).isEmpty();
    assertThat(only(promised.effects(), Effect.MasterAgain.class)).isEmpty();
  }

  @Test
  void aReleaseIsPersistedBeforeItIsSentAndIsFinal() {
    OneHost host = OneHost.fresh();
    Epoch epoch = host.elect();
    List<Effect> step = host.give(new Input.ReleaseWanted(B));
    assertThat(step.get(0)).isEqualTo(new Effect.Persist(new AuthorityEvent.Released(epoch, B)));
    assertThat(allSent(step, Release.class, B)).containsExactly(new Release(epoch, B));
    assertThat(only(step, Effect.ReleaseDone.class)).hasSize(1);
    List<Effect> after = host.receive(B, ack(host.sent(Renew.class, B)));
    assertThat(only(after, Effect.LeaseHeld.class)).isEmpty();
    List<Effect> later = host.pass(LEASE - 100);
    assertThat(allSent(later, Renew.class, B)).isEmpty();
    assertThat(allSent(later, Release.class, B)).as("said again").isNotEmpty();
    assertThat(allSent(host.receive(B, asks(1025, P0)), VoteAnswer.class, B)).hasSize(1);
    assertThat(host.authority().durable().promisedTo()).contains(B);
  }

  @Test
  void refusesToReleaseWhileItsContainerMayLive() {
    OneHost host = OneHost.fresh();
    host.elect();
    host.give(new Input.ContainerChanged(true));
    List<Effect> step = host.give(new Input.ReleaseWanted(B));
    assertThat(only(step, Effect.ReleaseFailed.class)).hasSize(1);
    assertThat(persisted(step)).isEmpty();
  }

  @Test
  void aBarrierIsDoneWhenAMajorityHasRecordedItUnderAValidLease() {
    OneHost host = OneHost.fresh();
    Epoch epoch = host.elect();
    List<Effect> step = host.give(new Input.BarrierWanted(7, at(epoch.value(), 4)));
    assertThat(persisted(step))
        .containsExactly(new AuthorityEvent.BarrierKept(at(epoch.value(), 4)));
    assertThat(allSent(step, RecordBarrier.class, C)).hasSize(1);
    List<Effect> done = host.receive(C, new BarrierAnswer(epoch, 7, true, epoch));
    assertThat(only(done, Effect.BarrierDone.class))
        .containsExactly(new Effect.BarrierDone(7, at(epoch.value(), 4)));
  }

  @Test
  void aMasterThatStoodStillCountsNoBarrierBeforeItHasALeaseAgain() {
    OneHost host = OneHost.fresh();
    Epoch epoch = host.elect();
    host.give(new Input.BarrierWanted(7, at(epoch.value(), 4)));
    host.standStill(6_700);
    List<Effect> late = host.receive(C, new BarrierAnswer(epoch, 7, true, epoch));
    assertThat(only(late, Effect.BarrierDone.class)).isEmpty();
    host.pass(10);
    List<Effect> again = host.receive(B, ack(host.sent(Renew.class, B)));
    assertThat(only(again, Effect.BarrierDone.class)).hasSize(1);
  }

  @Test
  void barriersUnderWayFailWhenTheMastershipEndsOrIsAboutToMove() {
    OneHost host = OneHost.fresh();
    Epoch epoch = host.elect();
    host.give(new Input.BarrierWanted(1, at(epoch.value(), 4)));
    assertThat(only(host.give(new Input.BarriersAborted("switchover")), Effect.BarrierFailed.class))
        .containsExactly(new Effect.BarrierFailed(1, "switchover"));
    host.give(new Input.BarrierWanted(2, at(epoch.value(), 5)));
    assertThat(only(host.give(new Input.ReleaseWanted(B)), Effect.BarrierFailed.class)).hasSize(1);
    assertThat(
            only(
                host.give(new Input.BarrierWanted(3, at(epoch.value(), 6))),
                Effect.BarrierFailed.class))
        .hasSize(1);
  }

  @Test
  void aBarrierThatIsRefusedForANewerEpochDeposes() {
    OneHost host = OneHost.fresh();
    Epoch epoch = host.elect();
    host.give(new Input.BarrierWanted(1, at(epoch.value(), 4)));
    List<Effect> step = host.receive(C, new BarrierAnswer(epoch, 1, false, new Epoch(1026)));
    assertThat(only(step, Effect.Deposed.class)).hasSize(1);
    assertThat(only(step, Effect.BarrierFailed.class)).hasSize(1);
  }

  @Test
  void aBarrierIsAskedForAgainOfThoseWhoDidNotAnswer() {
    OneHost host = OneHost.fresh();
    Epoch epoch = host.elect();
    host.give(new Input.BarrierWanted(1, at(epoch.value(), 4)));
    assertThat(allSent(host.pass(700), RecordBarrier.class, C)).hasSize(1);
  }

  private static RecordAnswer kept(AuthorityRecord record, Epoch promised) {
    return new RecordAnswer(promised, record.version(), promised);
  }

  @Test
  void theFirstChangeReRecordsWhatThereIsUnderItsOwnEpoch() {
    OneHost host = OneHost.fresh();
    Epoch epoch = host.elect();
    List<Effect> step = host.give(new Input.RecordWanted(1, hosts(A, B, C, D), "{\"x\":1}"));
    AuthorityRecord first = record(epoch.value(), 1, A, B, C);
    assertThat(allSent(step, OfferRecord.class, B).get(0).record()).isEqualTo(first);
    assertThat(allSent(step, OfferRecord.class, D)).isEmpty();
    List<Effect> second = host.receive(B, kept(first, epoch));
    OfferRecord offer = allSent(second, OfferRecord.class, D).get(0);
    assertThat(offer.record().voters()).containsExactly(A, B, C, D);
    assertThat(offer.record().version()).isEqualTo(new RecordVersion(epoch, 2));
    assertThat(offer.promised()).isEqualTo(epoch);
  }

  @Test
  void aChangeCountsAtAMajorityOfTheOldAndOfTheNewVoters() {
    OneHost host = OneHost.fresh();
    Epoch epoch = host.elect();
    host.give(new Input.RecordWanted(1, hosts(A, B, C, D), "{}"));
    AuthorityRecord first = record(epoch.value(), 1, A, B, C);
    host.receive(C, kept(first, epoch));
    AuthorityRecord second = record(epoch.value(), 2, A, B, C, D);
    assertThat(only(host.receive(D, kept(second, epoch)), Effect.RecordDone.class)).isEmpty();
    assertThat(only(host.receive(B, kept(second, epoch)), Effect.RecordDone.class))
        .containsExactly(new Effect.RecordDone(1, second));
  }

  @Test
  void changesWaitForEachOther() {
    OneHost host = OneHost.fresh();
    Epoch epoch = host.elect();
    host.give(new Input.RecordWanted(1, hosts(A, B, C, D), "{}"));
    host.give(new Input.RecordWanted(2, hosts(A, B, C, D, E), "{}"));
    host.receive(C, kept(record(epoch.value(), 1, A, B, C), epoch));
    AuthorityRecord second = record(epoch.value(), 2, A, B, C, D);
    assertThat(host.authority().durable().record()).isEqualTo(second);
    host.receive(B, kept(second, epoch));
    host.receive(C, kept(second, epoch));
    assertThat(host.authority().durable().record().voters()).hasSize(5);
  }

  @Test
  void twoVotersAtATimeOrTheMasterItselfAreRefused() {
    OneHost host =
        OneHost.of(OneHost.setup(A), AuthorityDurable.initial(record(0, 0, A)), false).ready();
    host.give(new Input.StandNow());
    assertThat(
            only(
                host.give(new Input.RecordWanted(1, hosts(A, B, C), "{}")),
                Effect.RecordFailed.class))
        .hasSize(1);
    assertThat(
            only(host.give(new Input.RecordWanted(2, hosts(B), "{}")), Effect.RecordFailed.class))
        .hasSize(1);
  }

  @Test
  void aHostWithAnOlderRecordIsOfferedTheNewOneWhenItRenews() {
    OneHost host = OneHost.fresh();
    Epoch epoch = host.elect();
    host.give(new Input.RecordWanted(1, hosts(A, B, C), "{\"x\":1}"));
    host.receive(B, kept(record(epoch.value(), 1, A, B, C), epoch));
    RenewAnswer old = new RenewAnswer(epoch, 1, true, epoch, RecordVersion.INITIAL, P0, true);
    OfferRecord offer = allSent(host.receive(C, old), OfferRecord.class, C).get(0);
    assertThat(offer.record().document()).isEqualTo("{\"x\":1}");
  }

  @Test
  void aHostWithTheHalfDoneRecordOfAnEarlierMasterMakesItReRecord() {
    OneHost host = OneHost.fresh();
    Epoch epoch = host.elect();
    RenewAnswer newer =
        new RenewAnswer(epoch, 1, true, epoch, new RecordVersion(new Epoch(2), 9), P0, true);
    OfferRecord offer = allSent(host.receive(C, newer), OfferRecord.class, C).get(0);
    assertThat(offer.record()).isEqualTo(record(epoch.value(), 1, A, B, C));
  }

  @Test
  void aChangeUnderWayIsToldToBeUnknownWhenTheMastershipEnds() {
    OneHost host = OneHost.fresh();
    host.elect();
    host.give(new Input.RecordWanted(1, hosts(A, B, C), "{\"x\":1}"));
    List<Effect> step = host.receive(C, refusal(host.sent(Renew.class, C), 1026));
    assertThat(only(step, Effect.RecordFailed.class)).hasSize(1);
  }

  @Test
  void aSingleVoterIsMasterByItsOwnVoteAndDoesEverythingAlone() {
    OneHost host =
        OneHost.of(OneHost.setup(A), AuthorityDurable.initial(record(0, 0, A)), false).ready();
    List<Effect> silence = host.pass(LEASE + 1_000);
    Epoch epoch = only(silence, Effect.Elected.class).get(0).epoch();
    assertThat(only(host.pass(2 * LEASE), Effect.LeaseLapsed.class)).isEmpty();
    assertThat(
            only(
                host.give(new Input.BarrierWanted(1, at(epoch.value(), 1))),
                Effect.BarrierDone.class))
        .hasSize(1);
    assertThat(
            only(
                host.give(new Input.RecordWanted(2, hosts(A), "{\"x\":1}")),
                Effect.RecordDone.class))
        .hasSize(1);
  }

  @Test
  void aShortLeaseIsCountedWithItsOwnDuration() {
    LeaseTimes times = new LeaseTimes(Duration.ofSeconds(60), Duration.ofSeconds(1), 0.012);
    assertThat(times.trustedNanos(1_000)).isEqualTo(988_000_000L);
  }
}
