package flocker.protocol.replication;

import java.util.Objects;

/**
 * What the sender says of the stream after its last byte.
 *
 * @param chunks how many there were
 * @param bytes how many there were in all
 * @param digest of all bytes
 * @param exitOk whether the sending side of storage ended well: a send that dies half-way looks
 *     like a normal end of its bytes
 */
public record Trailer(long chunks, long bytes, StreamDigest digest, boolean exitOk) {
  public Trailer {
    Objects.requireNonNull(digest, "digest");
    if (chunks < 0 || bytes < chunks) {
      throw new IllegalArgumentException(bytes + " bytes cannot come in " + chunks + " chunks");
    }
  }
}
