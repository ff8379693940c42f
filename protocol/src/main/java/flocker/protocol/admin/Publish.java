package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port at which every host serves a user system: {@code [ADDR:]PORT[:PORT]}, where the last port
 * is the container's and is the same as the first if left out.
 *
 * @param address a numeric address to listen on; empty means the host's own address
 */
public record Publish(Optional<String> address, int port, int containerPort) {
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})";
  private static final Pattern ADDRESS =
      Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}|\\[[0-9a-fA-F:.]{2,45}\\]");
  private static final Pattern SHAPE =
      Pattern.compile("(?:(" + ADDRESS.pattern() + "):)?([0-9]{1,5})(?::([0-9]{1,5}))?");

  public Publish {
    if (address.isPresent() && !ADDRESS.matcher(address.get()).matches()) {
      throw new IllegalArgumentException(
          "not a numeric address: '" + Quote.shortened(address.get()) + "'");
    }
    if (port < 1 || port > 65535 || containerPort < 1 || containerPort > 65535) {
      throw new IllegalArgumentException(
          "a port is 1 to 65535, not " + (port < 1 || port > 65535 ? port : containerPort));
    }
  }

  /** Reads {@code 5432}, {@code 80:8080}, {@code 10.0.0.1:80:8080}, {@code [::1]:80}. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Publish parse(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a published port is [ADDRESS:]PORT[:CONTAINER-PORT] with a numeric address, not '"
              + Quote.shortened(text)
              + "'");
    }
    int port = Integer.parseInt(matcher.group(2));
    String inside = matcher.group(3);
    return new Publish(
        Optional.ofNullable(matcher.group(1)),
        port,
        inside == null ? port : Integer.parseInt(inside));
  }

  /** True if both cannot be listened on at one host. */
  public boolean collidesWith(Publish other) {
    return port == other.port
        && (address.isEmpty() || other.address.isEmpty() || address.equals(other.address));
  }

  @Override
  @JsonValue
  public String toString() {
    return address.map(a -> a + ":").orElse("")
        + port
        + (containerPort == port ? "" : ":" + containerPort);
  }
}
