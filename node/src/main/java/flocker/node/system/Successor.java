package flocker.node.system;

import flocker.node.authority.HostView;
import flocker.protocol.id.HostId;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** Who takes over from a master whose storage is sick. Pure. */
final class Successor {
  private Successor() {}

  /**
   * The host with the newest copy among those that said within the last lease that they could
   * serve; empty if nobody did, and then the sick master stays.
   */
  static Optional<HostId> choose(Map<HostId, HostView> hosts, HostId self, long leaseMillis) {
    return hosts.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(self))
        .filter(entry -> entry.getValue().couldServeWithin(leaseMillis))
        .filter(entry -> entry.getValue().position().exists())
        .max(Comparator.comparing(entry -> entry.getValue().position()))
        .map(Map.Entry::getKey);
  }
}
