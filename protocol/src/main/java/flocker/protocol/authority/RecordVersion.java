package flocker.protocol.authority;

import flocker.protocol.id.Epoch;
import java.util.Comparator;

/**
 * The version of an {@link AuthorityRecord}: ordered by (epoch of the master that wrote it,
 * number).
 */
public record RecordVersion(Epoch epoch, long number) implements Comparable<RecordVersion> {
  private static final Comparator<RecordVersion> ORDER =
      Comparator.comparing(RecordVersion::epoch).thenComparingLong(RecordVersion::number);

  /** Of the record that a host makes from its first configuration. */
  public static final RecordVersion INITIAL = new RecordVersion(Epoch.ZERO, 0);

  @Override
  public int compareTo(RecordVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return epoch + "/" + number;
  }
}
