package flocker.node.supervisor;

import flocker.protocol.id.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where one host's mastership stands, and the small moves that every decision is made of; shared by
 * {@link Mastership}, {@link Handover} and {@link RollBack}.
 */
final class Stage {
  private final Agenda agenda = new Agenda();
  private final HeldLease lease;
  private final Restarts restarts;
  private Phase phase = Phase.STANDBY;
  private Optional<Epoch> epoch = Optional.empty();
  private boolean wantRunning;
  private boolean mayRun;
  private boolean released;
  private boolean lost;
  private List<Action> out = new ArrayList<>();

  Stage(Mastership.Settings settings, boolean wantRunning, boolean mayRun) {
    this.lease = new HeldLease(settings.killAllowance());
    this.restarts = new Restarts(settings.maxRestarts(), settings.backOff());
    this.wantRunning = wantRunning;
    this.mayRun = mayRun;
  }

  Agenda agenda() {
    return agenda;
  }

  HeldLease lease() {
    return lease;
  }

  Restarts restarts() {
    return restarts;
  }

  Phase phase() {
    return phase;
  }

  Optional<Epoch> epoch() {
    return epoch;
  }

  boolean wantRunning() {
    return wantRunning;
  }

  void wantRunning(boolean wanted) {
    wantRunning = wanted;
  }

  /** Whether a container may be alive here. */
  boolean mayRun() {
    return mayRun;
  }

  /** Another epoch of this host begins. */
  void begin(Epoch of) {
    epoch = Optional.of(of);
    released = false;
    lost = false;
  }

  void end() {
    epoch = Optional.empty();
  }

  void lose() {
    lost = true;
  }

  void release() {
    released = true;
  }

  boolean released() {
    return released;
  }

  /** The epoch was lost to another host. */
  boolean lost() {
    return lost;
  }

  /** An epoch is held, and not given up. */
  boolean holds() {
    return epoch.isPresent() && !lost && !released;
  }

  boolean is(Epoch of) {
    return epoch.equals(Optional.of(of));
  }

  boolean valid(long now) {
    return lease.valid(now);
  }

  void plan(Step... steps) {
    agenda.plan(steps);
  }

  void append(Step... steps) {
    agenda.append(steps);
  }

  void appendLaunch() {
    if (wantRunning) {
      append(Step.ARM, Step.FRESH_LEASE, Step.START, Step.PORTS);
    }
  }

  static boolean ofLaunch(Step step) {
    return switch (step) {
      case ARM, FRESH_LEASE, START, PORTS, BACK_OFF -> true;
      default -> false;
    };
  }

  void enter(Phase to) {
    if (phase != to) {
      emit(new Action.PhaseChanged(phase, to));
      phase = to;
    }
  }

  void emit(Action action) {
    out.add(action);
  }

  void containerDead() {
    if (mayRun) {
      mayRun = false;
      // What it wrote last is in no snapshot yet: no vote below that.
      emit(new Action.PositionInDoubt());
      emit(new Action.ContainerMayRun(false));
    }
  }

  /** The lease is over: dead at once, and what was written is in a snapshot. */
  void lapse() {
    List<Step> unfinished = new ArrayList<>();
    if (phase == Phase.TAKING_OVER) {
      unfinished.addAll(agenda.steps());
      unfinished.removeIf(Stage::ofLaunch);
    } else if (phase == Phase.SWITCHING || phase == Phase.ROLLING_BACK) {
      unfinished.addAll(List.of(Step.OPEN, Step.FIRST_SNAPSHOT, Step.REPLICATE));
    }
    enter(Phase.LAPSED);
    plan(Step.HOLD, Step.KILL, Step.DISARM);
    if (!unfinished.contains(Step.FIRST_SNAPSHOT)) {
      append(Step.SNAPSHOT);
    }
    agenda.appendAll(unfinished);
  }

  /** Begins the step that is due, and hands out all that has come together. */
  List<Action> next(long now) {
    if (agenda.due().equals(Optional.of(Step.ARM)) && !valid(now) && !lost) {
      // Guards are never armed with a deadline that has passed; the next lease launches again.
      lapse();
    }
    if (agenda.due().isPresent()) {
      Step step = agenda.begin();
      if (step == Step.ARM && !mayRun) {
        mayRun = true;
        emit(new Action.ContainerMayRun(true));
      } else if (step == Step.FRESH_LEASE) {
        lease.wantFresh(now);
      }
      emit(new Action.Run(step));
    }
    return take();
  }

  List<Action> take() {
    List<Action> actions = List.copyOf(out);
    out = new ArrayList<>();
    return actions;
  }
}
