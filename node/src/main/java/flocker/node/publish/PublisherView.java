package flocker.node.publish;

import flocker.protocol.admin.Publish;
import java.util.Map;
import java.util.Optional;

/**
 * The published ports of one user system on this host.
 *
 * @param ports the problem of each port that cannot be listened on (yet); empty: it listens
 * @param held connections that wait for a route or a target that answers
 * @param served connections through which bytes flow
 * @param resets connections ended by this host, by reason
 */
public record PublisherView(
    Map<Publish, Optional<String>> ports,
    Route route,
    long held,
    long served,
    Map<String, Long> resets) {
  public PublisherView {
    ports = Map.copyOf(ports);
    resets = Map.copyOf(resets);
  }
}
