package flocker.node.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import org.junit.jupiter.api.Test;

/**
 * The order of a master's steps, told as a story: each test plays the supervisor, answering every
 * step at once unless it says otherwise.
 */
class MastershipTest extends PlayedMastership {
  private static final Epoch EPOCH = new Epoch(256);
  private static final HostId OTHER = new HostId("00000000000000bb");

  private void lease() {
    play(mastership.leaseHeld(EPOCH, now, now + 3 * SECOND, now));
  }

  private void becomeMaster() {
    play(mastership.elected(EPOCH, now));
    lease();
    now += SECOND / 2;
    lease();
    assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
    steps.clear();
    others.clear();
  }

  @Test
  void aTakeOverStartsTheContainerLast() {
    hanging.add(Step.OPEN);
    play(mastership.elected(EPOCH, now));
    lease();
    hanging.clear();
    play(mastership.done(Step.OPEN, now));
    lease();
    assertThat(steps)
        .containsExactly(
            Step.OCCUPY,
            Step.OPEN,
            Step.FIRST_SNAPSHOT,
            Step.REPLICATE,
            Step.ARM,
            Step.FRESH_LEASE,
            Step.START,
            Step.PORTS);
    assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void theContainerStartsOnlyOnALeaseSentAfterEverythingWasReady() {
    hanging.add(Step.OPEN);
    play(mastership.elected(EPOCH, now));
    lease();
    now += SECOND;
    play(mastership.done(Step.OPEN, now));
    assertThat(steps).endsWith(Step.ARM, Step.FRESH_LEASE);
    // Sent before the guards were armed; its answer waited on the way.
    play(mastership.leaseHeld(EPOCH, now - SECOND / 2, now + 2 * SECOND, now));
    assertThat(steps).doesNotContain(Step.START);
    lease();
    assertThat(steps).contains(Step.START);
  }

  @Test
  void withoutALeaseNothingIsArmedOrStarted() {
    play(mastership.elected(EPOCH, now));
    assertThat(steps).doesNotContain(Step.ARM, Step.START);
    assertThat(mastership.phase()).isEqualTo(Phase.LAPSED);
    lease();
    now += SECOND / 10;
    lease();
    assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void theVoterHearsThatTheContainerMayRunBeforeTheGuardsAreArmed() {
    play(mastership.elected(EPOCH, now));
    lease();
    assertThat(others).contains(new Action.ContainerMayRun(true));
    assertThat(steps).doesNotContain(Step.START);
  }

  @Test
  void aLapsedLeaseKillsAndALaterOneStartsAgain() {
    becomeMaster();
    now += 4 * SECOND;
    play(mastership.leaseLapsed(now));
    assertThat(steps).containsExactly(Step.HOLD, Step.KILL, Step.DISARM, Step.SNAPSHOT);
    assertThat(mastership.phase()).isEqualTo(Phase.LAPSED);
    assertThat(others)
        .containsSubsequence(new Action.PositionInDoubt(), new Action.ContainerMayRun(false));
    lease();
    now += SECOND / 10;
    lease();
    assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void aLeaseThatLapsesWhileTheContainerStartsKillsIt() {
    hanging.add(Step.START);
    play(mastership.elected(EPOCH, now));
    lease();
    lease();
    assertThat(steps).endsWith(Step.START);
    now += 4 * SECOND;
    play(mastership.leaseLapsed(now));
    play(mastership.done(Step.START, now));
    assertThat(steps).endsWith(Step.START, Step.HOLD, Step.KILL, Step.DISARM, Step.SNAPSHOT);
  }

  @Test
  void aDeposedMasterKillsBeforeAnythingElse() {
    becomeMaster();
    play(mastership.deposed(EPOCH, now));
    assertThat(steps)
        .containsExactly(
            Step.HOLD,
            Step.KILL,
            Step.DISARM,
            Step.STOP_REPLICATION,
            Step.STOP_SNAPSHOTS,
            Step.CLOSE,
            Step.VACATE);
    assertThat(mastership.phase()).isEqualTo(Phase.STANDBY);
    assertThat(mastership.epoch()).isEmpty();
  }

  @Test
  void aContainerThatCannotBeKilledIsTriedAgainAndNeverPassedOver() {
    becomeMaster();
    hanging.add(Step.KILL);
    play(mastership.deposed(EPOCH, now));
    play(mastership.failed(Step.KILL, "process 7 is stuck", now));
    play(mastership.failed(Step.KILL, "process 7 is stuck", now));
    assertThat(steps).containsExactly(Step.HOLD, Step.KILL, Step.KILL, Step.KILL);
    assertThat(others).doesNotContain(new Action.ContainerMayRun(false));
  }

  @Test
  void aSwitchoverReleasesOnlyAfterTheTargetHasEverything() {
    becomeMaster();
    hanging.add(Step.CONFIRM);
    play(mastership.switchover(OTHER, now));
    assertThat(steps)
        .containsExactly(
            Step.HOLD,
            Step.STOP,
            Step.DISARM,
            Step.STOP_CHANGES,
            Step.SEAL,
            Step.FINAL_SNAPSHOT,
            Step.CONFIRM);
    play(mastership.done(Step.CONFIRM, now));
    assertThat(steps)
        .endsWith(Step.RELEASE, Step.STOP_REPLICATION, Step.STOP_SNAPSHOTS, Step.VACATE);
    assertThat(mastership.phase()).isEqualTo(Phase.STANDBY);
  }

  @Test
  void aSwitchoverWhoseTargetIsSilentGoesOnHere() {
    becomeMaster();
    hanging.add(Step.CONFIRM);
    play(mastership.switchover(OTHER, now));
    play(mastership.failed(Step.CONFIRM, "no answer", now));
    now += SECOND / 10;
    lease();
    assertThat(steps).doesNotContain(Step.RELEASE).contains(Step.OPEN, Step.START);
    assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
    assertThat(others).contains(new Action.SwitchoverEnded(false, "no answer; going on here"));
  }

  @Test
  void aReleasedEpochIsNeverTakenBack() {
    becomeMaster();
    hanging.add(Step.STOP_SNAPSHOTS);
    play(mastership.switchover(OTHER, now));
    steps.clear();
    lease();
    play(mastership.want(true, now));
    assertThat(steps).isEmpty();
  }

  @Test
  void aContainerThatEndsByItselfIsRestartedAFewTimesThenLeft() {
    becomeMaster();
    for (int i = 0; i < 2; i++) {
      play(mastership.exited(now));
      lease();
      assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
    }
    assertThat(others).doesNotContain(new Action.GaveUp());
    play(mastership.exited(now));
    assertThat(mastership.phase()).isEqualTo(Phase.FAILED);
    assertThat(others).as("another host may have better luck").contains(new Action.GaveUp());
    steps.clear();
    play(mastership.want(true, now));
    now += 1;
    lease();
    assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void anOperatorStopsAndStarts() {
    becomeMaster();
    play(mastership.want(false, now));
    assertThat(steps).containsExactly(Step.HOLD, Step.STOP, Step.DISARM, Step.SNAPSHOT);
    assertThat(mastership.phase()).isEqualTo(Phase.STOPPED);
    play(mastership.want(true, now));
    now += 1;
    lease();
    assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void aRestartedJvmAdoptsTheRunningContainer() {
    mastership = mastership(true, true);
    play(mastership.masterAgain(EPOCH, now));
    assertThat(steps).isEmpty();
    lease();
    assertThat(steps)
        .containsExactly(
            Step.ARM, Step.OCCUPY, Step.OPEN, Step.FIRST_SNAPSHOT, Step.REPLICATE, Step.PORTS);
    assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void aRestartedJvmWhoseContainerIsDeadStartsANewOne() {
    mastership = mastership(true, true);
    play(mastership.masterAgain(EPOCH, now));
    play(mastership.exited(now));
    assertThat(others).contains(new Action.ContainerMayRun(false));
    lease();
    now += 1;
    lease();
    assertThat(steps).contains(Step.START);
    assertThat(mastership.phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void renewalsMoveTheGuardsDeadline() {
    becomeMaster();
    now += SECOND;
    lease();
    assertThat(others).containsExactly(new Action.Feed(now + 3 * SECOND - SECOND * 3 / 10));
  }

  @Test
  void aNewEpochWhileTheOldOneIsClearedAwayFinishesThatFirst() {
    becomeMaster();
    hanging.add(Step.STOP_SNAPSHOTS);
    play(mastership.deposed(EPOCH, now));
    hanging.clear();
    play(mastership.elected(new Epoch(512), now));
    play(mastership.done(Step.STOP_SNAPSHOTS, now));
    assertThat(steps)
        .containsSubsequence(
            Step.STOP_SNAPSHOTS, Step.CLOSE, Step.OCCUPY, Step.OPEN, Step.FIRST_SNAPSHOT);
    assertThat(steps).doesNotContain(Step.VACATE);
  }

  @Test
  void sickStorageThatStillReadsGivesItsLastWritesAway() {
    becomeMaster();
    play(mastership.stepDown(OTHER, now));
    assertThat(steps)
        .containsExactly(
            Step.HOLD,
            Step.KILL,
            Step.DISARM,
            Step.STOP_CHANGES,
            Step.FINAL_SNAPSHOT,
            Step.CONFIRM,
            Step.RELEASE,
            Step.STOP_REPLICATION,
            Step.STOP_SNAPSHOTS,
            Step.CLOSE,
            Step.VACATE);
  }

  @Test
  void sickStorageThatHangsIsNotWaitedForLong() {
    becomeMaster();
    hanging.add(Step.FINAL_SNAPSHOT);
    play(mastership.stepDown(OTHER, now));
    assertThat(steps).endsWith(Step.FINAL_SNAPSHOT);
    play(mastership.rescueIsOver(now));
    assertThat(steps).doesNotContain(Step.CONFIRM).contains(Step.RELEASE);
    assertThat(others).contains(new Action.PositionAsTold());
    // The call that hung comes back much later, and means nothing any more.
    assertThat(mastership.done(Step.FINAL_SNAPSHOT, now)).isEmpty();
  }

  @Test
  void sickStorageThatRefusesTheLastSnapshotIsLeftWithoutIt() {
    becomeMaster();
    hanging.add(Step.FINAL_SNAPSHOT);
    play(mastership.stepDown(OTHER, now));
    play(mastership.failed(Step.FINAL_SNAPSHOT, "I/O error", now));
    assertThat(steps).doesNotContain(Step.CONFIRM, Step.OPEN).contains(Step.RELEASE);
  }

  @Test
  void afterADeathTheVoterDoubtsThePositionUntilASnapshotIsTaken() {
    becomeMaster();
    play(mastership.exited(now));
    assertThat(steps).containsSubsequence(Step.KILL, Step.DISARM, Step.SNAPSHOT, Step.BACK_OFF);
    assertThat(others)
        .containsSubsequence(new Action.PositionInDoubt(), new Action.ContainerMayRun(false));
  }
}
