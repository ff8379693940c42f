package flocker.node.snapshot;

/** It was not taken, or is not known to be. */
public record SnapshotFailed(String why) implements SnapshotAnswer {}
