package flocker.node.system;

import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One barrier from the order to its end. Pure.
 *
 * <p>The position goes to the voters only after enough other hosts that could be master hold it:
 * recorded first, the loss of the one host that has it would lock out all others for ever. The
 * master's own copy never counts.
 */
final class BarrierOrder {
  /** How far it is. */
  enum Stage {
    /** The snapshot is being taken. */
    SNAPSHOT,
    /** Other hosts are to get it. */
    COPIES,
    /** The voters record it; from here on a failure leaves doubt. */
    RECORD
  }

  private final int copies;
  private Stage stage = Stage.SNAPSHOT;
  private Position position = Position.NONE;
  private SortedSet<HostId> holders = new TreeSet<>();

  BarrierOrder(int copies) {
    this.copies = copies;
  }

  Stage stage() {
    return stage;
  }

  Position position() {
    return position;
  }

  /** Other hosts that could be master and have it, as far as is known. */
  SortedSet<HostId> holders() {
    return holders;
  }

  void snapshotTaken(Position at) {
    position = at;
    stage = Stage.COPIES;
  }

  /**
   * What the other hosts have, and which of them could be master. True if the position is to be
   * recorded now.
   */
  boolean look(Map<HostId, Position> confirmed, Set<HostId> electable) {
    if (stage == Stage.SNAPSHOT) {
      return false;
    }
    SortedSet<HostId> found = new TreeSet<>();
    confirmed.forEach(
        (host, at) -> {
          if (electable.contains(host) && holds(at, position)) {
            found.add(host);
          }
        });
    holders = found;
    boolean enough = stage == Stage.COPIES && found.size() >= copies;
    if (enough) {
      stage = Stage.RECORD;
    }
    return enough;
  }

  /** A later snapshot of the same epoch holds every earlier one; the same number, its own GUID. */
  static boolean holds(Position copy, Position wanted) {
    return copy.epoch().equals(wanted.epoch())
        && (copy.sequence() > wanted.sequence()
            || (copy.sequence() == wanted.sequence() && copy.guid().equals(wanted.guid())));
  }

  /** For the operator whose barrier did not come about. */
  String failure(String why) {
    return switch (stage) {
      case SNAPSHOT -> why + ": its snapshot was not taken; nothing was recorded";
      case COPIES ->
          why
              + ": "
              + holders.size()
              + " of "
              + copies
              + " other hosts that could be master have it; nothing was recorded";
      case RECORD -> why + ": it may or may not be recorded by a majority";
    };
  }
}
