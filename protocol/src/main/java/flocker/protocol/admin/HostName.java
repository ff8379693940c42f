package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The label by which people call a host; the protocol knows it by its random id. */
public record HostName(@JsonValue String value) implements Comparable<HostName> {
  private static final Pattern SHAPE = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public HostName {
    if (value == null || !SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a host's name is a lower-case letter, then at most 62 letters, digits and '-'; not '"
              + Quote.shortened(value)
              + "'");
    }
  }

  @Override
  public int compareTo(HostName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
