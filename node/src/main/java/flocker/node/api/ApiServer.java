package flocker.node.api;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminJson;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.settings.ServerSettings;

/** The HTTP server of a node. */
public final class ApiServer {
  private static final Duration DRAIN = Duration.ofSeconds(2);
  private static final Config LIMITS =
      ConfigFactory.parseString(
          "pekko.http.server { server-header = \"\", max-connections = 256, idle-timeout = 90s,"
              + " parsing { max-content-length = "
              + AdminJson.MAX_REQUEST_BYTES
              + ", max-uri-length = 4k, max-header-count = 32 } }");

  private ApiServer() {}

  /**
   * Listens at one address and port (0 for any), until the actor system is told to shut down.
   *
   * @param admin answers each command with one reply
   * @param more routes of other parts, tried after the API's own; their failures are answered alike
   */
  public static CompletionStage<ServerBinding> start(
      ActorSystem<?> system,
      ActorRef<AdminCommand> admin,
      String address,
      int port,
      List<Route> more) {
    ServerSettings settings =
        ServerSettings.create(LIMITS.withFallback(system.settings().config()));
    return Http.get(system)
        .newServerAt(address, port)
        .withSettings(settings)
        .bind(new ApiRoutes(new AdminGate(system, admin)).all(more))
        .thenApply(binding -> binding.addToCoordinatedShutdown(DRAIN, system));
  }
}
