package flocker.node.supervisor;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides the steps of one host's mastership of one user system. Pure: it is told what happened and
 * when, and answers with what to do. One step runs at a time; its end is told by {@link #done} or
 * {@link #failed}.
 *
 * <p>Invariants: START is only ever run after ARM of the same launch and on a lease whose renewal
 * was sent after ARM had ended; no step of a take-over runs after the epoch was lost; VACATE only
 * after KILL or STOP was proven; after KILL or STOP the voter doubts the position until a snapshot
 * holds what was written last.
 */
public final class Mastership {
  /**
   * @param killAllowance the guards' share of the lease: the deadline fed is the lease's end less
   *     this
   * @param maxRestarts how often a container that ends by itself is started again before it is left
   *     to an operator
   * @param backOff the pause before the first restart; doubles each time up to a minute
   */
  public record Settings(Duration killAllowance, int maxRestarts, Duration backOff) {}

  private final Stage stage;
  private final Handover handover;
  private final RollBack rollBack;
  private boolean armed;

  /**
   * @param wantRunning whether the operator wants the container to run
   * @param mayRun whether a container of an earlier JVM may be alive
   */
  public Mastership(Settings settings, boolean wantRunning, boolean mayRun) {
    this.stage = new Stage(settings, wantRunning, mayRun);
    this.handover = new Handover(stage);
    this.rollBack = new RollBack(stage);
  }

  public Phase phase() {
    return stage.phase();
  }

  public Optional<Epoch> epoch() {
    return stage.epoch();
  }

  public Optional<Step> running() {
    return stage.agenda().running();
  }

  public Optional<HostId> target() {
    return handover.target();
  }

  public long leaseEndsAt() {
    return stage.lease().endsAt();
  }

  /** How long BACK_OFF lasts now. */
  public Duration backOff() {
    return stage.restarts().backOff();
  }

  /** The deadline to arm or feed the guards with. */
  public long deadline() {
    return stage.lease().deadline();
  }

  /** A majority granted the epoch to this host. */
  public List<Action> elected(Epoch won, long now) {
    boolean first = phase() == Phase.STANDBY;
    boolean goesBack = rollBack.granted();
    stage.begin(won);
    handover.forget();
    stage.lease().none();
    stage.restarts().forget();
    stage.plan();
    // Nothing of an earlier epoch goes on in the new one.
    if (stage.mayRun() || !first) {
      stage.append(Step.HOLD, Step.KILL, Step.DISARM);
    }
    if (!first) {
      stage.append(Step.STOP_REPLICATION, Step.STOP_SNAPSHOTS, Step.CLOSE);
    }
    stage.enter(Phase.TAKING_OVER);
    stage.append(Step.OCCUPY);
    if (goesBack) {
      stage.append(Step.GO_BACK);
    }
    stage.append(Step.OPEN, Step.FIRST_SNAPSHOT, Step.REPLICATE);
    stage.appendLaunch();
    return stage.next(now);
  }

  /** The journal says that this host holds the epoch; nothing is known of a lease. */
  public List<Action> masterAgain(Epoch held, long now) {
    stage.begin(held);
    stage.enter(Phase.RESUMING);
    stage.plan();
    return stage.next(now);
  }

  /** A lease is held; the renewal that earned it was sent at {@code sentAt}. */
  public List<Action> leaseHeld(Epoch of, long sentAt, long endsAt, long now) {
    if (!stage.is(of) || !stage.holds()) {
      return List.of();
    }
    stage.lease().held(sentAt, endsAt);
    if (armed && now < deadline()) {
      stage.emit(new Action.Feed(deadline()));
    }
    if (stage.agenda().runs(Step.FRESH_LEASE) && stage.lease().fresh(now)) {
      return done(Step.FRESH_LEASE, now);
    }
    if (stage.agenda().rests() && stage.valid(now)) {
      if (phase() == Phase.RESUMING) {
        resume();
      } else if (phase() == Phase.LAPSED) {
        launchAgain();
      }
    }
    return stage.next(now);
  }

  private void launchAgain() {
    stage.enter(Phase.TAKING_OVER);
    stage.plan();
    stage.appendLaunch();
  }

  private void resume() {
    stage.enter(Phase.TAKING_OVER);
    if (stage.mayRun() && stage.wantRunning()) {
      // Adopted: the guards of the earlier JVM are taken over before anything else.
      stage.plan(Step.ARM, Step.OCCUPY, Step.OPEN, Step.FIRST_SNAPSHOT, Step.REPLICATE, Step.PORTS);
      return;
    }
    if (stage.mayRun()) {
      stage.plan(Step.HOLD, Step.KILL, Step.DISARM);
    } else {
      stage.plan();
    }
    stage.append(Step.OCCUPY, Step.OPEN, Step.FIRST_SNAPSHOT, Step.REPLICATE);
    stage.appendLaunch();
  }

  /** The lease has ended, or is about to: the guards' deadline has come. */
  public List<Action> leaseLapsed(long now) {
    if (!stage.holds() || stage.valid(now)) {
      return List.of();
    }
    Agenda agenda = stage.agenda();
    switch (phase()) {
      case RUNNING, TAKING_OVER -> {
        boolean launching = agenda.running().filter(Stage::ofLaunch).isPresent();
        if (stage.mayRun() || agenda.contains(Step.START) || launching) {
          stage.lapse();
        }
      }
      case SWITCHING -> {
        handover.ended(false, "the lease lapsed during the switchover");
        stage.lapse();
      }
      case ROLLING_BACK -> {
        if (!agenda.runs(Step.NEW_EPOCH)) {
          rollBack.ended("the lease lapsed before the roll-back; the old version is live");
          stage.lapse();
        }
      }
      default -> {
        // Nothing runs under this lease.
      }
    }
    return stage.next(now);
  }

  /** Another host holds a newer epoch; or this one gave its own up. */
  public List<Action> deposed(Epoch mine, long now) {
    if (!stage.is(mine) || stage.lost()) {
      return List.of();
    }
    stage.lose();
    if (phase() == Phase.SWITCHING && !stage.released()) {
      handover.ended(false, "another host was elected during the switchover");
    }
    rollBack.ended("another host was elected during the roll-back");
    stage.enter(Phase.YIELDING);
    stage.plan(Step.HOLD, Step.KILL, Step.DISARM, Step.STOP_REPLICATION, Step.STOP_SNAPSHOTS);
    stage.append(Step.CLOSE, Step.VACATE);
    return stage.next(now);
  }

  /** The operator's wish changed. */
  public List<Action> want(boolean run, long now) {
    boolean before = stage.wantRunning();
    stage.wantRunning(run);
    if (!stage.holds() || phase() == Phase.SWITCHING || phase() == Phase.ROLLING_BACK) {
      return List.of();
    }
    if (run && (phase() == Phase.STOPPED || phase() == Phase.FAILED)) {
      stage.restarts().forget();
      stage.emit(new Action.Alarm(""));
      launchAgain();
    } else if (!run && before && phase() != Phase.LAPSED && phase() != Phase.RESUMING) {
      List<Step> opening = stage.agenda().steps();
      opening.removeIf(Stage::ofLaunch);
      stage.enter(Phase.STOPPED);
      stage.plan();
      stage.agenda().appendAll(opening);
      stage.append(Step.HOLD, Step.STOP, Step.DISARM, Step.SNAPSHOT);
    } else if (!run && phase() == Phase.LAPSED) {
      stage.enter(Phase.STOPPED);
    }
    return stage.next(now);
  }

  /** The container's init ended by itself, or was killed by the guards. */
  public List<Action> exited(long now) {
    if (phase() == Phase.RESUMING) {
      stage.containerDead();
      return stage.take();
    }
    if (phase() != Phase.RUNNING) {
      return List.of();
    }
    Restarts restarts = stage.restarts();
    restarts.ended(now);
    if (restarts.exhausted()) {
      stage.emit(
          new Action.Alarm(
              "the init command ended by itself "
                  + restarts.endings()
                  + " times; see 'system logs', then 'system start'"));
    }
    launchLater();
    return stage.next(now);
  }

  /** Whatever is left is killed; then a pause and another try, or an operator's turn. */
  private void launchLater() {
    stage.plan(Step.HOLD, Step.KILL, Step.DISARM, Step.SNAPSHOT);
    if (stage.restarts().exhausted()) {
      stage.enter(Phase.FAILED);
      stage.emit(new Action.GaveUp());
    } else {
      stage.enter(Phase.TAKING_OVER);
      stage.append(Step.BACK_OFF);
      stage.appendLaunch();
      stage.restarts().again();
    }
  }

  /** Hand over to another host without loss. */
  public List<Action> switchover(HostId to, long now) {
    return handover.switchover(to, now);
  }

  /** Back to an earlier version, which is known to who carries out the steps. */
  public List<Action> rollBack(long now) {
    return rollBack.begin(now);
  }

  /** The end of GO_BACK: the wanted version is live, or the old one as before. */
  public List<Action> wentBack(boolean changed, String said, long now) {
    if (stage.agenda().runs(Step.GO_BACK)) {
      rollBack.wentBack(changed, said);
    }
    return done(Step.GO_BACK, now);
  }

  /**
   * This host's storage fails; {@code to} can serve. What storage still reads goes there first; see
   * {@link #rescueIsOver}.
   */
  public List<Action> stepDown(HostId to, long now) {
    return handover.stepDown(to, now);
  }

  /**
   * Sick storage has had its time to give the last writes away: the release waits no longer, not
   * even for a call that hangs.
   */
  public List<Action> rescueIsOver(long now) {
    return handover.rescueIsOver(now);
  }

  /** The guards cannot be reached nor replaced: the container must not run without them. */
  public List<Action> guardsLost(String why, long now) {
    if (phase() != Phase.RUNNING && phase() != Phase.TAKING_OVER) {
      return List.of();
    }
    stage.emit(new Action.Alarm("guards: " + why));
    stage.lapse();
    return stage.next(now);
  }

  /** A step has ended as it should. */
  public List<Action> done(Step step, long now) {
    if (!stage.agenda().runs(step)) {
      return List.of();
    }
    stage.agenda().ended();
    switch (step) {
      case ARM -> armed = true;
      case START -> stage.restarts().started(now);
      case KILL, STOP -> stage.containerDead();
      case DISARM -> armed = false;
      case RELEASE -> handover.released();
      default -> {
        // The next step follows.
      }
    }
    if (step == Step.START && !stage.valid(now) && phase() != Phase.YIELDING) {
      stage.lapse();
    }
    if (step == Step.ARM && !stage.valid(now) && !stage.lost()) {
      stage.lapse();
    }
    if (stage.agenda().empty()) {
      arrived();
    }
    return stage.next(now);
  }

  private void arrived() {
    switch (phase()) {
      case TAKING_OVER -> {
        stage.enter(stage.wantRunning() ? Phase.RUNNING : Phase.STOPPED);
        rollBack.arrived();
      }
      case YIELDING -> {
        stage.end();
        stage.enter(Phase.STANDBY);
      }
      default -> {
        // Stays as it is.
      }
    }
  }

  /** A step has failed; nothing of it is left half done except what the text says. */
  public List<Action> failed(Step step, String why, long now) {
    if (!stage.agenda().runs(step)) {
      return List.of();
    }
    stage.agenda().ended();
    stage.emit(new Action.Alarm(step.name().toLowerCase(Locale.ROOT) + ": " + why));
    boolean mustBeProven = step == Step.KILL || step == Step.STOP;
    boolean mayFailBack = !stage.released() && !mustBeProven && step != Step.RELEASE;
    if (phase() == Phase.SWITCHING && mayFailBack) {
      handover.failed(step, why);
      return stage.next(now);
    }
    if (phase() == Phase.ROLLING_BACK && !mustBeProven) {
      rollBack.failed(why);
      return stage.next(now);
    }
    switch (step) {
      case KILL, STOP -> stage.agenda().first(Step.KILL); // for ever: it must be proven
      case START, ARM, FRESH_LEASE -> {
        if (phase() == Phase.TAKING_OVER && !stage.lost()) {
          launchLater();
        }
      }
      case HOLD, PORTS, DISARM, STOP_CHANGES, STOP_REPLICATION, STOP_SNAPSHOTS -> {
        // Best effort; what follows does not depend on it.
      }
      default -> stage.agenda().first(step);
    }
    if (stage.agenda().empty()) {
      arrived();
    }
    return stage.next(now);
  }
}
