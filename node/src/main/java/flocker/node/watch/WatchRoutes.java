package flocker.node.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.admin.ErrorBody;
import flocker.protocol.admin.RefusalCode;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.marshalling.sse.EventStreamMarshalling;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.sse.ServerSentEvent;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.typed.javadsl.ActorSource;

/** The part of the API by which a cluster is followed; the package describes it. */
public final class WatchRoutes extends AllDirectives {
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(6);
  private static final int WAITING = 256;
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 2000;
  private static final List<RawHeader> ALWAYS =
      List.of(
          RawHeader.create("Cache-Control", "no-store"),
          RawHeader.create("X-Content-Type-Options", "nosniff"));

  private final ActorSystem<?> system;
  private final ActorRef<WatchActor.Command> watch;
  private final ObjectMapper json = AdminJson.strict();

  private WatchRoutes(ActorSystem<?> system, ActorRef<WatchActor.Command> watch) {
    this.system = system;
    this.watch = watch;
  }

  /** To be tried beside the API's other routes. */
  public static Route create(ActorSystem<?> system, ActorRef<WatchActor.Command> watch) {
    return new WatchRoutes(system, watch).routes();
  }

  private Route routes() {
    return pathPrefix(
        "v1",
        () ->
            concat(
                path(
                    "stream",
                    () ->
                        get(
                            () ->
                                withoutRequestTimeout(
                                    () ->
                                        respondWithHeaders(
                                            List.copyOf(ALWAYS),
                                            () ->
                                                completeOK(
                                                    followed(),
                                                    EventStreamMarshalling.toEventStream()))))),
                pathPrefix("cluster", () -> path("events", () -> get(this::events)))));
  }

  /** A follower who reads too slowly is cut off; it may connect again. */
  private Source<ServerSentEvent, NotUsed> followed() {
    return ActorSource.<Told>actorRef(
            told -> false, told -> java.util.Optional.empty(), WAITING, OverflowStrategy.fail())
        .mapMaterializedValue(
            follower -> {
              watch.tell(new WatchActor.Follow(follower));
              return NotUsed.getInstance();
            })
        .map(told -> ServerSentEvent.create(written(told.body()), told.word()))
        .keepAlive(HEARTBEAT, ServerSentEvent::heartbeat);
  }

  private Route events() {
    return parameterOptional(
        "limit",
        text -> {
          int limit = text.map(WatchRoutes::limit).orElse(DEFAULT_LIMIT);
          if (limit == 0) {
            return complete(
                answer(
                    400,
                    ErrorBody.of(
                        RefusalCode.BAD_REQUEST.word(),
                        "'limit' is a number from 1 to " + MAX_LIMIT)));
          }
          return onComplete(
              AskPattern.<WatchActor.Command, Told.ClusterEventList>ask(
                  watch,
                  replyTo -> new WatchActor.ListEvents(limit, replyTo),
                  PATIENCE,
                  system.scheduler()),
              found ->
                  complete(
                      found.isSuccess()
                          ? answer(200, found.get())
                          : answer(
                              504,
                              ErrorBody.of(
                                  RefusalCode.TIMED_OUT.word(),
                                  "the hosts were not heard in time; try again"))));
        });
  }

  /** Zero for what is no limit. */
  private static int limit(String text) {
    try {
      int limit = Integer.parseInt(text);
      return limit >= 1 && limit <= MAX_LIMIT ? limit : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private HttpResponse answer(int status, Object body) {
    return HttpResponse.create()
        .withStatus(StatusCodes.get(status))
        .withEntity(ContentTypes.APPLICATION_JSON, written(body))
        .addHeaders(List.copyOf(ALWAYS));
  }

  private String written(Object body) {
    try {
      return json.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot be written as JSON: " + body.getClass(), e);
    }
  }
}
