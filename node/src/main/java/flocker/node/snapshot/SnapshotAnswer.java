package flocker.node.snapshot;

/** What became of a snapshot that was demanded. */
public sealed interface SnapshotAnswer permits SnapshotTaken, SnapshotFailed {}
