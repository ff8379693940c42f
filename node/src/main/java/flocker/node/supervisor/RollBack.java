package flocker.node.supervisor;

import java.util.List;

/**
 * Going back to an earlier version: the container is stopped and proven dead, what it left is in a
 * snapshot, a new epoch is granted while the position is still the old version's, and only then the
 * wanted version becomes live. A failure before that means to go on with the old one.
 */
final class RollBack {
  private final Stage stage;
  private boolean pending;
  private boolean done;
  private String message = "";

  RollBack(Stage stage) {
    this.stage = stage;
  }

  List<Action> begin(long now) {
    Phase phase = stage.phase();
    if (phase != Phase.RUNNING && phase != Phase.STOPPED && phase != Phase.FAILED) {
      stage.emit(
          new Action.RollBackEnded(
              false, "the system is " + phase + " here; nothing was done, try again when it runs"));
      return stage.take();
    }
    pending = true;
    done = false;
    message = "";
    stage.enter(Phase.ROLLING_BACK);
    stage.plan(Step.HOLD, Step.STOP, Step.DISARM, Step.STOP_CHANGES, Step.SEAL, Step.SNAPSHOT);
    stage.append(Step.NEW_EPOCH);
    return stage.next(now);
  }

  /** This host was elected: true if that is the epoch that was asked for. */
  boolean granted() {
    if (stage.phase() == Phase.ROLLING_BACK && stage.agenda().runs(Step.NEW_EPOCH)) {
      stage.agenda().ended();
      return true;
    }
    ended("another election came between; the old version is live");
    return false;
  }

  /** The version was changed, or that was undone. */
  void wentBack(boolean changed, String said) {
    done = changed;
    message = said;
  }

  /** A step before the new epoch has failed: back to running the old version. */
  void failed(String why) {
    ended(why + "; the old version is live and goes on here");
    stage.enter(Phase.TAKING_OVER);
    stage.plan(Step.OPEN, Step.FIRST_SNAPSHOT, Step.REPLICATE);
    stage.appendLaunch();
  }

  /** The system runs, or is stopped as before. */
  void arrived() {
    if (pending) {
      pending = false;
      stage.emit(new Action.RollBackEnded(done, message));
    }
  }

  /** It has come to an end in another way; tells the operator who waits, if one does. */
  void ended(String why) {
    if (pending) {
      pending = false;
      stage.emit(
          new Action.RollBackEnded(
              false, done ? why + "; the wanted version had become live here before" : why));
    }
  }
}
