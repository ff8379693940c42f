package flocker.protocol.system;

import java.util.Optional;

/**
 * A port of the container that every host accepts connections for.
 *
 * @param address to listen on; empty: the host's own address
 * @param port to listen on, 1 to 65535
 * @param containerPort where the container listens, 1 to 65535
 */
public record PublishedPort(Optional<String> address, int port, int containerPort) {
  public PublishedPort {
    if (port < 1 || port > 65535 || containerPort < 1 || containerPort > 65535) {
      throw new IllegalArgumentException(
          "a published port is 1 to 65535, not " + port + ":" + containerPort);
    }
  }
}
