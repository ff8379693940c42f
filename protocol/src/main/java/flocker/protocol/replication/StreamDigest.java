package flocker.protocol.replication;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 of all bytes of a stream, as 64 lower-case hexadecimal digits. */
public record StreamDigest(@JsonValue String hex) {
  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{64}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public StreamDigest {
    if (hex == null || !SHAPE.matcher(hex).matches()) {
      throw new IllegalArgumentException("not a SHA-256 digest: " + hex);
    }
  }

  /** A digest to feed with the stream's bytes. */
  public static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Ends {@code running}, which starts afresh. */
  public static StreamDigest of(MessageDigest running) {
    return new StreamDigest(HexFormat.of().formatHex(running.digest()));
  }

  @Override
  public String toString() {
    return hex;
  }
}
