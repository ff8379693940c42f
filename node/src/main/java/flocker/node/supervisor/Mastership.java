package flocker.node.supervisor;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Decides the steps of one host's mastership of one user system. Pure: it is told what happened and
 * when, and answers with what to do. One step runs at a time; its end is told by {@link #done} or
 * {@link #failed}.
 *
 * <p>Invariants: START is only ever run after ARM of the same launch and on a lease whose renewal
 * was sent after ARM had ended; no step of a take-over runs after the epoch was lost; VACATE only
 * after KILL or STOP was proven.
 */
public final class Mastership {
  /** What to do, in this order. */
  public sealed interface Action {
    /** Begin a step. */
    record Run(Step step) implements Action {}

    /** Move the guards' deadline; only while armed. */
    record Feed(long deadlineNanos) implements Action {}

    /** Tell the voter whether the container may be alive. */
    record ContainerMayRun(boolean mayRun) implements Action {}

    /** Raise or clear the alarm of this system; an empty text clears it. */
    record Alarm(String text) implements Action {}

    /** The answer to the operator who asked for a switchover. */
    record SwitchoverEnded(boolean done, String message) implements Action {}

    /** The phase changed; for status and events. */
    record PhaseChanged(Phase from, Phase to) implements Action {}
  }

  /**
   * @param killAllowance the guards' share of the lease: the deadline fed is the lease's end less
   *     this
   * @param maxRestarts how often a container that ends by itself is started again before it is left
   *     to an operator
   * @param backOff the pause before the first restart; doubles each time up to a minute
   */
  public record Settings(Duration killAllowance, int maxRestarts, Duration backOff) {}

  private static final long QUIET_RUN_NANOS = Duration.ofMinutes(5).toNanos();
  private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(1);

  private final Settings settings;
  private final Deque<Step> todo = new ArrayDeque<>();
  private Phase phase = Phase.STANDBY;
  private Optional<Step> running = Optional.empty();
  private Optional<Epoch> epoch = Optional.empty();
  private boolean wantRunning;
  private boolean armed;
  private boolean mayRun;
  private boolean released;
  private boolean lost;
  private long leaseEndsAt = Long.MIN_VALUE;
  private long leaseSentAt = Long.MIN_VALUE;
  private long freshSince = Long.MAX_VALUE;
  private long startedAt;
  private int restarts;
  private Optional<HostId> target = Optional.empty();
  private List<Action> out = new ArrayList<>();

  /**
   * @param wantRunning whether the operator wants the container to run
   * @param mayRun whether a container of an earlier JVM may be alive
   */
  public Mastership(Settings settings, boolean wantRunning, boolean mayRun) {
    this.settings = settings;
    this.wantRunning = wantRunning;
    this.mayRun = mayRun;
  }

  public Phase phase() {
    return phase;
  }

  public Optional<Epoch> epoch() {
    return epoch;
  }

  public Optional<Step> running() {
    return running;
  }

  public Optional<HostId> target() {
    return target;
  }

  public long leaseEndsAt() {
    return leaseEndsAt;
  }

  /** How long BACK_OFF lasts now. */
  public Duration backOff() {
    Duration pause = settings.backOff().multipliedBy(1L << Math.min(restarts, 10));
    return pause.compareTo(LONGEST_BACK_OFF) < 0 ? pause : LONGEST_BACK_OFF;
  }

  /** The deadline to arm or feed the guards with. */
  public long deadline() {
    return leaseEndsAt == Long.MIN_VALUE
        ? Long.MIN_VALUE
        : leaseEndsAt - settings.killAllowance().toNanos();
  }

  /** A majority granted the epoch to this host. */
  public List<Action> elected(Epoch won, long now) {
    boolean first = phase == Phase.STANDBY;
    epoch = Optional.of(won);
    released = false;
    lost = false;
    leaseEndsAt = Long.MIN_VALUE;
    leaseSentAt = Long.MIN_VALUE;
    restarts = 0;
    plan();
    // Nothing of an earlier epoch goes on in the new one.
    if (mayRun || !first) {
      append(Step.HOLD, Step.KILL, Step.DISARM);
    }
    if (!first) {
      append(Step.STOP_REPLICATION, Step.STOP_SNAPSHOTS, Step.CLOSE);
    }
    enter(Phase.TAKING_OVER);
    append(Step.OCCUPY, Step.OPEN, Step.FIRST_SNAPSHOT, Step.REPLICATE);
    appendLaunch();
    return next(now);
  }

  /** The journal says that this host holds the epoch; nothing is known of a lease. */
  public List<Action> masterAgain(Epoch held, long now) {
    epoch = Optional.of(held);
    released = false;
    lost = false;
    enter(Phase.RESUMING);
    plan();
    return next(now);
  }

  /** A lease is held; the renewal that earned it was sent at {@code sentAt}. */
  public List<Action> leaseHeld(Epoch of, long sentAt, long endsAt, long now) {
    if (!of.equals(epoch.orElse(null)) || released || lost) {
      return List.of();
    }
    leaseEndsAt = Math.max(leaseEndsAt, endsAt);
    leaseSentAt = Math.max(leaseSentAt, sentAt);
    if (armed && now < deadline()) {
      out.add(new Action.Feed(deadline()));
    }
    if (running.equals(Optional.of(Step.FRESH_LEASE)) && leaseSentAt >= freshSince && valid(now)) {
      return done(Step.FRESH_LEASE, now);
    }
    if (phase == Phase.RESUMING && running.isEmpty() && todo.isEmpty() && valid(now)) {
      resume();
    } else if (phase == Phase.LAPSED && running.isEmpty() && todo.isEmpty() && valid(now)) {
      enter(Phase.TAKING_OVER);
      plan();
      appendLaunch();
    }
    return next(now);
  }

  private void resume() {
    enter(Phase.TAKING_OVER);
    if (mayRun && wantRunning) {
      // Adopted: the guards of the earlier JVM are taken over before anything else.
      plan(Step.ARM, Step.OCCUPY, Step.OPEN, Step.FIRST_SNAPSHOT, Step.REPLICATE, Step.PORTS);
      return;
    }
    if (mayRun) {
      plan(Step.HOLD, Step.KILL, Step.DISARM);
    } else {
      plan();
    }
    append(Step.OCCUPY, Step.OPEN, Step.FIRST_SNAPSHOT, Step.REPLICATE);
    appendLaunch();
  }

  /** The lease has ended, or is about to: the guards' deadline has come. */
  public List<Action> leaseLapsed(long now) {
    if (epoch.isEmpty() || lost || released || valid(now)) {
      return List.of();
    }
    switch (phase) {
      case RUNNING, TAKING_OVER -> {
        if (mayRun || todo.contains(Step.START) || running.filter(this::ofLaunch).isPresent()) {
          lapse();
        }
      }
      case SWITCHING -> {
        switchoverEnded(false, "the lease lapsed during the switchover");
        lapse();
      }
      default -> {
        // Nothing runs under this lease.
      }
    }
    return next(now);
  }

  private void lapse() {
    List<Step> unfinished = new ArrayList<>();
    if (phase == Phase.TAKING_OVER) {
      unfinished.addAll(todo);
      unfinished.removeIf(this::ofLaunch);
    } else if (phase == Phase.SWITCHING) {
      unfinished.addAll(List.of(Step.OPEN, Step.FIRST_SNAPSHOT, Step.REPLICATE));
    }
    enter(Phase.LAPSED);
    plan(Step.HOLD, Step.KILL, Step.DISARM);
    unfinished.forEach(todo::addLast);
  }

  private boolean ofLaunch(Step step) {
    return switch (step) {
      case ARM, FRESH_LEASE, START, PORTS, BACK_OFF -> true;
      default -> false;
    };
  }

  /** Another host holds a newer epoch; or this one gave its own up. */
  public List<Action> deposed(Epoch mine, long now) {
    if (!mine.equals(epoch.orElse(null)) || lost) {
      return List.of();
    }
    lost = true;
    if (phase == Phase.SWITCHING && !released) {
      switchoverEnded(false, "another host was elected during the switchover");
    }
    yieldNow();
    return next(now);
  }

  private void yieldNow() {
    enter(Phase.YIELDING);
    plan(Step.HOLD, Step.KILL, Step.DISARM, Step.STOP_REPLICATION, Step.STOP_SNAPSHOTS);
    append(Step.CLOSE, Step.VACATE);
  }

  /** The operator's wish changed. */
  public List<Action> want(boolean run, long now) {
    boolean before = wantRunning;
    wantRunning = run;
    if (epoch.isEmpty() || lost || released || phase == Phase.SWITCHING) {
      return List.of();
    }
    if (run && (phase == Phase.STOPPED || phase == Phase.FAILED)) {
      restarts = 0;
      out.add(new Action.Alarm(""));
      enter(Phase.TAKING_OVER);
      plan();
      appendLaunch();
    } else if (!run && before && phase != Phase.LAPSED && phase != Phase.RESUMING) {
      List<Step> opening = new ArrayList<>(todo);
      opening.removeIf(this::ofLaunch);
      enter(Phase.STOPPED);
      plan();
      opening.forEach(todo::addLast);
      append(Step.HOLD, Step.STOP, Step.DISARM, Step.SNAPSHOT);
    } else if (!run && phase == Phase.LAPSED) {
      enter(Phase.STOPPED);
    }
    return next(now);
  }

  /** The container's init ended by itself, or was killed by the guards. */
  public List<Action> exited(long now) {
    if (phase == Phase.RESUMING) {
      containerDead();
      return take();
    }
    if (phase != Phase.RUNNING) {
      return List.of();
    }
    if (now - startedAt > QUIET_RUN_NANOS) {
      restarts = 0;
    }
    plan(Step.HOLD, Step.KILL, Step.DISARM);
    if (restarts >= settings.maxRestarts()) {
      enter(Phase.FAILED);
      out.add(
          new Action.Alarm(
              "the init command ended by itself "
                  + (restarts + 1)
                  + " times; see 'system logs', then 'system start'"));
    } else {
      enter(Phase.TAKING_OVER);
      append(Step.BACK_OFF);
      appendLaunch();
      restarts++;
    }
    return next(now);
  }

  /** Hand over to another host without loss. */
  public List<Action> switchover(HostId to, long now) {
    if (phase != Phase.RUNNING && phase != Phase.STOPPED && phase != Phase.FAILED) {
      out.add(
          new Action.SwitchoverEnded(
              false, "the system is " + phase + " here; try again when it runs"));
      return take();
    }
    target = Optional.of(to);
    enter(Phase.SWITCHING);
    plan(Step.HOLD, Step.STOP, Step.DISARM, Step.STOP_CHANGES, Step.SEAL, Step.FINAL_SNAPSHOT);
    append(Step.CONFIRM, Step.RELEASE, Step.STOP_REPLICATION, Step.STOP_SNAPSHOTS, Step.VACATE);
    return next(now);
  }

  /**
   * This host's storage fails; {@code to} can serve. What storage still holds is kept for its
   * stash.
   */
  public List<Action> stepDown(HostId to, long now) {
    if (epoch.isEmpty() || lost || released || phase == Phase.SWITCHING) {
      return List.of();
    }
    target = Optional.of(to);
    enter(Phase.SWITCHING);
    plan(Step.HOLD, Step.KILL, Step.DISARM, Step.RELEASE, Step.STOP_REPLICATION);
    append(Step.STOP_SNAPSHOTS, Step.CLOSE, Step.VACATE);
    return next(now);
  }

  /** The guards cannot be reached nor replaced: the container must not run without them. */
  public List<Action> guardsLost(String why, long now) {
    if (phase != Phase.RUNNING && phase != Phase.TAKING_OVER) {
      return List.of();
    }
    out.add(new Action.Alarm("guards: " + why));
    lapse();
    return next(now);
  }

  /** A step has ended as it should. */
  public List<Action> done(Step step, long now) {
    if (!running.equals(Optional.of(step))) {
      return List.of();
    }
    running = Optional.empty();
    switch (step) {
      case ARM -> armed = true;
      case START -> startedAt = now;
      case KILL, STOP -> containerDead();
      case DISARM -> armed = false;
      case RELEASE -> {
        released = true;
        switchoverEnded(true, "released");
        enter(Phase.YIELDING);
      }
      default -> {
        // The next step follows.
      }
    }
    if (step == Step.START && !valid(now) && phase != Phase.YIELDING) {
      lapse();
    }
    if (step == Step.ARM && !valid(now) && !lost) {
      lapse();
    }
    if (todo.isEmpty()) {
      arrived();
    }
    return next(now);
  }

  private void containerDead() {
    if (mayRun) {
      mayRun = false;
      out.add(new Action.ContainerMayRun(false));
    }
  }

  private void arrived() {
    switch (phase) {
      case TAKING_OVER -> enter(wantRunning ? Phase.RUNNING : Phase.STOPPED);
      case YIELDING -> {
        epoch = Optional.empty();
        enter(Phase.STANDBY);
      }
      default -> {
        // Stays as it is.
      }
    }
  }

  /** A step has failed; nothing of it is left half done except what the text says. */
  public List<Action> failed(Step step, String why, long now) {
    if (!running.equals(Optional.of(step))) {
      return List.of();
    }
    running = Optional.empty();
    out.add(new Action.Alarm(step.name().toLowerCase(java.util.Locale.ROOT) + ": " + why));
    boolean mustBeProven = step == Step.KILL || step == Step.STOP;
    if (phase == Phase.SWITCHING && !released && !mustBeProven && step != Step.RELEASE) {
      failBack(why);
      return next(now);
    }
    switch (step) {
      case KILL, STOP -> todo.addFirst(Step.KILL); // tried again for ever: it must be proven
      case START, ARM, FRESH_LEASE -> {
        if (phase == Phase.TAKING_OVER && !lost) {
          launchFailed();
        }
      }
      case HOLD, PORTS, DISARM, STOP_CHANGES, STOP_REPLICATION, STOP_SNAPSHOTS -> {
        // Best effort; what follows does not depend on it.
      }
      default -> todo.addFirst(step);
    }
    if (todo.isEmpty()) {
      arrived();
    }
    return next(now);
  }

  private void launchFailed() {
    plan(Step.HOLD, Step.KILL, Step.DISARM);
    if (restarts >= settings.maxRestarts()) {
      enter(Phase.FAILED);
    } else {
      append(Step.BACK_OFF);
      appendLaunch();
      restarts++;
    }
  }

  private void failBack(String why) {
    switchoverEnded(false, why + "; going on here");
    enter(Phase.TAKING_OVER);
    plan(Step.OPEN, Step.FIRST_SNAPSHOT, Step.REPLICATE);
    appendLaunch();
  }

  private void switchoverEnded(boolean done, String message) {
    if (target.isPresent()) {
      target = Optional.empty();
      out.add(new Action.SwitchoverEnded(done, message));
    }
  }

  private boolean valid(long now) {
    return leaseEndsAt != Long.MIN_VALUE && now < deadline();
  }

  private void plan(Step... steps) {
    todo.clear();
    append(steps);
  }

  private void append(Step... steps) {
    for (Step step : steps) {
      todo.addLast(step);
    }
  }

  private void appendLaunch() {
    if (wantRunning) {
      append(Step.ARM, Step.FRESH_LEASE, Step.START, Step.PORTS);
    }
  }

  private void enter(Phase to) {
    if (phase != to) {
      out.add(new Action.PhaseChanged(phase, to));
      phase = to;
    }
  }

  private List<Action> next(long now) {
    if (running.isEmpty() && !todo.isEmpty()) {
      if (todo.peekFirst() == Step.ARM && !valid(now) && !lost) {
        // Guards are never armed with a deadline that has passed; the next lease launches again.
        lapse();
      }
      Step step = todo.removeFirst();
      running = Optional.of(step);
      if (step == Step.ARM && !mayRun) {
        mayRun = true;
        out.add(new Action.ContainerMayRun(true));
      } else if (step == Step.FRESH_LEASE) {
        freshSince = now;
      }
      out.add(new Action.Run(step));
    }
    return take();
  }

  private List<Action> take() {
    List<Action> actions = List.copyOf(out);
    out = new ArrayList<>();
    return actions;
  }
}
