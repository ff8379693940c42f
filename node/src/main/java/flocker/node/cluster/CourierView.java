package flocker.node.cluster;

import flocker.protocol.id.HostId;
import java.util.Map;

/**
 * What the courier has done since it started.
 *
 * @param batchesSent to each host
 * @param itemsSent messages in those batches
 * @param batchesReceived from each host, accepted
 * @param dropped what was not delivered, by reason
 */
public record CourierView(
    Map<HostId, Long> batchesSent,
    long itemsSent,
    Map<HostId, Long> batchesReceived,
    Map<Drop, Long> dropped) {

  /** Why a message or batch was dropped. */
  public enum Drop {
    /** Posted for a host whose address is not known here. */
    UNKNOWN_DESTINATION,
    /** Posted, but larger than remoting's frame. */
    TOO_LARGE,
    /** A batch of another cluster. */
    OTHER_CLUSTER,
    /** A batch for another host id: this host was installed anew, or an address was reused. */
    OTHER_HOST,
    /** A batch of a host that this one does not know. */
    UNKNOWN_SENDER,
    /** An item about a system that has no recipient here (yet). */
    UNKNOWN_SYSTEM
  }

  public CourierView {
    batchesSent = Map.copyOf(batchesSent);
    batchesReceived = Map.copyOf(batchesReceived);
    dropped = Map.copyOf(dropped);
  }
}
