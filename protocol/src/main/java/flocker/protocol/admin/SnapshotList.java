package flocker.protocol.admin;

import java.util.List;

/**
 * @param host whose snapshots these are
 * @param total how many there are; {@code snapshots} may be fewer, the newest
 * @param snapshots oldest first
 */
public record SnapshotList(
    SystemName system, HostName host, int total, List<SnapshotView> snapshots)
    implements AdminReply {
  public SnapshotList {
    snapshots = List.copyOf(snapshots);
  }
}
