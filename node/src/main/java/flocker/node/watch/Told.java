package flocker.node.watch;

import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.EventView;
import flocker.protocol.admin.HostName;
import java.util.List;

/** What followers are told. */
public sealed interface Told {
  /** The word by which a stream names it. */
  String word();

  /** What is written of it. */
  Object body();

  /** The past, once. */
  record Past(List<TrailPoint> points) implements Told {
    public Past {
      points = List.copyOf(points);
    }

    @Override
    public String word() {
      return "trail";
    }

    @Override
    public Object body() {
      return points;
    }
  }

  /** How it is now. */
  record Now(ClusterView view) implements Told {
    @Override
    public String word() {
      return "status";
    }

    @Override
    public Object body() {
      return view;
    }
  }

  /** What has happened, oldest first. */
  record Happened(List<EventView> events) implements Told {
    public Happened {
      events = List.copyOf(events);
    }

    @Override
    public String word() {
      return "events";
    }

    @Override
    public Object body() {
      return events;
    }
  }

  /**
   * Events of all hosts, as they are asked for.
   *
   * @param events oldest first
   * @param silentHosts hosts that do not answer, whose newest events are therefore missing
   */
  record ClusterEventList(List<EventView> events, List<HostName> silentHosts) {
    public ClusterEventList {
      events = List.copyOf(events);
      silentHosts = List.copyOf(silentHosts);
    }
  }
}
