package flocker.node.replication;

import flocker.protocol.id.Epoch;
import java.util.Optional;

/**
 * Of which epochs streams are served. Pure.
 *
 * @param epoch the newest one promised or seen
 * @param ending a vote for this one is being decided: older streams wait for the promise, which may
 *     stay as it is
 */
record Floor(Epoch epoch, Optional<Epoch> ending) {
  static Floor at(Epoch promised) {
    return new Floor(promised, Optional.empty());
  }

  /** No stream of an older epoch is served. */
  Epoch oldest() {
    return ending.map(other -> max(epoch, other)).orElse(epoch);
  }

  Floor seen(Epoch other) {
    return new Floor(max(epoch, other), ending);
  }

  Floor promised(Epoch other) {
    return new Floor(max(epoch, other), Optional.empty());
  }

  Floor ends(Epoch other) {
    return new Floor(epoch, Optional.of(other));
  }

  private static Epoch max(Epoch a, Epoch b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
