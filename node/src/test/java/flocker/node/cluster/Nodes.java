package flocker.node.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.cluster.typed.Cluster;

/** Actor systems of several hosts on loopback addresses, with the product's own configuration. */
final class Nodes {
  static final Duration PATIENCE = Duration.ofSeconds(40);

  private Nodes() {}

  /** What tests add: a serializer for the messages of {@link PeerProgram}. */
  static Config extra() {
    return ConfigFactory.parseString(
        "pekko.actor.serialization-bindings {"
            + " \"flocker.node.cluster.PeerProgram$Ping\" = jackson-cbor,"
            + " \"flocker.node.cluster.PeerProgram$Pong\" = jackson-cbor }");
  }

  static ActorSystem<SpawnProtocol.Command> start(String host, int port) {
    return ActorSystem.create(
        SpawnProtocol.create(), PekkoConfig.SYSTEM, PekkoConfig.of(host, port, extra()));
  }

  static Address address(ActorSystem<?> system) {
    return Cluster.get(system).selfMember().address();
  }

  /** A port that was free a moment ago. */
  static int freePort(String host) {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void stop(ActorSystem<?> system) {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
