package flocker.protocol.wire;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SystemId;
import flocker.protocol.replication.Payload;
import flocker.protocol.replication.ReplicationMessage.Chunk;
import flocker.protocol.replication.StreamId;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A chunk as bytes, least significant byte first whatever order the buffer came with.
 *
 * <pre>
 *  0  epoch            8    24  stream's number  8    48  payload's length  4
 *  8  system           8    32  chunk's number   8    52  payload
 * 16  master           8    40  offset           8
 * </pre>
 */
final class ChunkCodec {
  static final int HEADER_BYTES = 52;

  private ChunkCodec() {}

  static int length(Chunk chunk) {
    return HEADER_BYTES + chunk.payload().length();
  }

  /** {@code buffer} must be little-endian. */
  static void write(Chunk chunk, ByteBuffer buffer) {
    StreamId stream = chunk.stream();
    if (stream.system().isCluster()) {
      throw new IllegalArgumentException("the cluster's own authority has no filesystem");
    }
    buffer.putLong(stream.epoch().value());
    buffer.putLong(HexFormat.fromHexDigitsToLong(stream.system().value()));
    buffer.putLong(HexFormat.fromHexDigitsToLong(stream.master().value()));
    buffer.putLong(stream.number());
    buffer.putLong(chunk.number());
    buffer.putLong(chunk.offset());
    buffer.putInt(chunk.payload().length());
    chunk.payload().putInto(buffer);
  }

  /** {@code buffer} must be little-endian and end where the chunk ends. */
  static Chunk read(ByteBuffer buffer) {
    if (buffer.remaining() < HEADER_BYTES) {
      throw new IllegalArgumentException("a chunk's header is cut short");
    }
    Epoch epoch = new Epoch(buffer.getLong());
    SystemId system = new SystemId(hex(buffer.getLong()));
    HostId master = new HostId(hex(buffer.getLong()));
    StreamId stream = new StreamId(epoch, system, master, buffer.getLong());
    long number = buffer.getLong();
    long offset = buffer.getLong();
    int length = buffer.getInt();
    if (length != buffer.remaining() || length > Payload.MAX_BYTES) {
      throw new IllegalArgumentException(
          "a chunk says it has " + length + " bytes, and " + buffer.remaining() + " are there");
    }
    return new Chunk(stream, number, offset, Payload.read(buffer, length));
  }

  private static String hex(long value) {
    return HexFormat.of().toHexDigits(value);
  }
}
