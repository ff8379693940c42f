package flocker.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.api.CannedNode;
import flocker.node.system.EventsActor;
import flocker.node.system.SystemsActor;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.HostName;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.HostId;
import flocker.protocol.system.Catalog;
import flocker.protocol.system.ToSystems;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.server.Route;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Over real HTTP, from a node of a cluster without systems. */
class MetricsRoutesTest {
  private static final CannedNode NODE = new CannedNode(MetricsRoutesTest::routes);

  static {
    NODE.answer(AdminCommand.DescribeCluster.class, CannedNode.cluster());
  }

  @AfterAll
  static void end() {
    NODE.close();
  }

  private static List<Route> routes(ActorSystem<?> system, ActorRef<AdminCommand> admin) {
    Behavior<ToSystems> systems =
        Behaviors.receiveMessage(
            question -> {
              ((SystemsActor.Describe) question)
                  .replyTo()
                  .tell(
                      new SystemsActor.Described(
                          Catalog.EMPTY,
                          RecordVersion.INITIAL,
                          new TreeSet<>(),
                          Optional.of(new HostId("00000000000000aa")),
                          Map.of()));
              return Behaviors.same();
            });
    return List.of(
        MetricsRoutes.create(
            system,
            new MetricsRoutes.Sources(
                Duration.ofSeconds(3),
                system.systemActorOf(systems, "systems", Props.empty()),
                admin,
                system.systemActorOf(
                    EventsActor.create(new HostName("a"), () -> Instant.EPOCH),
                    "events",
                    Props.empty()),
                Optional.empty())));
  }

  @Test
  void theTextHasFlockersMetricsAndTheJvms() throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(NODE.url() + "/metrics")).build(),
                BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain; version=0.0.4; charset=");
    assertThat(response.body())
        .contains("# TYPE flocker_ready gauge")
        .contains("flocker_ready 1.0")
        .contains("jvm_memory_used_bytes{area=\"heap\"}")
        .contains("process_cpu_seconds_total")
        .contains("process_resident_memory_bytes");
  }
}
