package flocker.protocol.admin;

import java.util.List;

/**
 * A completed barrier.
 *
 * @param position what was written before is in this snapshot or in an earlier one
 * @param hosts other hosts that have it and could be master, by name
 * @param tookMillis from the order to the record of a majority
 */
public record BarrierView(
    SystemName system, PositionLabel position, List<HostName> hosts, long tookMillis)
    implements AdminReply {
  public BarrierView {
    hosts = List.copyOf(hosts);
  }
}
