/**
 * Where the news comes from that a user filesystem may have changed. A source calls whoever listens
 * with a {@link flocker.node.change.ChangeDetected}, and is told what became of that: so a source
 * that cannot know whether something was written learns it from the snapshot.
 *
 * <pre>
 * ChangesActor             all of them as one; the interval is always there
 *   IntervalSourceActor    looks again and again; steps back while the kernel tells
 *   WatchActor             one for each {@link flocker.node.change.Watch}: FanotifyWatch, BlockTraceWatch
 * </pre>
 *
 * What each sees and misses is in docs/change-sources.md, of which the table is written by a test.
 * {@link flocker.node.change.Damper} and {@link flocker.node.change.Pace} are pure.
 */
package flocker.node.change;
