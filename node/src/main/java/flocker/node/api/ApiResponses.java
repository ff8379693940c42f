package flocker.node.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.ErrorBody;
import flocker.protocol.admin.ReadinessView;
import flocker.protocol.admin.RefusalCode;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.ExceptionHandler;
import org.apache.pekko.http.javadsl.server.MethodRejection;
import org.apache.pekko.http.javadsl.server.Rejection;
import org.apache.pekko.http.javadsl.server.RejectionHandler;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.http.scaladsl.model.IllegalRequestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything the API answers, as JSON; also what it says to requests that reach no route. */
final class ApiResponses {
  private static final Logger LOG = LoggerFactory.getLogger(ApiResponses.class);
  private static final List<RawHeader> ALWAYS =
      List.of(
          RawHeader.create("Cache-Control", "no-store"),
          RawHeader.create("X-Content-Type-Options", "nosniff"));

  private final ObjectMapper json = AdminJson.strict();

  /** The answer to an admin command: {@code success} unless it is a refusal. */
  HttpResponse reply(AdminReply reply, int success) {
    if (reply instanceof AdminRefusal refusal) {
      return problem(ApiProblem.of(refusal.code(), refusal.message()));
    }
    return json(success, reply);
  }

  /** 503 until the node is ready; silence counts as not ready. */
  HttpResponse readiness(AdminReply reply) {
    ReadinessView view =
        reply instanceof ReadinessView known
            ? known
            : new ReadinessView(false, "the node does not answer");
    return json(view.ready() ? 200 : 503, view);
  }

  HttpResponse problem(ApiProblem problem) {
    return json(problem.status(), problem.body());
  }

  private HttpResponse json(int status, Object body) {
    byte[] bytes;
    try {
      bytes = json.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot be written as JSON: " + body.getClass(), e);
    }
    HttpResponse response =
        HttpResponse.create()
            .withStatus(StatusCodes.get(status))
            .withEntity(ContentTypes.APPLICATION_JSON, bytes);
    return response.addHeaders(List.copyOf(ALWAYS));
  }

  /** For requests that no route takes. */
  RejectionHandler rejections() {
    return RejectionHandler.newBuilder()
        .handleAll(
            MethodRejection.class,
            methods -> {
              String allowed =
                  methods.stream()
                      .map(rejection -> rejection.supported().value())
                      .distinct()
                      .sorted()
                      .collect(Collectors.joining(", "));
              return Directives.complete(
                  problem(
                          new ApiProblem(
                              405, "method-not-allowed", "this address takes " + allowed + " only"))
                      .addHeader(RawHeader.create("Allow", allowed)));
            })
        .handle(
            Rejection.class,
            rejection ->
                Directives.complete(
                    problem(ApiProblem.badRequest("the request cannot be understood"))))
        .handleNotFound(
            Directives.complete(
                problem(
                    ApiProblem.of(
                        RefusalCode.NOT_FOUND,
                        "there is no such address in the API; see /v1/status"))))
        .build();
  }

  /** For whatever a route throws. */
  ExceptionHandler exceptions() {
    return ExceptionHandler.newBuilder()
        .match(ApiProblem.class, problem -> Directives.complete(problem(problem)))
        .match(
            EntityStreamSizeException.class,
            fault -> Directives.complete(problem(ApiProblem.tooLarge())))
        .match(
            IllegalRequestException.class,
            fault ->
                Directives.complete(
                    problem(ApiProblem.badRequest("the request cannot be understood"))))
        .matchAny(
            fault -> {
              LOG.error("api-request-failed reason={}", fault.toString(), fault);
              return Directives.complete(
                  json(
                      500,
                      ErrorBody.of(
                          RefusalCode.FAILED.word(),
                          "the node made a mistake; its log has the details")));
            })
        .build();
  }
}
