package flocker.node.container.rootfs;

import java.nio.file.attribute.FileTime;

/**
 * Who owns a file, what may be done with it and when it was written.
 *
 * @param mode the permission bits with setuid, setgid and sticky; no type
 */
record FileMeta(int uid, int gid, int mode, FileTime modified) {}
