package flocker.node.snapshot;

import flocker.protocol.id.SnapshotMark;
import java.util.List;
import java.util.Optional;

/**
 * How many demands, in their order, one snapshot answers, and what is said of it. A snapshot has
 * one label, so of two labelled demands the second waits for the next; any number of others share.
 *
 * @param count so many of the first demands; all, unless two are labelled
 */
record Demands(int count, SnapshotMark mark) {
  static Demands of(List<SnapshotMark> waiting) {
    Optional<SnapshotMark> mark = Optional.empty();
    int count = 0;
    for (SnapshotMark next : waiting) {
      if (mark.isPresent() && mark.get().label().isPresent() && next.label().isPresent()) {
        break;
      }
      mark = Optional.of(mark.map(taken -> together(taken, next)).orElse(next));
      count++;
    }
    return new Demands(count, mark.orElse(SnapshotMark.CHANGE));
  }

  /** The reason is that of the labelled one, else of the first. */
  private static SnapshotMark together(SnapshotMark first, SnapshotMark second) {
    SnapshotMark named = second.label().isPresent() ? second : first;
    return first.consistent() || second.consistent() ? named.madeConsistent() : named;
  }
}
