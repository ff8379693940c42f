package flocker.protocol.authority;

import flocker.protocol.WireMessage;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SystemId;
import java.util.List;

/**
 * Everything that one host has to say to another at one moment, for all authorities: so the count
 * of messages between two hosts does not grow with the number of user systems.
 *
 * @param cluster name of the sender's cluster; a receiver of another cluster drops the batch
 * @param from who speaks
 * @param to who is spoken to; a receiver with another id (a reinstalled host) drops the batch
 */
public record AuthorityBatch(String cluster, HostId from, HostId to, List<Item> items)
    implements WireMessage {

  /** One message about one authority. */
  public record Item(SystemId system, AuthorityMessage message) {}

  public AuthorityBatch {
    items = List.copyOf(items);
  }
}
