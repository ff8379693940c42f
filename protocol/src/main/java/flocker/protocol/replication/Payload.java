package flocker.protocol.replication;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The bytes of one chunk: 1 byte to 1 MiB, never changed after construction. Not a record, because
 * it must not give its array away.
 */
public final class Payload {
  /** No chunk is larger. */
  public static final int MAX_BYTES = 1 << 20;

  private final byte[] bytes;

  private Payload(byte[] bytes) {
    if (bytes.length < 1 || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a chunk has 1 to " + MAX_BYTES + " bytes, not " + bytes.length);
    }
    this.bytes = bytes;
  }

  /** Takes {@code bytes} over; the caller must not touch them again. */
  public static Payload wrap(byte[] bytes) {
    return new Payload(bytes);
  }

  /** Takes {@code length} bytes out of {@code buffer}. */
  public static Payload read(ByteBuffer buffer, int length) {
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return new Payload(bytes);
  }

  public int length() {
    return bytes.length;
  }

  public void writeTo(OutputStream out) throws IOException {
    out.write(bytes);
  }

  public void putInto(ByteBuffer buffer) {
    buffer.put(bytes);
  }

  public void addTo(MessageDigest digest) {
    digest.update(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Payload p && Arrays.equals(bytes, p.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
