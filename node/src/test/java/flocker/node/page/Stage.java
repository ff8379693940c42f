package flocker.node.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import flocker.node.api.CannedNode;
import flocker.node.watch.WatchActor;
import flocker.node.watch.WatchRoutes;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.EventPage;
import flocker.protocol.admin.EventView;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SnapshotCommand;
import flocker.protocol.admin.SnapshotList;
import flocker.protocol.admin.StashList;
import flocker.protocol.admin.SwitchoverView;
import flocker.protocol.admin.SystemName;
import flocker.protocol.id.Epoch;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.PathMatchers;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * A real server with the page, the event stream and the API's own routes, whose cluster is one of
 * the recorded scenes: {@code POST /stage/SCENE} chooses it, {@code GET /stage/asked} tells which
 * changes were asked for. Recorded times are moved so that the recording is of this moment.
 */
final class Stage extends AllDirectives implements AutoCloseable {
  private static final Instant RECORDED = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration WORK = Duration.ofMillis(1500);
  private static final ObjectMapper JSON = AdminJson.tolerant();

  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private final Instant begun = Clock.systemUTC().instant();
  private final CannedNode node;
  private volatile String scene = "well";

  Stage() {
    node = new CannedNode(this::routes);
    node.answer(AdminCommand.DescribeCluster.class, c -> read(scene, ClusterView.class, true));
    node.answer(AdminCommand.ListStashes.class, c -> read("stashes", StashList.class, false));
    node.answer(
        SnapshotCommand.ListSnapshots.class, c -> read("snapshots", SnapshotList.class, false));
    node.answer(AdminCommand.ListEvents.class, c -> events());
    node.answer(AdminCommand.SwitchOver.class, c -> work(c, Stage::switchedOver));
    node.answer(
        SnapshotCommand.CreateSnapshot.class,
        c ->
            work(
                c,
                () ->
                    new AdminRefusal(
                        RefusalCode.FAILED, "the pool is full; free some space or add some")));
  }

  private static AdminReply switchedOver() {
    return new SwitchoverView(
        new SystemName("shop"), new HostName("c"), new HostName("b"), new Epoch(1793), 1480);
  }

  private AdminReply work(AdminCommand command, Supplier<AdminReply> end) {
    asked.add(command.toString().replaceAll("Actor\\[[^]]*]", "…"));
    var unused =
        later.schedule(
            () -> command.replyTo().tell(end.get()), WORK.toMillis(), TimeUnit.MILLISECONDS);
    return null;
  }

  String url() {
    return node.url();
  }

  @Override
  public void close() {
    later.shutdownNow();
    node.close();
  }

  private List<Route> routes(ActorSystem<?> system, ActorRef<AdminCommand> admin) {
    ActorRef<WatchActor.Command> watch =
        system.systemActorOf(
            WatchActor.create(
                new WatchActor.Setting(
                    admin,
                    new TreeMap<>(Map.of(new HostName("a"), admin)),
                    System::nanoTime,
                    WatchActor.Pace.DEFAULT)),
            "watch",
            Props.empty());
    Route stage =
        pathPrefix(
            "stage",
            () ->
                concat(
                    path(
                        "asked",
                        () ->
                            get(
                                () ->
                                    complete(
                                        HttpEntities.create(
                                            ContentTypes.TEXT_PLAIN_UTF8,
                                            String.join("\n", asked))))),
                    path(
                        PathMatchers.segment(),
                        name ->
                            post(
                                () -> {
                                  scene = name;
                                  return complete(name);
                                }))));
    return List.of(WatchRoutes.create(system, watch), PageRoutes.create(), stage);
  }

  private EventPage events() {
    List<EventView> all = new ArrayList<>();
    long number = 0;
    for (JsonNode one : tree("events")) {
      number++;
      all.add(
          JSON.convertValue(((ObjectNode) moved(one, begun)).put("seq", number), EventView.class));
    }
    return new EventPage(all, number);
  }

  private <T> T read(String name, Class<T> type, boolean running) {
    return JSON.convertValue(
        moved(tree(name), running ? Clock.systemUTC().instant() : begun), type);
  }

  /** A recording; what views have got since it was made is as in the golden cluster. */
  private static JsonNode tree(String name) {
    try (InputStream in = Stage.class.getResourceAsStream("/page/" + name + ".json")) {
      JsonNode recorded = JSON.readTree(in);
      JsonNode golden = JSON.valueToTree(CannedNode.cluster());
      for (String list : List.of("systems", "hosts")) {
        JsonNode like = golden.get(list).get(0);
        recorded.path(list).forEach(one -> complete((ObjectNode) one, like));
      }
      return recorded;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void complete(ObjectNode recorded, JsonNode like) {
    for (Map.Entry<String, JsonNode> property : like.properties()) {
      if (!recorded.has(property.getKey())) {
        recorded.set(property.getKey(), property.getValue());
      }
    }
  }

  /** The recording as if it had been made at {@code now}. */
  private static JsonNode moved(JsonNode node, Instant now) {
    if (node instanceof ObjectNode object) {
      ObjectNode moved = JSON.createObjectNode();
      object.properties().forEach(e -> moved.set(e.getKey(), moved(e.getValue(), now)));
      return moved;
    } else if (node instanceof ArrayNode array) {
      ArrayNode moved = JSON.createArrayNode();
      array.forEach(one -> moved.add(moved(one, now)));
      return moved;
    } else if (node.isTextual()) {
      return instant(node.textValue())
          .<JsonNode>map(
              at -> JSON.valueToTree(now.plus(Duration.between(RECORDED, at)).toString()))
          .orElse(node);
    }
    return node;
  }

  private static Optional<Instant> instant(String text) {
    try {
      return text.endsWith("Z") && text.contains("T")
          ? Optional.of(Instant.parse(text))
          : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
