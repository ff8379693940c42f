/**
 * From "it may have changed" to a snapshot that others are told of.
 *
 * <p>{@link flocker.node.snapshot.Debounce} decides when (pure); {@link
 * flocker.node.snapshot.SnapshotActor} takes them, one at a time, drops those that hold nothing
 * before anybody hears of them, and tells the listener of the others. One such actor lives as long
 * as one epoch of this host as master, and is made and stopped by the master's supervisor:
 *
 * <pre>
 * source → SnapshotActor       ChangeSeen(ChangeDetected)
 * supervisor → SnapshotActor   TakeNow(reason, replyTo) → SnapshotTaken | SnapshotFailed
 *                              Quiesce(replyTo) → Quiesced
 * SnapshotActor → listener     SnapshotTaken
 * </pre>
 *
 * If it dies (a broken invariant), the supervisor makes a new one with a sequence number above all
 * it was told of.
 */
package flocker.node.snapshot;
