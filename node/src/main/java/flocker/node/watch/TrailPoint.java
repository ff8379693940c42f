package flocker.node.watch;

import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemView;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What charts show of one moment.
 *
 * @param systems by name
 * @param hosts by name; those in contact
 */
public record TrailPoint(
    Instant at, Map<SystemName, SystemPoint> systems, Map<HostName, HostPoint> hosts) {
  /**
   * @param lag seconds by host, of the replicas of which it is known
   * @param loss seconds that would be missing if the master died now
   */
  public record SystemPoint(Map<HostName, Double> lag, Optional<Double> loss) {}

  /**
   * @param free bytes of the pool
   * @param size bytes of the pool
   * @param sent bytes of streams since its node started
   * @param received the same, of those that came
   */
  public record HostPoint(long free, long size, Optional<Long> sent, Optional<Long> received) {}

  static TrailPoint of(ClusterView view) {
    Map<SystemName, SystemPoint> systems = new TreeMap<>();
    for (SystemView system : view.systems()) {
      Map<HostName, Double> lag = new TreeMap<>();
      for (SystemView.Replica replica : system.replicas()) {
        replica.lagSeconds().ifPresent(seconds -> lag.put(replica.host(), seconds));
      }
      systems.put(
          system.name(),
          new SystemPoint(lag, system.lossIfMasterDiedNow().map(SystemView.Loss::seconds)));
    }
    Map<HostName, HostPoint> hosts = new TreeMap<>();
    for (ClusterView.Host host : view.hosts()) {
      host.storage()
          .ifPresent(
              s ->
                  hosts.put(
                      host.name(),
                      new HostPoint(
                          s.free(),
                          s.size(),
                          host.traffic().map(ClusterView.Traffic::sentBytes),
                          host.traffic().map(ClusterView.Traffic::receivedBytes))));
    }
    return new TrailPoint(view.at(), systems, hosts);
  }
}
