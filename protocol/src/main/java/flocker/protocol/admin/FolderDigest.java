package flocker.protocol.admin;

import flocker.protocol.id.SnapshotGuid;
import java.util.List;

/**
 * What a host holds in a folder of a snapshot.
 *
 * @param folder as it was asked for
 * @param ready false: it is still being read; {@code digest} is empty and there are no entries
 * @param files files and folders that this host has read for this snapshot so far
 * @param bytes their contents
 * @param digest of the folder itself and all below it; SHA-256 in hexadecimal
 * @param entries by name; may be fewer than there are
 * @param more there are more entries than these; ask for those after the last one
 */
public record FolderDigest(
    SnapshotGuid snapshot,
    HostName host,
    String folder,
    boolean ready,
    long files,
    long bytes,
    String digest,
    List<Entry> entries,
    boolean more)
    implements AdminReply {
  /** So that an answer fits one remoting frame. */
  public static final int MOST_ENTRIES = 200;

  /**
   * @param folder it can be asked for in turn
   * @param digest of its metadata and all that it holds
   */
  public record Entry(String name, boolean folder, String digest) {}

  public FolderDigest {
    entries = List.copyOf(entries);
  }
}
