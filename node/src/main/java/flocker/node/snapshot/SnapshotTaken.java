package flocker.node.snapshot;

import flocker.node.storage.Snapshot;
import flocker.protocol.id.Position;

/**
 * A snapshot that others may now be told of; it will not be dropped for being empty.
 *
 * @param takenAtBootNanos when taking it began: it holds all that was written before
 */
public record SnapshotTaken(Snapshot snapshot, Position position, long takenAtBootNanos)
    implements SnapshotAnswer {}
