package flocker.node.supervisor;

import java.util.Optional;

/** What a supervisor tells the tree it belongs to; for events, status and routes. */
public sealed interface SupervisorEvent {
  /** The phase changed. */
  record PhaseChanged(Phase from, Phase to) implements SupervisorEvent {}

  /** The alarm was raised, or cleared when empty. */
  record AlarmChanged(String alarm) implements SupervisorEvent {}

  /** The container ended too often here; it is left to another host or to an operator. */
  record GaveUp() implements SupervisorEvent {}

  /** The container ended; {@code byItself} if nobody asked for it. */
  record ContainerEnded(Optional<Integer> exitCode, boolean byItself) implements SupervisorEvent {}

  /** Whether no step is under way or to come. */
  record Resting(boolean resting) implements SupervisorEvent {}

  /** Something about snapshots and replicas of this host's own epoch. */
  record FromShipping(ShippingActor.Notice notice) implements SupervisorEvent {}
}
