package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.Position;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A position as people see it: {@code <epoch>.<sequence>}, without the GUID. */
public record PositionLabel(Epoch epoch, long sequence) implements Comparable<PositionLabel> {
  private static final Pattern SHAPE =
      Pattern.compile("(0|[1-9][0-9]{0,17})\\.(0|[1-9][0-9]{0,17})");
  private static final Comparator<PositionLabel> ORDER =
      Comparator.comparing(PositionLabel::epoch).thenComparingLong(PositionLabel::sequence);

  public PositionLabel {
    if (sequence < 0) {
      throw new IllegalArgumentException("a sequence number is never negative: " + sequence);
    }
  }

  /** Empty for {@link Position#NONE}. */
  public static Optional<PositionLabel> of(Position position) {
    return position.exists()
        ? Optional.of(new PositionLabel(position.epoch(), position.sequence()))
        : Optional.empty();
  }

  /** Reads what {@link #toString} writes. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static PositionLabel parse(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a position is EPOCH.SEQUENCE, not '" + Quote.shortened(text) + "'");
    }
    return new PositionLabel(
        new Epoch(Long.parseLong(matcher.group(1))), Long.parseLong(matcher.group(2)));
  }

  @Override
  public int compareTo(PositionLabel other) {
    return ORDER.compare(this, other);
  }

  @Override
  @JsonValue
  public String toString() {
    return epoch + "." + sequence;
  }
}
