/**
 * The storage port over the {@code zfs} and {@code zpool} commands: zfs-fuse 0.7 and OpenZFS 2.
 *
 * <p>{@link flocker.node.storage.zfs.ZfsCommand} holds every argument list, {@link
 * flocker.node.storage.zfs.ZfsOutput} reads what the commands print, {@link
 * flocker.node.storage.zfs.ZfsFaults} turns their complaints into kinds, {@link
 * flocker.node.storage.zfs.ZfsRunner} runs them with a deadline. Nothing else in the product names
 * a ZFS command. Tested by {@code StorageContract} on real pools.
 */
package flocker.node.storage.zfs;
