package flocker.node.storage;

import java.util.Optional;

/**
 * A snapshot that was taken on top of a known one.
 *
 * @param written false only if it is certain that nothing was written in between
 * @param increment the stream from that one to this, if it is short
 */
public record TakenSnapshot(Snapshot snapshot, boolean written, Optional<Increment> increment) {}
