package flocker.node.storage.zfs;

import flocker.node.storage.Increment;
import flocker.node.storage.SendStream;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import flocker.protocol.replication.Payload;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The beginning of an incremental stream, or all of it if it is short.
 *
 * @param header its first record
 * @param empty whether it carries nothing
 */
record ZfsIncrement(StreamHeader header, boolean empty, Optional<Increment> increment) {
  /** Reads until the end or until it is too long to be kept. Blocks. */
  static ZfsIncrement read(SendStream stream) throws StorageFault {
    byte[] buffer = new byte[8192];
    int length = 0;
    try {
      while (length <= Increment.MOST_BYTES) {
        if (length == buffer.length) {
          buffer = Arrays.copyOf(buffer, Math.min(4 * length, Increment.MOST_BYTES + 1));
        }
        int count = stream.bytes().read(buffer, length, buffer.length - length);
        if (count < 0) {
          break;
        }
        length += count;
      }
    } catch (IOException e) {
      throw new StorageFault(Kind.TIMEOUT, "the send broke off: " + e, e);
    }
    if (length > Increment.MOST_BYTES) {
      return new ZfsIncrement(StreamHeader.read(buffer), false, Optional.empty());
    }
    stream.finish();
    byte[] whole = Arrays.copyOf(buffer, length);
    StreamHeader header = StreamHeader.read(whole);
    return new ZfsIncrement(
        header,
        StreamHeader.isEmptyStream(whole),
        header.from().map(from -> new Increment(from, Payload.wrap(whole))));
  }
}
