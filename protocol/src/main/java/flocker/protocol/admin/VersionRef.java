package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an operator says to which version a system goes back: a snapshot of it by its whole name, its
 * position ({@code 513.42}) or its GUID, or {@code stash/NAME} for what a stash of the master
 * holds.
 */
public record VersionRef(@JsonValue String text) {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.:-]{0,190}";
  private static final Pattern SHAPE = Pattern.compile("(stash/)?(" + NAME + ")");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public VersionRef {
    if (text == null || !SHAPE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a version is a snapshot's name, position (like 513.42) or GUID, or stash/NAME, not '"
              + Quote.shortened(text)
              + "'");
    }
  }

  /** The stash that is meant, without {@code stash/}. */
  public Optional<String> stash() {
    Matcher matcher = SHAPE.matcher(text);
    return matcher.matches() && matcher.group(1) != null
        ? Optional.of(matcher.group(2))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
