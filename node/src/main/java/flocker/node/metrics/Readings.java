package flocker.node.metrics;

import flocker.node.system.EventsActor;
import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.SystemView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node answers when it is asked about itself.
 *
 * @param self this host alone
 * @param ready in contact with a majority
 * @param lease how long one lasts
 * @param systems each as this host knows it
 * @param events how many of each there were
 * @param storage what went through storage; empty on a witness
 */
record Readings(
    ClusterView self,
    boolean ready,
    Duration lease,
    List<SystemView> systems,
    Map<EventsActor.Counted, Long> events,
    Optional<Map<StorageMeters.Key, Long>> storage) {}
