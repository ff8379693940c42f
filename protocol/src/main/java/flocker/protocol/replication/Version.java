package flocker.protocol.replication;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.util.Objects;
import java.util.Optional;

/** One snapshot as hosts tell each other of it. Equal GUIDs mean equal content. */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"name", "guid"})
public record Version(SnapshotName name, SnapshotGuid guid) {
  public Version {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(guid, "guid");
  }

  /** Its position, or empty if its name is not of Flocker's own line. */
  public Optional<Position> position() {
    return name.position(guid);
  }

  @Override
  public String toString() {
    return name + " (" + guid + ")";
  }
}
