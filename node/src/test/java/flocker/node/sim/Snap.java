package flocker.node.sim;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotGuid;

/** A snapshot and its whole history. */
final class Snap {
  private final Position position;
  private final Snap parent;
  private final int depth;
  private final String madeOn;

  Snap(long guid, Epoch epoch, long sequence, Snap parent, String madeOn) {
    this.position = new Position(epoch, sequence, new SnapshotGuid(guid));
    this.parent = parent;
    this.depth = parent == null ? 0 : parent.depth + 1;
    this.madeOn = madeOn;
  }

  Position position() {
    return position;
  }

  Snap parent() {
    return parent;
  }

  String madeOn() {
    return madeOn;
  }

  /** True if this is {@code other} or has it in its history. */
  boolean contains(Snap other) {
    Snap at = this;
    while (at != null && at.depth > other.depth) {
      at = at.parent;
    }
    return at == other;
  }

  /** The newest snapshot that both have. */
  static Snap common(Snap left, Snap right) {
    Snap a = left;
    Snap b = right;
    while (a != b) {
      if (a.depth >= b.depth) {
        a = a.parent;
      } else {
        b = b.parent;
      }
    }
    return a;
  }

  @Override
  public String toString() {
    return position + "#" + position.guid();
  }
}
