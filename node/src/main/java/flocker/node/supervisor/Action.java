package flocker.node.supervisor;

/** What {@link Mastership} wants done, in this order. */
public sealed interface Action {
  /** Begin a step. */
  record Run(Step step) implements Action {}

  /** Move the guards' deadline; only while armed. */
  record Feed(long deadlineNanos) implements Action {}

  /**
   * Tell the voter that the copy may hold more than its newest snapshot; the next position that it
   * is told ends that.
   */
  record PositionInDoubt() implements Action {}

  /** Tell the voter the last known position after all: the rest is left behind. */
  record PositionAsTold() implements Action {}

  /** Tell the voter whether the container may be alive. */
  record ContainerMayRun(boolean mayRun) implements Action {}

  /** Raise or clear the alarm of this system; an empty text clears it. */
  record Alarm(String text) implements Action {}

  /** The container ends again and again here; another host may have better luck. */
  record GaveUp() implements Action {}

  /** The answer to the operator who asked for a switchover. */
  record SwitchoverEnded(boolean done, String message) implements Action {}

  /** The answer to the operator who asked for a roll-back. */
  record RollBackEnded(boolean done, String message) implements Action {}

  /** The phase changed; for status and events. */
  record PhaseChanged(Phase from, Phase to) implements Action {}
}
