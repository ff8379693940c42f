package flocker.node.replication;

import flocker.node.storage.StorageFault;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.replication.Payload;
import flocker.protocol.replication.Trailer;
import java.util.Optional;

/**
 * Where the bytes of one stream come from. All methods but {@link #close()} may block, and are
 * called one after the other.
 */
interface StreamBytes {
  void open(Optional<SnapshotName> base, SnapshotName to) throws StorageFault;

  /** The next part; empty at the end of the bytes, after which {@link #trailer()} is due. */
  Optional<Payload> read() throws StorageFault;

  /** Waits for the end of whoever gives the bytes. */
  Trailer trailer() throws StorageFault;

  /** To be sent when storage failed: the receiver must not take the stream for whole. */
  Trailer brokenTrailer();

  /** Takes its share of the host's bandwidth for a part; returns when that may be sent. */
  long take(Bandwidth bandwidth, int partBytes, long now);

  /** Ends it, wherever it is; from any thread, any number of times. May block for a moment. */
  void close();
}
