package flocker.node.sim;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.Position;
import java.util.ArrayList;
import java.util.List;

/** What is on one host's pool: survives everything but the destruction of the host. */
final class Replica {
  private final List<Snap> stashes = new ArrayList<>();
  private Snap head;
  // Writes after the newest snapshot, all of them fsynced.
  private int unsnapped;
  private boolean writable;
  private Epoch writeEpoch = Epoch.ZERO;

  Replica(Snap root) {
    head = root;
  }

  Snap head() {
    return head;
  }

  Position position() {
    return head == null ? Position.NONE : head.position();
  }

  List<Snap> stashes() {
    return stashes;
  }

  boolean writable() {
    return writable;
  }

  Epoch writeEpoch() {
    return writeEpoch;
  }

  int unsnapped() {
    return unsnapped;
  }

  void write() {
    unsnapped++;
  }

  void open(Epoch epoch) {
    writable = true;
    writeEpoch = epoch;
  }

  void close() {
    writable = false;
  }

  /** The number that the next snapshot of this epoch gets; numbers are never used twice. */
  long nextSequence() {
    return head.position().epoch().equals(writeEpoch) ? head.position().sequence() + 1 : 0;
  }

  void snapped(Snap snap) {
    head = snap;
    unsnapped = 0;
  }

  /** One commit point: what there was becomes a stash, {@code to} becomes live. */
  void swap(Snap to) {
    stashes.add(head);
    head = to;
  }

  /** The next incremental stream of the same line. */
  void advance(Snap to) {
    head = to;
  }
}
