package flocker.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * ZFS's own identity of a snapshot: the same on every host that holds it. An unsigned 64-bit
 * number.
 */
public record SnapshotGuid(@JsonValue long value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SnapshotGuid {}

  /** Reads the decimal text that {@code zfs get -Hp guid} prints. */
  public static SnapshotGuid parse(String text) {
    try {
      return new SnapshotGuid(Long.parseUnsignedLong(text));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a snapshot GUID: " + text, e);
    }
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(value);
  }
}
