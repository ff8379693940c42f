package flocker.node.cluster;

import flocker.protocol.formation.FormationView;
import flocker.protocol.formation.PromiseAnswer;
import flocker.protocol.id.HostId;
import java.util.List;

/** What a {@link Formation} is told; the time comes beside it. */
sealed interface FormationInput {
  /** Time has passed. */
  record Tick() implements FormationInput {}

  /** A host has said where it stands. */
  record Heard(FormationView view) implements FormationInput {}

  /** A host has not answered. */
  record NotHeard(HostId host, String why) implements FormationInput {}

  /** A voter has answered about a promise; {@code granted} is false too if it did not answer. */
  record Answered(PromiseAnswer answer) implements FormationInput {}

  /**
   * Membership as this host's own Pekko Cluster sees it. Members are named by address and the
   * random id of their actor system, so that a restarted one is another.
   *
   * @param self this host's own such name
   * @param removed whether this host was a member and has been removed
   */
  record Membership(String self, boolean removed, List<String> members, List<String> unreachable)
      implements FormationInput {
    public Membership {
      members = List.copyOf(members);
      unreachable = List.copyOf(unreachable);
    }

    boolean member() {
      return members.contains(self);
    }
  }
}
