package flocker.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.admin.ErrorBody;
import flocker.protocol.admin.RefusalCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Asks a node over HTTP; everything but a success is a {@link CliFailure}. Built on {@code
 * HttpURLConnection} because {@code java.net.http} takes three times as long to load as the rest of
 * a command.
 */
final class ApiClient {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration READ = Duration.ofSeconds(20);

  /** More than the node's own margin: it knows better than we do how it ended. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private static final String UNKNOWN =
      " It may or may not have been done: look at 'flocker status' before you repeat it.";

  private final ApiAddress address;
  private final ObjectMapper json = AdminJson.tolerant();

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
    return send(new Request("GET", path, "", patience));
  }

  /** Copies what is not JSON; returns how many bytes there were. {@code out} fails as it does. */
  long download(String path, OutputStream out, Duration patience) throws IOException {
    Request request = new Request("GET", path, "", patience);
    HttpURLConnection connection = connect(request);
    try {
      int status = connection.getResponseCode();
      if (status >= 300) {
        throw refusal(status, text(connection, status));
      }
      long promised = connection.getContentLengthLong();
      try (InputStream body = connection.getInputStream()) {
        long copied = body.transferTo(out);
        if (promised >= 0 && copied != promised) {
          throw new IOException("only " + copied + " of " + promised + " bytes came");
        }
        return copied;
      }
    } finally {
      connection.disconnect();
    }
  }

  /** Asks for a change; the node gives up after {@code timeout}, and we a while later. */
  Answer post(String path, Object body, Duration timeout) {
    try {
      return send(new Request("POST", path, json.writeValueAsString(body), timeout.plus(MARGIN)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request cannot be written as JSON", e);
    }
  }

  /** Asks for something to be destroyed. */
  Answer delete(String path, Duration timeout) {
    return send(new Request("DELETE", path, "", timeout.plus(MARGIN)));
  }

  private record Request(String method, String path, String body, Duration patience) {
    boolean changes() {
      return !method.equals("GET");
    }

    byte[] bytes() {
      return body.getBytes(StandardCharsets.UTF_8);
    }
  }

  private Answer send(Request request) {
    HttpURLConnection connection = connect(request);
    try {
      if (request.changes()) {
        try (OutputStream out = connection.getOutputStream()) {
          out.write(request.bytes());
        }
      }
      int status = connection.getResponseCode();
      String text = text(connection, status);
      if (status >= 300) {
        throw refusal(status, text);
      }
      return new Answer(text, json);
    } catch (SocketTimeoutException e) {
      throw CliFailure.unknownOutcome(
          "the node at "
              + address.base()
              + " took the request and did not answer in time."
              + (request.changes() ? UNKNOWN : " Nothing was changed; try again."));
    } catch (IOException e) {
      String broken = "the connection to " + address.base() + " broke before the answer.";
      throw request.changes()
          ? CliFailure.unknownOutcome(broken + UNKNOWN)
          : CliFailure.noContact(broken + " Nothing was changed; try again.");
    } finally {
      connection.disconnect();
    }
  }

  /** Nothing has been asked of the node before this returns. */
  private HttpURLConnection connect(Request request) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) new URL(address.base() + request.path()).openConnection();
      connection.setRequestMethod(request.method());
      connection.setConnectTimeout(Math.toIntExact(CONNECT.toMillis()));
      connection.setReadTimeout(Math.toIntExact(request.patience().toMillis()));
      connection.setInstanceFollowRedirects(false);
      connection.setRequestProperty("Accept", "application/json");
      if (request.changes()) {
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        // Without this it would silently send a change again when the connection breaks.
        connection.setFixedLengthStreamingMode(request.bytes().length);
      }
      connection.connect();
      return connection;
    } catch (IOException e) {
      throw CliFailure.noContact(
          "the node at "
              + address.base()
              + " was not reached ("
              + (e instanceof SocketTimeoutException ? "no answer" : e.getMessage())
              + "). Nothing was done. Is it running, and is that its address?");
    }
  }

  private static String text(HttpURLConnection connection, int status) throws IOException {
    try (InputStream body =
        status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
      return body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private CliFailure refusal(int status, String text) {
    if (status == HttpURLConnection.HTTP_UNAUTHORIZED) {
      // HttpURLConnection keeps the body of this answer to itself.
      return new CliFailure(
          ExitCode.NOT_PERMITTED,
          RefusalCode.NOT_AUTHENTICATED.word(),
          "the node at " + address.base() + " does not know who asks. Nothing was done.");
    }
    try {
      ErrorBody body = json.readValue(text, ErrorBody.class);
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
            + status);
  }
}
