package flocker.node.replication;

import flocker.protocol.replication.Failure;
import flocker.protocol.replication.ReplicationMessage.Chunk;
import java.util.Optional;

/**
 * What a receiver expects next. Pure.
 *
 * @param next the number of the next chunk, from 1
 * @param offset where it begins
 * @param granted the number of the last chunk that may come
 */
record ChunkOrder(long next, long offset, long granted) {
  static final ChunkOrder START = new ChunkOrder(1, 0, 0);

  /** Why {@code chunk} cannot be the next one; empty: it is. */
  Optional<Failure> refuse(Chunk chunk, int maxBytes) {
    if (chunk.number() < next) {
      return Optional.of(Failure.REPLAY);
    }
    if (chunk.number() > next || chunk.offset() != offset) {
      return Optional.of(Failure.GAP);
    }
    if (chunk.number() > granted || chunk.payload().length() > maxBytes) {
      return Optional.of(Failure.OVERRUN);
    }
    return Optional.empty();
  }

  ChunkOrder accepted(Chunk chunk) {
    return new ChunkOrder(next + 1, offset + chunk.payload().length(), granted);
  }

  /** Never takes credit back. */
  ChunkOrder grant(long upTo) {
    return new ChunkOrder(next, offset, Math.max(granted, upTo));
  }
}
