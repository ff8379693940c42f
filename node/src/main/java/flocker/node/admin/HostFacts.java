package flocker.node.admin;

import flocker.node.config.HostEntry;
import flocker.protocol.admin.Alarm;
import flocker.protocol.admin.ClusterView;
import java.util.List;
import java.util.Optional;

/** What a host said of itself when it was asked, or that it did not answer. */
record HostFacts(
    HostEntry entry,
    boolean reachable,
    Optional<ClusterView.Storage> storage,
    Optional<ClusterView.Traffic> traffic,
    List<Alarm> alarms) {
  /** What it said of itself. */
  static HostFacts told(HostEntry entry, ClusterView.Host itself, List<Alarm> alarms) {
    return new HostFacts(entry, true, itself.storage(), itself.traffic(), alarms);
  }

  static HostFacts unreachable(HostEntry entry) {
    return new HostFacts(entry, false, Optional.empty(), Optional.empty(), List.of());
  }
}
