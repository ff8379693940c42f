package flocker.protocol.admin;

import flocker.protocol.id.Epoch;

/**
 * A switchover that is done.
 *
 * @param tookMillis from the request until the new master's container ran
 */
public record SwitchoverView(
    SystemName system, HostName from, HostName to, Epoch epoch, long tookMillis)
    implements AdminReply {}
