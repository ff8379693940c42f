/**
 * The storage port: what Flocker needs of a pool of filesystems with snapshots. Calls block; actors
 * make them on the storage dispatcher. Drivers: {@code storage.zfs} (zfs-fuse 0.7 and OpenZFS 2),
 * and an in-memory one among the tests that passes the same contract suite ({@code
 * StorageContract}).
 */
package flocker.node.storage;
