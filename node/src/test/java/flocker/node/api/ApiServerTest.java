package flocker.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.EventPage;
import flocker.protocol.admin.EventView;
import flocker.protocol.admin.ExecView;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.OperationId;
import flocker.protocol.admin.OperationView;
import flocker.protocol.admin.ReadinessView;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SnapshotCommand;
import flocker.protocol.admin.SnapshotList;
import flocker.protocol.admin.StashList;
import flocker.protocol.admin.SystemName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.http.javadsl.server.Directives;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiServerTest {
  private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");
  private static final SystemName SHOP = new SystemName("shop");
  private static final HostName A = new HostName("a");
  private static final ObjectMapper JSON = AdminJson.tolerant();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final CannedNode NODE =
      new CannedNode(
          List.of(
              Directives.path("beside", () -> Directives.get(() -> Directives.complete("more"))),
              Directives.path(
                  "broken",
                  () -> {
                    throw new IllegalStateException("a secret");
                  })));

  @BeforeEach
  void forget() {
    NODE.reset();
  }

  @AfterAll
  static void end() {
    NODE.close();
  }

  @Test
  void readyIs200OnlyWhenTheNodeSaysSo() throws Exception {
    NODE.answer(AdminCommand.DescribeReadiness.class, new ReadinessView(true, ""));
    assertThat(get("/v1/ready").statusCode()).isEqualTo(200);

    NODE.answer(AdminCommand.DescribeReadiness.class, new ReadinessView(false, "a majority"));
    HttpResponse<String> waiting = get("/v1/ready");
    assertThat(waiting.statusCode()).isEqualTo(503);
    assertThat(JSON.readTree(waiting.body()).get("waitingFor").asText()).isEqualTo("a majority");

    NODE.answer(AdminCommand.DescribeReadiness.class, CannedNode.SILENCE);
    assertThat(get("/v1/ready").statusCode()).isEqualTo(503);
  }

  @Test
  void statusIsTheClusterView() throws Exception {
    NODE.answer(AdminCommand.DescribeCluster.class, CannedNode.cluster());
    HttpResponse<String> response = get("/v1/status");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(JSON.readTree(response.body()).at("/systems/0/replicas/0/position").asText())
        .isEqualTo("513.42");
  }

  @Test
  void creatingAnswers202WithTheOperation() throws Exception {
    NODE.answer(AdminCommand.CreateSystem.class, operation());
    HttpResponse<String> response =
        post(
            "/v1/systems",
            "{\"name\":\"shop\",\"source\":{\"kind\":\"tar\",\"path\":\"/srv/x.tar\"},"
                + "\"settings\":{\"publish\":[\"80:8080\"]}}");
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.headers().firstValue("Location"))
        .hasValue("/v1/operations/0123456789abcdef");
    AdminCommand.CreateSystem asked = (AdminCommand.CreateSystem) NODE.asked();
    assertThat(asked.system().name()).isEqualTo(SHOP);
    assertThat(asked.system().settings().publish()).hasToString("[80:8080]");
  }

  @Test
  void startStopSnapshotAndSwitchoverAreAsked() throws Exception {
    Done done = new Done("shop is running on a");
    NODE.answer(AdminCommand.StartSystem.class, done);
    NODE.answer(AdminCommand.StopSystem.class, done);
    NODE.answer(AdminCommand.SwitchOver.class, done);
    assertThat(post("/v1/systems/shop/start", "{}").body()).contains("shop is running on a");
    assertThat(((AdminCommand.StartSystem) NODE.asked()).system()).isEqualTo(SHOP);
    assertThat(post("/v1/systems/shop/stop", "{}").statusCode()).isEqualTo(200);
    assertThat(NODE.asked()).isInstanceOf(AdminCommand.StopSystem.class);
    assertThat(post("/v1/systems/shop/switchover", "{\"to\":\"a\"}").statusCode()).isEqualTo(200);
    assertThat(((AdminCommand.SwitchOver) NODE.asked()).to()).hasValue(A);
    assertThat(post("/v1/systems/shop/switchover", "{}").statusCode()).isEqualTo(200);
    assertThat(((AdminCommand.SwitchOver) NODE.asked()).to()).isEmpty();
  }

  @Test
  void destroyingNeedsTheNameTwice() throws Exception {
    NODE.answer(AdminCommand.DestroySystem.class, new Done("gone"));
    HttpResponse<String> unconfirmed = send("DELETE", "/v1/systems/shop", null, "");
    assertThat(unconfirmed.statusCode()).isEqualTo(400);
    assertThat(NODE.askedNothing()).isTrue();
    assertThat(send("DELETE", "/v1/systems/shop?confirm=shop", null, "").statusCode())
        .isEqualTo(200);
    assertThat(((AdminCommand.DestroySystem) NODE.asked()).confirmation()).isEqualTo("shop");
  }

  @Test
  void execCarriesCommandAndLimit() throws Exception {
    NODE.answer(AdminCommand.ExecInSystem.class, new ExecView(3, "out", "err", false));
    HttpResponse<String> response =
        post("/v1/systems/shop/exec", "{\"command\":[\"ls\",\"-l\"],\"timeoutSeconds\":5}");
    assertThat(JSON.readTree(response.body()).get("exitCode").asInt()).isEqualTo(3);
    AdminCommand.ExecInSystem asked = (AdminCommand.ExecInSystem) NODE.asked();
    assertThat(asked.command()).containsExactly("ls", "-l");
    assertThat(asked.limit()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void listsCarryTheirLimits() throws Exception {
    NODE.answer(
        SnapshotCommand.ListSnapshots.class, new SnapshotList(SHOP, A, 0, List.of(), List.of()));
    NODE.answer(AdminCommand.ListStashes.class, new StashList(List.of(), List.of()));
    get("/v1/systems/shop/snapshots?limit=7");
    assertThat(((SnapshotCommand.ListSnapshots) NODE.asked()).limit()).isEqualTo(7);
    get("/v1/stashes?system=shop");
    assertThat(((AdminCommand.ListStashes) NODE.asked()).system()).hasValue(SHOP);
    assertThat(get("/v1/systems/shop/snapshots?limit=0").statusCode()).isEqualTo(400);
    assertThat(get("/v1/systems/shop/snapshots?limit=401").statusCode()).isEqualTo(400);
    assertThat(get("/v1/systems/shop/logs?maxBytes=x").statusCode()).isEqualTo(400);
    assertThat(get("/v1/stashes?system=No").statusCode()).isEqualTo(400);
  }

  @Test
  void eventsAreWaitedForWhenFollowed() throws Exception {
    EventView event = new EventView(8, AT, A, "tick", Optional.empty(), "tick", Map.of());
    AtomicInteger polls = new AtomicInteger();
    NODE.answer(
        AdminCommand.ListEvents.class,
        command ->
            polls.incrementAndGet() < 3
                ? new EventPage(List.of(), 7)
                : new EventPage(List.of(event), 8));
    JsonNode page = JSON.readTree(get("/v1/events?since=7&follow=20").body());
    assertThat(page.at("/events/0/type").asText()).isEqualTo("tick");
    assertThat(page.get("next").asLong()).isEqualTo(8);
    assertThat(((AdminCommand.ListEvents) NODE.asked()).since()).hasValue(7L);
    assertThat(polls).hasValue(3);
  }

  @Test
  void eventsAreNotWaitedForOtherwise() throws Exception {
    NODE.answer(AdminCommand.ListEvents.class, new EventPage(List.of(), 0));
    assertThat(JSON.readTree(get("/v1/events").body()).get("events")).isEmpty();
    assertThat(((AdminCommand.ListEvents) NODE.asked()).since()).isEmpty();
    assertThat(NODE.askedNothing()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(RefusalCode.class)
  void aRefusalHasItsStatusAndCode(RefusalCode code) throws Exception {
    NODE.answer(AdminCommand.DescribeSystem.class, new AdminRefusal(code, "because"));
    HttpResponse<String> response = get("/v1/systems/shop");
    assertThat(response.statusCode()).isEqualTo(ApiProblem.statusOf(code)).isBetween(400, 504);
    assertThat(response.body())
        .isEqualTo("{\"error\":{\"code\":\"" + code.word() + "\",\"message\":\"because\"}}");
  }

  @Test
  void silenceOfTheNodeIsATimeoutWithUnknownOutcome() throws Exception {
    NODE.answer(AdminCommand.StartSystem.class, CannedNode.SILENCE);
    HttpResponse<String> response = post("/v1/systems/shop/start?timeout=1", "{}");
    assertThat(response.statusCode()).isEqualTo(504);
    assertThat(code(response)).isEqualTo("timed-out");
    assertThat(response.body()).contains("may or may not have been done");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1", "/v1/", "/v2/status", "/v1/systems/shop/x", "/v1/status/x"})
  void anUnknownAddressIs404(String path) throws Exception {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(code(response)).isEqualTo("not-found");
  }

  @Test
  void aWrongMethodIs405AndSaysWhichAreRight() throws Exception {
    HttpResponse<String> response = send("PUT", "/v1/systems", "application/json", "{}");
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(code(response)).isEqualTo("method-not-allowed");
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, POST");
    assertThat(get("/v1/systems/shop/start").statusCode()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "text/json"})
  void aBodyOfAnotherTypeIs415(String type) throws Exception {
    HttpResponse<String> response = send("POST", "/v1/systems/shop/start", type, "{}");
    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(code(response)).isEqualTo("unsupported-media-type");
    assertThat(NODE.askedNothing()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/v1/systems | {",
        "/v1/systems | null",
        "/v1/systems | {\"name\":\"Shop\",\"source\":{\"kind\":\"tar\",\"path\":\"/x\"}}",
        "/v1/systems/shop/start | {\"x\":1}",
        "/v1/systems/shop/start | []",
        "/v1/systems/SHOP/start | {}",
        "/v1/systems/shop/exec | {}",
        "/v1/systems/shop/exec | {\"command\":[]}",
        "/v1/systems/shop/exec | {\"command\":[\"ls\"],\"timeoutSeconds\":601}",
        "/v1/systems/shop/exec | {\"command\":[\"ls\"],\"timeoutSeconds\":-100}",
        "/v1/systems/shop/switchover | {\"to\":\"../b\"}",
        "/v1/systems/shop/start?timeout=0 | {}",
      })
  void aBodyThatMakesNoSenseIs400AndChangesNothing(String path, String body) throws Exception {
    HttpResponse<String> response = post(path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(code(response)).isEqualTo("bad-request");
    assertThat(response.body()).doesNotContain("flocker.").doesNotContain("Exception");
    assertThat(NODE.askedNothing()).isTrue();
  }

  @Test
  void aBodyThatIsTooLongIs413() throws Exception {
    HttpResponse<String> response =
        post("/v1/systems", " ".repeat(AdminJson.MAX_REQUEST_BYTES + 1));
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(code(response)).isEqualTo("too-large");
  }

  @Test
  void aBodyOfUntoldLengthThatIsTooLongIs413() throws Exception {
    byte[] body = " ".repeat(AdminJson.MAX_REQUEST_BYTES + 1).getBytes(StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(NODE.url() + "/v1/systems"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build();
    assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(413);
  }

  @Test
  void aMistakeInTheNodeIsA500WithoutInternals() throws Exception {
    HttpResponse<String> response = get("/broken");
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(code(response)).isEqualTo("failed");
    assertThat(response.body()).doesNotContain("a secret");
  }

  @Test
  void routesOfOtherPartsAreServedBeside() throws Exception {
    assertThat(get("/beside").body()).isEqualTo("more");
  }

  @Test
  void anOperationIsFoundByItsId() throws Exception {
    NODE.answer(AdminCommand.DescribeOperation.class, operation());
    assertThat(get("/v1/operations/0123456789abcdef").statusCode()).isEqualTo(200);
    assertThat(get("/v1/operations/xyz").statusCode()).isEqualTo(400);
  }

  private static OperationView operation() {
    return new OperationView(
        new OperationId("0123456789abcdef"),
        "system-create",
        Optional.of(SHOP),
        A,
        OperationView.State.RUNNING,
        0,
        Optional.empty(),
        0,
        "reading",
        AT,
        Optional.empty(),
        Optional.empty());
  }

  private static String code(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body()).at("/error/code").asText();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return send("GET", path, null, "");
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return send("POST", path, "application/json", body);
  }

  private static HttpResponse<String> send(String method, String path, String type, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(NODE.url() + path))
            .timeout(Duration.ofSeconds(30))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (type != null) {
      request.header("Content-Type", type);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }
}
