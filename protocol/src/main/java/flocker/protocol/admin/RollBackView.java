package flocker.protocol.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * What a roll-back would do; nothing is done by asking for it.
 *
 * @param host the master, on which it would begin
 * @param to the version that would be live
 * @param stash the stash it is in, if it is in one
 * @param newest what is live now; it would become a stash, on every host
 * @param undone how many snapshots of the live version are not in the wanted one
 * @param undoneSeconds the time between the two
 */
public record RollBackView(
    SystemName system,
    HostName host,
    SnapshotView to,
    Optional<String> stash,
    SnapshotView newest,
    int undone,
    long undoneSeconds,
    Instant at)
    implements AdminReply {}
