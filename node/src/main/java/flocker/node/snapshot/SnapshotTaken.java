package flocker.node.snapshot;

import flocker.node.storage.Increment;
import flocker.node.storage.Snapshot;
import flocker.protocol.id.Position;
import java.util.Optional;

/**
 * A snapshot that others may now be told of; it will not be dropped for being empty.
 *
 * @param takenAtBootNanos when taking it began: it holds all that was written before
 * @param increment the stream from the one before, read already; empty if it is long
 */
public record SnapshotTaken(
    Snapshot snapshot, Position position, long takenAtBootNanos, Optional<Increment> increment)
    implements SnapshotAnswer {}
