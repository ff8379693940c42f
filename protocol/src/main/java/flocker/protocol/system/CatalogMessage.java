package flocker.protocol.system;

import flocker.protocol.WireMessage;
import flocker.protocol.id.SystemId;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Changes of the catalog, asked of the host that is the cluster's master. Each is answered by one
 * {@link Changed}.
 */
public sealed interface CatalogMessage extends WireMessage {
  /** Adds a system; done when a majority keeps it. */
  record Add(Catalog.Entry entry, ActorRef<Changed> replyTo) implements CatalogMessage, ToSystems {}

  /** Takes a system out for ever. */
  record Remove(SystemId id, ActorRef<Changed> replyTo) implements CatalogMessage, ToSystems {}

  /** How a change ended. */
  record Changed(Outcome outcome, String message) implements CatalogMessage {
    /** A change that is done. */
    public static Changed done() {
      return new Changed(Outcome.DONE, "");
    }

    /** A change that does not fit the present state. */
    public static Changed refused(String why) {
      return new Changed(Outcome.REFUSED, why);
    }
  }

  /** How a change may end. */
  enum Outcome {
    DONE,
    /** It does not fit the present state; nothing was changed. */
    REFUSED,
    /** This host cannot order changes now; nothing was changed. */
    NOT_MASTER,
    /** No majority said that it keeps the change; it may be kept all the same. */
    UNKNOWN
  }
}
