package flocker.node.replication;

import flocker.protocol.id.Position;

/** What a receiver knows of its copy. Owned by the {@link ReceiverActor}. */
final class CopyState {
  /** This host is the master. */
  boolean occupied;

  /** The copy may hold writes that are in no snapshot. */
  boolean mayBeDirty;

  /**
   * Storage refuses to extend the copy, though its content is that of its newest snapshot (seen
   * after writes that failed for want of space): it is kept in a snapshot of its own, and so
   * replaced.
   */
  boolean modified;

  /** Storage failed while the copy was put right; until it answers, nothing is known of it. */
  boolean unsettled;

  Position position = Position.NONE;

  CopyState(boolean occupied, boolean mayBeDirty) {
    this.occupied = occupied;
    this.mayBeDirty = mayBeDirty;
    this.unsettled = !occupied;
  }

  Admission.State admission() {
    if (occupied) {
      return Admission.State.OCCUPIED;
    }
    return unsettled ? Admission.State.UNSETTLED : Admission.State.SLAVE;
  }
}
