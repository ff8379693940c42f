package flocker.node.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The steps of a roll-back in their order, and that whatever fails, lapses or is elected meanwhile
 * ends it with the user system running. Each test plays the supervisor, answering every step at
 * once unless it says otherwise.
 */
class RollBackTest extends PlayedMastership {
  private static final Epoch OLD = new Epoch(256);
  private static final Epoch NEW = new Epoch(512);
  private static final HostId OTHER = new HostId("00000000000000bb");

  private void lease(Epoch epoch) {
    now += SECOND / 2;
    play(mastership.leaseHeld(epoch, now, now + 3 * SECOND, now));
  }

  @BeforeEach
  void runs() {
    hanging.addAll(EnumSet.of(Step.NEW_EPOCH, Step.GO_BACK));
    play(mastership.elected(OLD, now));
    lease(OLD);
    lease(OLD);
    assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
    steps.clear();
    others.clear();
  }

  private List<Action.RollBackEnded> ended() {
    return others.stream()
        .filter(Action.RollBackEnded.class::isInstance)
        .map(Action.RollBackEnded.class::cast)
        .toList();
  }

  @Test
  void theNewEpochIsAskedForWhileThePositionIsTheOldOneAndTheStartComesLast() {
    play(mastership.rollBack(now));
    assertThat(steps)
        .containsExactly(
            Step.HOLD,
            Step.STOP,
            Step.DISARM,
            Step.STOP_CHANGES,
            Step.SEAL,
            Step.SNAPSHOT,
            Step.NEW_EPOCH);
    assertThat(mastership.phase()).isEqualTo(Phase.ROLLING_BACK);
    steps.clear();
    play(mastership.elected(NEW, now));
    lease(NEW);
    assertThat(steps)
        .containsExactly(
            Step.HOLD,
            Step.KILL,
            Step.DISARM,
            Step.STOP_REPLICATION,
            Step.STOP_SNAPSHOTS,
            Step.CLOSE,
            Step.OCCUPY,
            Step.GO_BACK);
    assertThat(ended()).isEmpty();
    play(mastership.wentBack(true, "kept as a stash", now));
    lease(NEW);
    lease(NEW);
    assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
    assertThat(steps)
        .endsWith(
            Step.OPEN,
            Step.FIRST_SNAPSHOT,
            Step.REPLICATE,
            Step.ARM,
            Step.FRESH_LEASE,
            Step.START,
            Step.PORTS);
    assertThat(ended()).containsExactly(new Action.RollBackEnded(true, "kept as a stash"));
  }

  @Test
  void whatIsUndoneLeavesTheOldVersionRunning() {
    play(mastership.rollBack(now));
    play(mastership.elected(NEW, now));
    lease(NEW);
    play(mastership.wentBack(false, "no space; the old version is live", now));
    lease(NEW);
    lease(NEW);
    assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
    assertThat(ended())
        .containsExactly(new Action.RollBackEnded(false, "no space; the old version is live"));
  }

  @Test
  void aStorageThatIsInDoubtIsAskedAgainBeforeAnythingIsOpened() {
    play(mastership.rollBack(now));
    play(mastership.elected(NEW, now));
    lease(NEW);
    steps.clear();
    play(mastership.failed(Step.GO_BACK, "storage does not answer", now));
    assertThat(steps).containsExactly(Step.GO_BACK);
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"DISARM", "STOP_CHANGES", "SEAL", "SNAPSHOT", "NEW_EPOCH"})
  void aFailureBeforeTheNewEpochMeansToGoOn(Step failing) {
    hanging.add(failing);
    play(mastership.rollBack(now));
    assertThat(steps).endsWith(failing);
    play(mastership.failed(failing, "broken", now));
    hanging.remove(failing);
    lease(OLD);
    lease(OLD);
    assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
    assertThat(ended()).hasSize(1).allMatch(end -> !end.done() && end.message().contains("broken"));
    assertThat(steps).doesNotContain(Step.GO_BACK);
  }

  @Test
  void aContainerThatDoesNotDieIsKilledBeforeAnythingElse() {
    hanging.add(Step.STOP);
    play(mastership.rollBack(now));
    play(mastership.failed(Step.STOP, "it lives", now));
    assertThat(steps).containsSubsequence(Step.STOP, Step.KILL, Step.SNAPSHOT, Step.NEW_EPOCH);
  }

  @Test
  void aLeaseThatLapsesBeforeEndsItAndRunsAgainUnderTheSameEpoch() {
    hanging.add(Step.SNAPSHOT);
    play(mastership.rollBack(now));
    now += 10 * SECOND;
    play(mastership.leaseLapsed(now));
    assertThat(ended()).hasSize(1).noneMatch(Action.RollBackEnded::done);
    hanging.remove(Step.SNAPSHOT);
    play(mastership.done(Step.SNAPSHOT, now));
    lease(OLD);
    lease(OLD);
    lease(OLD);
    assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void aLeaseThatLapsesWhileTheNewEpochIsAskedForChangesNothing() {
    play(mastership.rollBack(now));
    now += 10 * SECOND;
    play(mastership.leaseLapsed(now));
    assertThat(mastership.phase()).isEqualTo(Phase.ROLLING_BACK);
    play(mastership.elected(NEW, now));
    lease(NEW);
    assertThat(steps).endsWith(Step.GO_BACK);
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"SNAPSHOT", "NEW_EPOCH"})
  void anotherHostsElectionEndsIt(Step during) {
    hanging.add(during);
    play(mastership.rollBack(now));
    play(mastership.deposed(OLD, now));
    play(mastership.done(during, now));
    assertThat(mastership.phase()).isEqualTo(Phase.STANDBY);
    assertThat(ended()).hasSize(1).noneMatch(Action.RollBackEnded::done);
    assertThat(steps).doesNotContain(Step.GO_BACK).endsWith(Step.CLOSE, Step.VACATE);
  }

  @Test
  void anElectionRightAfterTheSwapSaysThatItHadBeenDone() {
    play(mastership.rollBack(now));
    play(mastership.elected(NEW, now));
    lease(NEW);
    hanging.add(Step.OPEN);
    play(mastership.wentBack(true, "kept", now));
    play(mastership.deposed(NEW, now));
    assertThat(ended()).hasSize(1);
    assertThat(ended().get(0).message()).contains("had become live");
  }

  @Test
  void onlyWhatStandsStillGoesBackAndOneAtATime() {
    play(mastership.rollBack(now));
    others.clear();
    play(mastership.switchover(OTHER, now));
    assertThat(others).hasSize(1).first().isInstanceOf(Action.SwitchoverEnded.class);
    play(mastership.rollBack(now));
    assertThat(ended()).hasSize(1).noneMatch(Action.RollBackEnded::done);
    play(mastership.stepDown(OTHER, now));
    assertThat(mastership.phase()).isEqualTo(Phase.ROLLING_BACK);
  }

  @Test
  void aStoppedSystemIsStoppedAfterwards() {
    play(mastership.want(false, now));
    assertThat(mastership.phase()).isEqualTo(Phase.STOPPED);
    play(mastership.rollBack(now));
    play(mastership.elected(NEW, now));
    lease(NEW);
    play(mastership.wentBack(true, "kept", now));
    assertThat(mastership.phase()).isEqualTo(Phase.STOPPED);
    assertThat(ended()).containsExactly(new Action.RollBackEnded(true, "kept"));
  }
}
