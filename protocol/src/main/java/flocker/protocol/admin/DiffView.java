package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import flocker.protocol.id.SnapshotName;
import java.util.List;

/**
 * What differs between two snapshots of one user system.
 *
 * @param host whose copies were compared
 * @param added how many paths only the second has; {@code removed}, only the first
 * @param changed how many both have, with another type, content, owner, mode or link target
 * @param changes by path; may be fewer than there are
 */
public record DiffView(
    SnapshotName from,
    SnapshotName to,
    HostName host,
    long added,
    long removed,
    long changed,
    List<Change> changes)
    implements AdminReply {
  /** How a path differs. */
  public enum Kind {
    @JsonProperty("added")
    ADDED,
    @JsonProperty("removed")
    REMOVED,
    /** Its content, or where a link leads. */
    @JsonProperty("content")
    CONTENT,
    /** A file became a directory, a link became a file … */
    @JsonProperty("type")
    TYPE,
    /** Only owner or mode. */
    @JsonProperty("attributes")
    ATTRIBUTES
  }

  /** One path, from the root of the user filesystem, with {@code /} before it. */
  public record Change(String path, Kind kind) {}

  public DiffView {
    changes = List.copyOf(changes);
  }
}
