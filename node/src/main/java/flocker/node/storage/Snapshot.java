package flocker.node.storage;

import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.time.Instant;
import java.util.Optional;

/** A snapshot as storage shows it. GUID and creation time are the same on all replicas. */
public record Snapshot(SnapshotName name, SnapshotGuid guid, Instant created) {
  /** Its position, or empty if it is not of Flocker's own line. */
  public Optional<Position> position() {
    return name.position(guid);
  }
}
