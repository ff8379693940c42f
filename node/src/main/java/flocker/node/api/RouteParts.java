package flocker.node.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.SystemName;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/** What every part of the tree of addresses is made with: reading a request, asking, answering. */
abstract class RouteParts extends AllDirectives {
  static final Duration READ_TIMEOUT = Duration.ofSeconds(10);
  static final Duration ANSWER_MARGIN = Duration.ofSeconds(5);
  static final String SILENT_READ =
      "the node did not answer in time; nothing was changed, try again";
  static final String SILENT_CHANGE =
      "no answer in time: it may or may not have been done; look at 'flocker status' before you"
          + " repeat it";
  private static final Duration BODY_TIMEOUT = Duration.ofSeconds(10);

  /** Answers what is asked. */
  final AdminGate admin;

  /** Writes answers down. */
  final ApiResponses responses = new ApiResponses();

  private final ObjectMapper json = AdminJson.strict();

  RouteParts(AdminGate admin) {
    this.admin = admin;
  }

  final Route change(
      String name, BiFunction<SystemName, ActorRef<AdminReply>, AdminCommand> command) {
    SystemName system = parsed(name, SystemName::new);
    return body(
        ApiRequest.Nothing.class,
        (nothing, query) -> changed(query, replyTo -> command.apply(system, replyTo)));
  }

  final Route changed(ApiQuery query, Function<ActorRef<AdminReply>, AdminCommand> command) {
    return answer(admin.ask(command, query.timeout(), SILENT_CHANGE), query.timeout(), 200);
  }

  final Route read(Function<ActorRef<AdminReply>, AdminCommand> command) {
    return answer(admin.ask(command, READ_TIMEOUT, SILENT_READ), READ_TIMEOUT, 200);
  }

  final Route answer(CompletionStage<AdminReply> reply, Duration patience, int success) {
    return withRequestTimeout(
        patience.plus(ANSWER_MARGIN),
        () -> onSuccess(reply, known -> complete(responses.reply(known, success))));
  }

  final Route query(Function<ApiQuery, Route> inner) {
    return extractRequest(request -> inner.apply(new ApiQuery(request.getUri().query().toMap())));
  }

  final <T> Route body(Class<T> type, BiFunction<T, ApiQuery, Route> inner) {
    return query(
        query ->
            extractRequest(
                request -> {
                  if (!request
                      .entity()
                      .getContentType()
                      .mediaType()
                      .equals(MediaTypes.APPLICATION_JSON)) {
                    throw new ApiProblem(
                        415,
                        "unsupported-media-type",
                        "the body must be JSON: send Content-Type application/json");
                  }
                  if (request.entity().getContentLengthOption().orElse(0)
                      > AdminJson.MAX_REQUEST_BYTES) {
                    throw ApiProblem.tooLarge();
                  }
                  return extractStrictEntity(
                      BODY_TIMEOUT,
                      AdminJson.MAX_REQUEST_BYTES,
                      entity -> inner.apply(read(entity.getData().toArray(), type), query));
                }));
  }

  private <T> T read(byte[] bytes, Class<T> type) {
    try {
      T value = json.readValue(bytes, type);
      if (value == null) {
        throw ApiProblem.badRequest("the body must be a JSON object, not null");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw ApiProblem.badRequest("the body was not accepted: " + AdminJson.complaint(e));
    } catch (IOException e) {
      throw ApiProblem.badRequest("the body cannot be read");
    }
  }

  static <T> T parsed(String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw ApiProblem.badRequest(e.getMessage());
    }
  }
}
