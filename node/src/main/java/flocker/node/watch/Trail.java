package flocker.node.watch;

import flocker.protocol.admin.ClusterView;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last while of a cluster, bounded in number and in size. Not thread-safe. */
final class Trail {
  static final Duration SPACING = Duration.ofSeconds(5);
  private static final int MOST_POINTS = 360;
  private static final int MOST_SYSTEM_POINTS = 7200;

  private final Deque<TrailPoint> points = new ArrayDeque<>();
  private int systemPoints;

  /** Takes a view, unless the last one was a moment ago; by the clock of the node that shows it. */
  void add(ClusterView view) {
    TrailPoint last = points.peekLast();
    if (last != null && view.at().isBefore(last.at())) {
      // The wall clock was set back: a chart cannot show both.
      points.clear();
      systemPoints = 0;
    } else if (last != null && view.at().isBefore(last.at().plus(SPACING))) {
      return;
    }
    TrailPoint point = TrailPoint.of(view);
    points.addLast(point);
    systemPoints += point.systems().size();
    while (points.size() > MOST_POINTS
        || (systemPoints > MOST_SYSTEM_POINTS && points.size() > 1)) {
      systemPoints -= points.removeFirst().systems().size();
    }
  }

  /** Oldest first. */
  List<TrailPoint> points() {
    return List.copyOf(points);
  }
}
