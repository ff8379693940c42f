package flocker.node.supervisor;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.util.Optional;

/**
 * What a supervisor says of itself.
 *
 * @param step that runs now
 * @param epoch of this host's own mastership
 * @param target of a switchover under way
 * @param address where the running container is reached from this host
 * @param alarm empty if there is none
 */
public record SupervisorView(
    Phase phase,
    Optional<Step> step,
    Optional<Epoch> epoch,
    Optional<HostId> target,
    Optional<String> address,
    String alarm) {}
