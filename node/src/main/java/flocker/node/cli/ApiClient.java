package flocker.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.admin.ErrorBody;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks a node over HTTP; everything but a success is a {@link CliFailure}. */
final class ApiClient {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration READ = Duration.ofSeconds(20);

  /** More than the node's own margin: it knows better than we do how it ended. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private final ApiAddress address;
  private final ObjectMapper json = AdminJson.tolerant();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  ApiClient(ApiAddress address) {
    this.address = address;
  }

  /** What a node answered. */
  record Answer(String text, ObjectMapper json) {
    /** The answer as a view. */
    <T> T as(Class<T> type) {
      try {
        return json.readValue(text, type);
      } catch (JsonProcessingException e) {
        throw new CliFailure(
            ExitCode.REFUSED,
            "failed",
            "the node's answer is not understood ("
                + AdminJson.complaint(e)
                + "); is it another version than this command?");
      }
    }

    /** The answer as indented JSON, with everything the node said. */
    String pretty() {
      try {
        return json.writerWithDefaultPrettyPrinter().writeValueAsString(json.readTree(text));
      } catch (JsonProcessingException e) {
        throw new CliFailure(ExitCode.REFUSED, "failed", "the node's answer is not JSON");
      }
    }
  }

  /** Asks without changing anything. */
  Answer get(String path) {
    return get(path, READ);
  }

  /** Asks what the node may need {@code patience} to answer. */
  Answer get(String path, Duration patience) {
    return send(request(path, patience).GET().build(), false);
  }

  /** Asks for a change; the node gives up after {@code timeout}, and we a while later. */
  Answer post(String path, Object body, Duration timeout) {
    String text;
    try {
      text = json.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request cannot be written as JSON", e);
    }
    HttpRequest.Builder request =
        request(path, timeout.plus(MARGIN))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(text));
    return send(request.build(), true);
  }

  /** Asks for something to be destroyed. */
  Answer delete(String path, Duration timeout) {
    return send(request(path, timeout.plus(MARGIN)).DELETE().build(), true);
  }

  /** A value as part of a query. */
  static String encoded(Object value) {
    return URLEncoder.encode(value.toString(), StandardCharsets.UTF_8);
  }

  private HttpRequest.Builder request(String path, Duration patience) {
    return HttpRequest.newBuilder(URI.create(address.base() + path))
        .timeout(patience)
        .header("Accept", "application/json");
  }

  private Answer send(HttpRequest request, boolean changes) {
    HttpResponse<String> response;
    try {
      response = http.send(request, BodyHandlers.ofString());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw CliFailure.noContact(
          "the node at "
              + address.base()
              + " was not reached ("
              + (e instanceof HttpConnectTimeoutException ? "no answer" : "connection refused")
              + "). Nothing was done. Is it running, and is that its address?");
    } catch (HttpTimeoutException e) {
      throw CliFailure.unknownOutcome(
          "the node at "
              + address.base()
              + " took the request and did not answer in time."
              + (changes ? unknown() : " Nothing was changed; try again."));
    } catch (IOException e) {
      throw changes
          ? CliFailure.unknownOutcome(
              "the connection to " + address.base() + " broke before the answer." + unknown())
          : CliFailure.noContact(
              "the connection to " + address.base() + " broke before the answer; try again.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliFailure.unknownOutcome("interrupted." + (changes ? unknown() : ""));
    }
    if (response.statusCode() >= 300) {
      throw refusal(response);
    }
    return new Answer(response.body(), json);
  }

  private static String unknown() {
    return " It may or may not have been done: look at 'flocker status' before you repeat it.";
  }

  private CliFailure refusal(HttpResponse<String> response) {
    try {
      ErrorBody body = json.readValue(response.body(), ErrorBody.class);
      if (body != null && body.error() != null && body.error().code() != null) {
        String code = body.error().code();
        return new CliFailure(ExitCode.ofRefusal(code), code, body.error().message());
      }
    } catch (JsonProcessingException e) {
      // Answered below: it is not a node of ours that said this.
    }
    return new CliFailure(
        ExitCode.REFUSED,
        "failed",
        "what answers at "
            + address.base()
            + " is not a Flocker node, or broken: it said HTTP "
            + response.statusCode());
  }
}
