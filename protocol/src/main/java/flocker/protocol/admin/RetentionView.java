package flocker.protocol.admin;

import flocker.protocol.id.SnapshotName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What retention does with the snapshots of one copy, now.
 *
 * @param host whose copy
 * @param master whether it is the system's master
 * @param rules by which the plan was made
 * @param settings all that is set for this system
 * @param total how many snapshots there are; {@code snapshots} may be fewer, the newest
 * @param destroyed how many of them go
 * @param freesAtLeast bytes that only those hold, each for itself; more where neighbours go
 *     together
 * @param pressure empty, or why more is destroyed than the rules say
 * @param bases what is kept for each other host
 * @param snapshots oldest first
 */
public record RetentionView(
    SystemName system,
    HostName host,
    boolean master,
    RetentionRules rules,
    HistorySettings settings,
    int total,
    int destroyed,
    long freesAtLeast,
    String pressure,
    List<Base> bases,
    List<Line> snapshots)
    implements AdminReply {
  /**
   * @param snapshot empty: there is nothing known that both hosts have
   * @param bytes what is kept for that host alone
   */
  public record Base(HostName host, Optional<SnapshotName> snapshot, long bytes) {}

  /**
   * @param keep whether it stays
   * @param why the rule that keeps or destroys it
   * @param bytes what it holds for itself alone; only of those that go
   */
  public record Line(
      SnapshotName name, Instant at, boolean keep, String why, Optional<Long> bytes) {}

  public RetentionView {
    bases = List.copyOf(bases);
    snapshots = List.copyOf(snapshots);
  }
}
