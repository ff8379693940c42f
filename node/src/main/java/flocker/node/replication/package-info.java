/**
 * How a slave's copy follows the master's.
 *
 * <p>On the master, one {@link flocker.node.replication.ReplicatorActor} per slave and epoch, made
 * and stopped by the master's supervisor, which tells it of each snapshot:
 *
 * <pre>
 * supervisor → ReplicatorActor   Replicate(SnapshotTaken)     the newest one also right after it is made
 * ReplicatorActor → listener     ReplicaStatus                on every turn, and each second of a stream
 *                                NewerEpochSeen               once; nothing more is sent then
 * </pre>
 *
 * On each host with storage, one {@link flocker.node.replication.ReceiverActor} per user system,
 * for as long as the node lives, at {@code /user/systems/<system id>/receiver}:
 *
 * <pre>
 * supervisor → ReceiverActor     PromiseMade(epoch)           older streams end and are refused from now on
 *                                EndStreams(epoch, replyTo)   → StreamsEnded(epoch, position), position final
 *                                Occupy(replyTo)              → Occupied(position): no streams, dataset is yours
 *                                Vacate(mayBeDirty)           slave again
 * ReceiverActor → listener       ReceiverEvent: PositionChanged, StashMade
 * </pre>
 *
 * Between the two travel {@link flocker.protocol.replication}'s messages. Nothing here waits for
 * membership or watches remote actors: silence is noticed by time. Decisions are pure ({@code
 * ReplicationPlan}, {@code SendWindow}, {@code ChunkOrder}, {@code StashPlan}); {@code SendJob},
 * {@code ReceiveJob}, {@code Stasher} and {@code DirtyReturn} block and run on the storage
 * dispatcher only.
 *
 * <p><b>Stash.</b> A copy that has what the master's history lacks is kept, not rolled back. {@link
 * flocker.node.replication.Stasher} makes the new version beside it at {@code tmp/<id>} and swaps
 * names when that is whole. What a crash leaves is recognised by which of the names exist, before
 * any position is told.
 */
package flocker.node.replication;
