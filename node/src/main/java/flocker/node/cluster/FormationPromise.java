package flocker.node.cluster;

import flocker.protocol.id.HostId;

/**
 * Until then, nobody but the founder is promised anything.
 *
 * @param attempt of the founder
 * @param until nanoseconds of CLOCK_BOOTTIME
 */
public record FormationPromise(HostId founder, long attempt, long until) {}
