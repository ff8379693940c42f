package flocker.node.storage;

import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.replication.Payload;

/**
 * A whole incremental stream, read from the pool once for all who need it.
 *
 * @param from the snapshot it builds on
 * @param stream its bytes
 */
public record Increment(SnapshotGuid from, Payload stream) {
  /** Longer streams are read anew by each who needs them. */
  public static final int MOST_BYTES = 384 * 1024;
}
