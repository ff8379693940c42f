package flocker.node.authority;

import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What this host knows about itself from outside the authority: its copy, its health, its
 * container, and which hosts there are.
 */
final class Conditions {
  private final Authority.Setup setup;
  private Position position = Position.NONE;
  private boolean positionKnown;
  private boolean fit;
  private boolean containerMayRun;
  private boolean hearsMajority = true;
  private boolean paused;
  private SortedSet<HostId> hosts = new TreeSet<>();

  Conditions(Authority.Setup setup) {
    this.setup = setup;
    // A witness and the cluster's own authority have neither copy nor container.
    this.positionKnown = !setup.hasCopy();
    this.containerMayRun = setup.hasCopy();
    this.fit = setup.system().isCluster();
  }

  /** Of the local copy; {@link Position#NONE} before it was read. */
  Position position() {
    return position;
  }

  /** False until the local copy was looked at: before that this host neither votes nor stands. */
  boolean positionKnown() {
    return positionKnown;
  }

  void positionIs(Position value) {
    if (setup.hasCopy()) {
      position = value;
      positionKnown = true;
    }
  }

  /** What the copy holds is more than what is known of it. */
  void positionInDoubt() {
    positionKnown = !setup.hasCopy();
  }

  /** Whether this host could serve. The cluster's own authority needs nothing that can be sick. */
  boolean fit() {
    return fit && (setup.storage() || setup.system().isCluster());
  }

  /** Fit, its copy known, and not known to be cut off from the majority. */
  boolean couldServe() {
    return fit() && positionKnown && hearsMajority;
  }

  /** Whether a majority answered the last question to all voters, or a master was heard since. */
  void hearsMajorityIs(boolean value) {
    hearsMajority = value;
  }

  /** Nobody stands without an operator's word. */
  boolean paused() {
    return paused;
  }

  void pausedIs(boolean value) {
    paused = value;
  }

  void fitnessIs(boolean value) {
    if (!setup.system().isCluster()) {
      fit = value;
    }
  }

  boolean containerMayRun() {
    return containerMayRun;
  }

  void containerIs(boolean mayRun) {
    containerMayRun = mayRun && setup.hasCopy();
  }

  /** Every host of the cluster that is known, voter or not. */
  SortedSet<HostId> hosts() {
    return hosts;
  }

  void hostsAre(SortedSet<HostId> value) {
    hosts = new TreeSet<>(value);
  }
}
