package flocker.protocol.id;

import java.util.Comparator;

/**
 * How far a copy has come: the epoch and sequence number of its newest snapshot, and that
 * snapshot's GUID. Order is by (epoch, sequence); equal order with different GUIDs is a divergence
 * and never "up to date".
 */
public record Position(Epoch epoch, long sequence, SnapshotGuid guid)
    implements Comparable<Position> {
  private static final Comparator<Position> ORDER =
      Comparator.comparing(Position::epoch).thenComparingLong(Position::sequence);

  /** A host without any copy: smaller than every real position. */
  public static final Position NONE = new Position(Epoch.ZERO, -1, new SnapshotGuid(0));

  public Position {
    if (sequence < -1) {
      throw new IllegalArgumentException("sequence number must not be negative: " + sequence);
    }
  }

  /** True unless this is {@link #NONE}. */
  public boolean exists() {
    return sequence >= 0;
  }

  /** True if this copy is at least as new as {@code other}; GUIDs are not compared. */
  public boolean atLeast(Position other) {
    return compareTo(other) >= 0;
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return exists() ? epoch + "." + sequence : "none";
  }
}
