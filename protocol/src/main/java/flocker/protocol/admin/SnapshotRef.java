package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * How an operator says which snapshot is meant: its whole name, the label it was created with, its
 * position ({@code 513.42}), its GUID, or {@code newest}.
 */
public record SnapshotRef(@JsonValue String text) {
  private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:-]{0,190}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SnapshotRef {
    if (text == null || !SHAPE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a snapshot is named by its name, label, position, GUID or 'newest', not '"
              + Quote.shortened(text)
              + "'");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
