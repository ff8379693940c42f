package flocker.node.system;

import flocker.node.authority.Effect;
import flocker.node.supervisor.SupervisorEvent;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.system.SystemRecord;

/** What happens in one user system on one host, told to the actors that watch it. */
sealed interface SystemNews {
  /** The voter decided something. */
  record Decided(Effect effect) implements SystemNews {}

  /** The supervisor said something. */
  record Supervised(SupervisorEvent event) implements SystemNews {}

  /** This host keeps this record; {@code wanted} is its document. */
  record Recorded(AuthorityRecord record, SystemRecord wanted) implements SystemNews {}
}
