package flocker.protocol.admin;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.time.Instant;
import java.util.Optional;

/**
 * @param epoch empty, as {@code seq}, for a snapshot that is not of Flocker's own line
 */
public record SnapshotView(
    SnapshotName name, SnapshotGuid guid, Optional<Epoch> epoch, Optional<Long> seq, Instant at)
    implements AdminReply {
  /** The view of what storage shows. */
  public static SnapshotView of(SnapshotName name, SnapshotGuid guid, Instant at) {
    var position = name.position(guid);
    return new SnapshotView(
        name, guid, position.map(p -> p.epoch()), position.map(p -> p.sequence()), at);
  }
}
