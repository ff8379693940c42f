package flocker.node.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.formation.FormationView;
import flocker.protocol.formation.PromiseAnswer;
import flocker.protocol.formation.PromiseRequest;
import flocker.protocol.id.HostId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The other hosts over HTTP, by the JDK's client: Pekko's connection pool backs off from a host
 * that is away for longer than formation may take.
 */
public final class HttpFormationPeers implements FormationPeers {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final int MAX_ANSWER = 64 * 1024;

  private final Map<HostId, URI> hosts;
  private final HttpClient client;
  private final ObjectMapper json = AdminJson.tolerant();

  /**
   * @param hosts where each host's API is, such as {@code http://10.0.0.1:7070/}
   */
  public HttpFormationPeers(Map<HostId, URI> hosts) {
    this.hosts = Map.copyOf(hosts);
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
  }

  @Override
  public CompletionStage<FormationView> view(HostId host) {
    return send(host, FormationRoutes.VIEW, null, FormationView.class);
  }

  @Override
  public CompletionStage<PromiseAnswer> promise(HostId voter, PromiseRequest request) {
    return send(voter, FormationRoutes.PROMISE, request, PromiseAnswer.class);
  }

  @Override
  public CompletionStage<PromiseAnswer> withdraw(HostId voter, PromiseRequest request) {
    return send(voter, FormationRoutes.WITHDRAWAL, request, PromiseAnswer.class);
  }

  private <T> CompletionStage<T> send(HostId host, String path, Object body, Class<T> answer) {
    URI base = hosts.get(host);
    if (base == null) {
      return CompletableFuture.failedFuture(new IOException("no address of host " + host));
    }
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve("/" + path)).timeout(TIMEOUT);
    if (body != null) {
      try {
        request
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)));
      } catch (JsonProcessingException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
    return client
        .sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(response -> read(response, answer));
  }

  private <T> T read(HttpResponse<byte[]> response, Class<T> answer) {
    byte[] body = response.body();
    if (response.statusCode() != 200 || body.length > MAX_ANSWER) {
      String text = new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8);
      throw new UncheckedIOException(
          new IOException("it answered " + response.statusCode() + ": " + text));
    }
    try {
      return json.readValue(body, answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
