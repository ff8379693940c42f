package flocker.protocol.admin;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.id.SnapshotName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * @param epoch empty, as {@code seq}, for a snapshot that is not of Flocker's own line
 * @param reason why it was taken, one word: {@code change}, {@code operator}, {@code first} …
 * @param consistent the software inside had made itself consistent by a hook; otherwise it is what
 *     a power cut would have left
 * @param label by which an operator calls it
 * @param pinned kept until an operator unpins it, whatever the retention rules say
 * @param bytes what it holds for itself alone, where storage was asked and can tell
 * @param hosts that hold it, of those that answered; empty where nobody was asked
 */
public record SnapshotView(
    SnapshotName name,
    SnapshotGuid guid,
    Optional<Epoch> epoch,
    Optional<Long> seq,
    Instant at,
    String reason,
    boolean consistent,
    Optional<String> label,
    boolean pinned,
    Optional<Long> bytes,
    List<HostName> hosts)
    implements AdminReply {
  public SnapshotView {
    hosts = hosts == null ? List.of() : List.copyOf(hosts);
  }

  /** The view of what storage shows. */
  public static SnapshotView of(SnapshotName name, SnapshotGuid guid, Instant at) {
    var position = name.position(guid);
    SnapshotMark mark = name.mark();
    return new SnapshotView(
        name,
        guid,
        position.map(p -> p.epoch()),
        position.map(p -> p.sequence()),
        at,
        position.isPresent() ? mark.reason() : "foreign",
        mark.consistent(),
        mark.label(),
        false,
        Optional.empty(),
        List.of());
  }

  /** The same, with what only its host knows. */
  public SnapshotView with(boolean isPinned, Optional<Long> held) {
    return new SnapshotView(
        name, guid, epoch, seq, at, reason, consistent, label, isPinned, held, hosts);
  }

  /** The same, held by these hosts. */
  public SnapshotView on(List<HostName> holders) {
    return new SnapshotView(
        name, guid, epoch, seq, at, reason, consistent, label, pinned, bytes, holders);
  }
}
