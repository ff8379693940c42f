package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** Names one piece of long work; random, 16 lower-case hexadecimal digits. */
public record OperationId(@JsonValue String value) {
  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{16}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public OperationId {
    if (value == null || !SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "an operation's id is 16 hexadecimal digits, not '" + Quote.shortened(value) + "'");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
