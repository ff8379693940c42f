package flocker.protocol.admin;

import flocker.protocol.id.SnapshotName;

/**
 * A part of a file of a snapshot.
 *
 * @param path the real place inside the user filesystem, links followed
 * @param offset of the first byte of {@code content} in the file
 * @param size of the whole file
 * @param content in Base64; empty at the end of the file and nowhere else
 */
public record FileChunk(
    SnapshotName snapshot, HostName host, String path, long offset, long size, String content)
    implements AdminReply {
  /** Bytes in one chunk, before Base64. */
  public static final int MAX_BYTES = 96 << 10;
}
