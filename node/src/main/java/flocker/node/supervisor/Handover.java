package flocker.node.supervisor;

import flocker.protocol.id.HostId;
import java.util.List;
import java.util.Optional;

/**
 * Giving a mastership away: by an operator's switchover, which loses nothing or goes on here, or by
 * a master whose storage is sick, which gives away what it still can and does not go on.
 */
final class Handover {
  private final Stage stage;
  private Optional<HostId> target = Optional.empty();
  private boolean sick;

  Handover(Stage stage) {
    this.stage = stage;
  }

  Optional<HostId> target() {
    return target;
  }

  /** A new epoch: nothing of an earlier handover counts. */
  void forget() {
    sick = false;
  }

  List<Action> switchover(HostId to, long now) {
    Phase phase = stage.phase();
    if (phase != Phase.RUNNING && phase != Phase.STOPPED && phase != Phase.FAILED) {
      stage.emit(
          new Action.SwitchoverEnded(
              false, "the system is " + phase + " here; try again when it runs"));
      return stage.take();
    }
    target = Optional.of(to);
    sick = false;
    stage.enter(Phase.SWITCHING);
    stage.plan(Step.HOLD, Step.STOP, Step.DISARM, Step.STOP_CHANGES, Step.SEAL);
    stage.append(Step.FINAL_SNAPSHOT, Step.CONFIRM, Step.RELEASE);
    stage.append(Step.STOP_REPLICATION, Step.STOP_SNAPSHOTS, Step.VACATE);
    return stage.next(now);
  }

  List<Action> stepDown(HostId to, long now) {
    if (!stage.holds() || stage.phase() == Phase.SWITCHING || stage.phase() == Phase.ROLLING_BACK) {
      return List.of();
    }
    target = Optional.of(to);
    sick = true;
    stage.enter(Phase.SWITCHING);
    stage.plan(Step.HOLD, Step.KILL, Step.DISARM, Step.STOP_CHANGES, Step.FINAL_SNAPSHOT);
    stage.append(Step.CONFIRM, Step.RELEASE, Step.STOP_REPLICATION, Step.STOP_SNAPSHOTS);
    stage.append(Step.CLOSE, Step.VACATE);
    return stage.next(now);
  }

  List<Action> rescueIsOver(long now) {
    Agenda agenda = stage.agenda();
    boolean rescuing = agenda.runs(Step.FINAL_SNAPSHOT) || agenda.runs(Step.CONFIRM);
    if (stage.phase() != Phase.SWITCHING || !sick || !rescuing) {
      return List.of();
    }
    agenda.ended();
    leaveBehind();
    return stage.next(now);
  }

  /** What is not with the target by now is for this host's stash. */
  private void leaveBehind() {
    stage.agenda().remove(Step.FINAL_SNAPSHOT);
    stage.agenda().remove(Step.CONFIRM);
    stage.emit(new Action.PositionAsTold());
  }

  /** A step before the release has failed: on without it, or back to running here. */
  void failed(Step step, String why) {
    if (sick) {
      if (step == Step.FINAL_SNAPSHOT || step == Step.CONFIRM) {
        leaveBehind();
      }
      return;
    }
    ended(false, why + "; going on here");
    stage.enter(Phase.TAKING_OVER);
    stage.plan(Step.OPEN, Step.FIRST_SNAPSHOT, Step.REPLICATE);
    stage.appendLaunch();
  }

  void released() {
    stage.release();
    ended(true, "released");
    stage.enter(Phase.YIELDING);
  }

  /** Tells the operator who waits, if one does. */
  void ended(boolean done, String message) {
    if (target.isPresent()) {
      target = Optional.empty();
      stage.emit(new Action.SwitchoverEnded(done, message));
    }
  }
}
