/**
 * The cluster as it changes, told to whoever follows it: the web page, or a program.
 *
 * <pre>
 * GET /v1/stream             text/event-stream; see below
 * GET /v1/cluster/events     ?limit=    the newest events of all hosts in contact, oldest first
 * </pre>
 *
 * The stream begins with one {@code trail} ({@link flocker.node.watch.TrailPoint}s of the last
 * while, for charts) and one {@code events} (a list of the newest {@code EventView}s of all hosts);
 * then come {@code status} ({@code ClusterView}, about each second) and {@code events} as they
 * happen. It has no position to resume from: a follower that connects again gets the beginning
 * again and tells events apart by host, time and number. The answer is the same from every host but
 * for what a host has kept of the past.
 *
 * <p>{@link flocker.node.watch.WatchActor} asks on behalf of all followers of this node at once,
 * and hardly ever while there are none. {@link flocker.node.watch.ClusterEvents} and {@link
 * flocker.node.watch.Trail} are pure.
 */
package flocker.node.watch;
