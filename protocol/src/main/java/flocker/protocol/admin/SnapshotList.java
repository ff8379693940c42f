package flocker.protocol.admin;

import java.util.List;

/**
 * @param host whose snapshots are counted: the master, or who was asked while there is none
 * @param total how many it has; {@code snapshots} may be fewer, the newest
 * @param snapshots oldest first; also those that only other hosts hold
 * @param silentHosts hosts that did not answer, which may hold some of these, or others
 */
public record SnapshotList(
    SystemName system,
    HostName host,
    int total,
    List<SnapshotView> snapshots,
    List<HostName> silentHosts)
    implements AdminReply {
  public SnapshotList {
    snapshots = List.copyOf(snapshots);
    silentHosts = List.copyOf(silentHosts);
  }
}
