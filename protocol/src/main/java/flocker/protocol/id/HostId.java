package flocker.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * The random identity of a host, made together with its journal: a host with another or no journal
 * is another host. Shape: 16 lower-case hexadecimal digits. The host's name is only a label.
 */
public record HostId(@JsonValue String value) implements Comparable<HostId> {
  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{16}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public HostId {
    if (value == null || !SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException("host id must be 16 hexadecimal digits, not: " + value);
    }
  }

  @Override
  public int compareTo(HostId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
