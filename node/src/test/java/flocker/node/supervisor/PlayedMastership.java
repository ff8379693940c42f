package flocker.node.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A mastership whose supervisor the test plays, answering every step at once but those that hang.
 */
abstract class PlayedMastership {
  static final long SECOND = Duration.ofSeconds(1).toNanos();

  long now = 100 * SECOND;
  Mastership mastership = mastership(true, false);
  final List<Step> steps = new ArrayList<>();
  final List<Action> others = new ArrayList<>();
  final Set<Step> hanging = EnumSet.noneOf(Step.class);

  static Mastership mastership(boolean run, boolean mayRun) {
    return new Mastership(
        new Mastership.Settings(Duration.ofMillis(300), 2, Duration.ofSeconds(1)), run, mayRun);
  }

  final void play(List<Action> actions) {
    for (Action action : actions) {
      if (action instanceof Action.Run run) {
        steps.add(run.step());
        if (!hanging.contains(run.step()) && run.step() != Step.FRESH_LEASE) {
          play(mastership.done(run.step(), now));
        }
      } else {
        others.add(action);
      }
    }
  }
}
