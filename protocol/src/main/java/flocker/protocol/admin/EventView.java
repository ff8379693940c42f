package flocker.protocol.admin;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Something that happened.
 *
 * @param seq grows by one for each event of this node
 * @param host where it happened
 * @param type stable word for programs, lower case with hyphens, e.g. {@code take-over-finished}
 * @param text one sentence for people
 * @param details further facts for programs
 */
public record EventView(
    long seq,
    Instant at,
    HostName host,
    String type,
    Optional<SystemName> system,
    String text,
    Map<String, String> details) {
  public EventView {
    details = Collections.unmodifiableMap(new TreeMap<>(details));
  }
}
