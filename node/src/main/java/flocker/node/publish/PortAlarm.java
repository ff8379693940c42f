package flocker.node.publish;

import flocker.protocol.admin.Publish;
import flocker.protocol.id.SystemId;
import java.util.Optional;

/**
 * A published port cannot be listened on, or can be again.
 *
 * @param problem for people: what was attempted, what was found, what happens now, what to do;
 *     empty when it is over
 */
public record PortAlarm(SystemId system, Publish port, Optional<String> problem) {}
