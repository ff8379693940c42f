package flocker.node.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import flocker.node.api.CannedNode;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.EventPage;
import flocker.protocol.admin.EventView;
import flocker.protocol.admin.HostName;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.server.Route;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The event stream over real HTTP; the node behind it, which is also the desk of host a, is canned.
 */
class WatchRoutesTest {
  private static final HostName A = new HostName("a");
  private static final HostName B = new HostName("b");
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final WatchActor.Pace QUICK =
      new WatchActor.Pace(
          Duration.ofMillis(20),
          Duration.ofMillis(10),
          Duration.ofHours(1),
          Duration.ofMillis(200));
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AtomicReference<EventPage> told =
      new AtomicReference<>(new EventPage(List.of(ClusterEventsTest.event(A, 1, 1)), 1));
  private final AtomicInteger statusAsked = new AtomicInteger();
  private final CannedNode node = new CannedNode(WatchRoutesTest::routes);
  private final HttpClient client = HttpClient.newHttpClient();

  WatchRoutesTest() {
    node.answer(AdminCommand.DescribeCluster.class, command -> status());
    node.answer(AdminCommand.ListEvents.class, command -> told.get());
  }

  /** Host b is known and never answers. */
  private static List<Route> routes(ActorSystem<?> system, ActorRef<AdminCommand> admin) {
    TreeMap<HostName, ActorRef<AdminCommand>> desks = new TreeMap<>();
    desks.put(A, admin);
    desks.put(B, system.<AdminCommand>deadLetters());
    ActorRef<WatchActor.Command> watch =
        system.systemActorOf(
            WatchActor.create(new WatchActor.Setting(admin, desks, System::nanoTime, QUICK)),
            "watch",
            org.apache.pekko.actor.typed.Props.empty());
    return List.of(WatchRoutes.create(system, watch));
  }

  private AdminReply status() {
    statusAsked.incrementAndGet();
    return CannedNode.cluster();
  }

  @AfterEach
  void end() {
    node.close();
  }

  private record Message(String event, JsonNode data) {}

  /** The lines of one connection, as messages. */
  private static final class Messages {
    private final Iterator<String> lines;
    private final List<Message> seen = new ArrayList<>();

    Messages(Stream<String> lines) {
      this.lines = lines.iterator();
    }

    Message next() throws IOException {
      StringBuilder data = new StringBuilder();
      String event = "";
      while (lines.hasNext()) {
        String line = lines.next();
        if (line.startsWith("data:")) {
          data.append(line.substring(5));
        } else if (line.startsWith("event:")) {
          event = line.substring(6).trim();
        } else if (line.isEmpty() && data.length() > 0) {
          Message message = new Message(event, JSON.readTree(data.toString()));
          seen.add(message);
          return message;
        }
      }
      throw new AssertionError("the stream ended after " + seen);
    }

    Message next(String event) throws IOException {
      Message message = next();
      while (!message.event().equals(event)) {
        message = next();
      }
      return message;
    }
  }

  private Stream<String> open() throws Exception {
    HttpResponse<Stream<String>> response =
        client.send(
            HttpRequest.newBuilder(URI.create(node.url() + "/v1/stream")).timeout(LIMIT).build(),
            BodyHandlers.ofLines());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    return response.body();
  }

  @Test
  void aFollowerGetsThePastThenStatusAgainAndAgainAndEventsAsTheyHappen() throws Exception {
    try (Stream<String> lines = open()) {
      Messages messages = new Messages(lines);
      assertThat(messages.next().event()).isEqualTo("trail");
      assertThat(messages.next().event()).isEqualTo("events");
      assertThat(messages.next("events").data().at("/0/seq").asLong()).isEqualTo(1);
      assertThat(messages.next("status").data().at("/systems/0/name").asText()).isEqualTo("shop");
      assertThat(messages.next("status").data().at("/systems/0/epoch").asLong()).isEqualTo(513);

      told.set(
          new EventPage(
              List.of(ClusterEventsTest.event(A, 1, 1), ClusterEventsTest.event(A, 2, 2)), 2));
      JsonNode fresh = messages.next("events").data();
      assertThat(fresh).hasSize(1);
      assertThat(fresh.at("/0/seq").asLong()).isEqualTo(2);
    }
    // A second one is told at once what the first has learned.
    try (Stream<String> lines = open()) {
      Messages messages = new Messages(lines);
      assertThat(messages.next("trail").data()).isNotEmpty();
      assertThat(messages.next("events").data()).hasSize(2);
    }
  }

  @Test
  void nobodyIsAskedOnceTheFollowersHaveGone() throws Exception {
    try (Stream<String> lines = open()) {
      assertThat(new Messages(lines).next("status").data().get("node").asText()).isEqualTo("a");
    }
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              int before = statusAsked.get();
              // Ten times the pace without a question.
              await().pollDelay(Duration.ofMillis(200)).until(() -> true);
              return statusAsked.get() == before;
            });
  }

  @Test
  void eventsOfAllHostsAreOneListThatNamesTheSilent() throws Exception {
    EventView event = ClusterEventsTest.event(A, 1, 1);
    HttpResponse<String> response = get("/v1/cluster/events?limit=5");
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode list = JSON.readTree(response.body());
    assertThat(list.at("/events/0/text").asText()).isEqualTo(event.text());
    assertThat(list.get("silentHosts").toString()).isEqualTo("[\"b\"]");
  }

  @Test
  void aLimitOutOfBoundsIsRefused() throws Exception {
    for (String limit : List.of("0", "2001", "x", "")) {
      HttpResponse<String> response = get("/v1/cluster/events?limit=" + limit);
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).contains("bad-request").contains("1 to 2000");
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(node.url() + path)).timeout(LIMIT).build(),
        BodyHandlers.ofString());
  }
}
