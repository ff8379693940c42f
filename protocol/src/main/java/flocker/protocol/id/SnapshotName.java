package flocker.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a snapshot's ZFS name after the {@code @}: {@code
 * flocker-<epoch>-<sequence>-<UTC>[.<reason>[.consistent][:<label>]]}. The UTC part is for people
 * and is never read; a name of any other shape has no position.
 */
public record SnapshotName(@JsonValue String value) {
  private static final Pattern POSITIONED =
      Pattern.compile(
          "flocker-(0|[1-9][0-9]{0,17})-(0|[1-9][0-9]{0,17})-[0-9]{8}T[0-9]{6}Z"
              + "(?:\\.([a-z][a-z-]{0,23})(\\.consistent)?(?::([A-Za-z0-9][A-Za-z0-9_-]{0,39}))?)?");
  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:-]{0,190}");
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SnapshotName {
    if (value == null || !LEGAL.matcher(value).matches()) {
      throw new IllegalArgumentException("not a legal snapshot name: " + value);
    }
  }

  /** The name of the snapshot at a position, taken at {@code at} because of a change. */
  public static SnapshotName of(Epoch epoch, long sequence, Instant at) {
    return of(epoch, sequence, at, SnapshotMark.CHANGE);
  }

  /** The name of the snapshot at a position, taken at {@code at}, with what is said of it. */
  public static SnapshotName of(Epoch epoch, long sequence, Instant at, SnapshotMark mark) {
    String suffix =
        mark.equals(SnapshotMark.CHANGE)
            ? ""
            : "."
                + mark.reason()
                + (mark.consistent() ? ".consistent" : "")
                + mark.label().map(label -> ":" + label).orElse("");
    return new SnapshotName("flocker-" + epoch + "-" + sequence + "-" + UTC.format(at) + suffix);
  }

  /** What is said of it; {@link SnapshotMark#CHANGE} where nothing is. */
  public SnapshotMark mark() {
    Matcher matcher = POSITIONED.matcher(value);
    if (!matcher.matches() || matcher.group(3) == null) {
      return SnapshotMark.CHANGE;
    }
    return new SnapshotMark(
        matcher.group(3), matcher.group(4) != null, Optional.ofNullable(matcher.group(5)));
  }

  /** Epoch and sequence number, or empty if this is not a name of Flocker's own line. */
  public Optional<Position> position(SnapshotGuid guid) {
    Matcher matcher = POSITIONED.matcher(value);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Position(
            new Epoch(Long.parseLong(matcher.group(1))), Long.parseLong(matcher.group(2)), guid));
  }

  @Override
  public String toString() {
    return value;
  }
}
