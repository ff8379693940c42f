package flocker.node.cluster;

import flocker.protocol.id.HostId;
import java.util.Optional;

/** What a {@link Formation} wants done, in this order. */
sealed interface FormationEffect {
  /** Ask this host where it stands. */
  record Poll(HostId host) implements FormationEffect {}

  /** Keep this promise on disk before anything else is done. */
  record Keep(Optional<FormationPromise> promise) implements FormationEffect {}

  /** Ask this voter for its promise. */
  record Ask(HostId voter, long attempt) implements FormationEffect {}

  /** Give a promise back. */
  record GiveBack(HostId voter, long attempt) implements FormationEffect {}

  /** Start the cluster: join this host's own address. */
  record Found() implements FormationEffect {}

  /** Join the member at this address. */
  record Join(String address) implements FormationEffect {}

  /** The actor system must be started anew. */
  record Restart(String reason) implements FormationEffect {}
}
