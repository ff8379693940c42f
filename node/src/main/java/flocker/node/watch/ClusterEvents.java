package flocker.node.watch;

import flocker.protocol.admin.EventPage;
import flocker.protocol.admin.EventView;
import flocker.protocol.admin.HostName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The newest events of all hosts in one line, oldest first. Each host numbers its own events, anew
 * from 1 after a restart of its node; the line is ordered by the hosts' clocks. Not thread-safe.
 */
final class ClusterEvents {
  private static final Comparator<EventView> ORDER =
      Comparator.comparing(EventView::at)
          .thenComparing(event -> event.host().value())
          .thenComparingLong(EventView::seq);

  private final int kept;
  private final Map<HostName, EventView> last = new HashMap<>();
  private final List<EventView> line = new ArrayList<>();

  ClusterEvents(int kept) {
    this.kept = kept;
  }

  /**
   * After which number to ask this host; empty: for its newest. The last one known is asked for
   * again, because only its time tells that the node has not been restarted meanwhile.
   */
  Optional<Long> cursor(HostName host) {
    return Optional.ofNullable(last.get(host)).map(event -> event.seq() - 1);
  }

  /** Takes what a host answered to {@link #cursor}; returns what is new of it, oldest first. */
  List<EventView> add(HostName host, EventPage page) {
    EventView known = last.get(host);
    if (known != null && restarted(known, page)) {
      // All that it has told since its restart is new, and is asked for next.
      last.remove(host);
      return List.of();
    }
    List<EventView> fresh =
        page.events().stream().filter(e -> known == null || e.seq() > known.seq()).toList();
    if (!fresh.isEmpty()) {
      last.put(host, fresh.get(fresh.size() - 1));
      line.addAll(fresh);
      line.sort(ORDER);
      line.subList(0, Math.max(line.size() - kept, 0)).clear();
    }
    return fresh;
  }

  private static boolean restarted(EventView known, EventPage page) {
    if (page.events().isEmpty()) {
      return page.next() < known.seq();
    }
    EventView first = page.events().get(0);
    return first.seq() <= known.seq() && !first.at().equals(known.at());
  }

  /** The newest {@code limit}, oldest first. */
  List<EventView> newest(int limit) {
    return List.copyOf(line.subList(Math.max(line.size() - limit, 0), line.size()));
  }
}
