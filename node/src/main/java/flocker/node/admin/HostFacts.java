package flocker.node.admin;

import flocker.node.config.HostEntry;
import flocker.protocol.admin.Alarm;
import flocker.protocol.admin.ClusterView;
import java.util.List;
import java.util.Optional;

/** What a host said of itself when it was asked, or that it did not answer. */
record HostFacts(
    HostEntry entry, boolean reachable, Optional<ClusterView.Storage> storage, List<Alarm> alarms) {
  static HostFacts unreachable(HostEntry entry) {
    return new HostFacts(entry, false, Optional.empty(), List.of());
  }
}
