/**
 * Where the news comes from that a user filesystem may have changed. A source calls whoever listens
 * with a {@link flocker.node.change.ChangeDetected}, and is told through it what became of that: so
 * a source that cannot know whether something was written learns it from the snapshot.
 *
 * <table>
 * <caption>Sources</caption>
 * <tr><th>source</th><th>sees</th><th>misses</th></tr>
 * <tr><td>interval</td><td>every write, whatever it was made with, because an empty snapshot is
 * recognised as such by storage; at the latest {@code interval-max} after it</td>
 * <td>nothing; writes still in the page cache of a memory map count when the kernel writes them
 * back</td></tr>
 * </table>
 *
 * Further sources are further actors of the same protocol, {@link
 * flocker.node.change.ChangeSource}; they may run beside each other, and the interval source is the
 * backstop of them all.
 */
package flocker.node.change;
