/**
 * Looking into a snapshot without touching the copy it belongs to. A snapshot is read through a
 * read-only clone ({@code browse/…}) that is made when it is wanted, mounted, lent to whoever
 * reads, and destroyed a minute after the last of them; a copy itself, above all a replica, is
 * never mounted for that. What a crash leaves is destroyed at the next start.
 *
 * <pre>
 * anybody → BrowseActor (/user/desk/browse)   Hold(dataset, snapshot, replyTo) → Held(root) | NotHeld(why)
 *                                        Release(dataset, snapshot)
 * </pre>
 *
 * {@link flocker.node.browse.Lending} decides when a clone is made and destroyed and is pure;
 * {@code FileTree} and {@code TreeDiff} read, block, and never follow a link out of the root.
 */
package flocker.node.browse;
