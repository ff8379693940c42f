package flocker.node.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import flocker.node.api.CannedNode;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PageRoutesTest {
  private static final CannedNode NODE = new CannedNode(List.of(PageRoutes.create()));
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @AfterAll
  static void end() {
    NODE.close();
  }

  private static HttpResponse<byte[]> get(String path, String encoding) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(NODE.url() + path))
            .header("Accept-Encoding", encoding)
            .build();
    return CLIENT.send(request, BodyHandlers.ofByteArray());
  }

  private static String page() throws Exception {
    return new String(get("/", "identity").body(), StandardCharsets.UTF_8);
  }

  private static void onlyWithPage() {
    assumeTrue(
        new PageFiles().index().isPresent(), "NOT RUN: this build has no web page; npm is missing");
  }

  @Test
  void aBuildWithoutPageSaysSo() throws Exception {
    assumeTrue(new PageFiles().index().isEmpty(), "NOT RUN: this build has the web page");
    HttpResponse<byte[]> response = get("/", "identity");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("no web page");
  }

  @Test
  void thePageMayAskNobodyButItsNode() throws Exception {
    onlyWithPage();
    HttpResponse<byte[]> response = get("/", "identity");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html; charset=UTF-8");
    assertThat(response.headers().firstValue("Content-Security-Policy"))
        .hasValue(PageRoutes.POLICY)
        .get()
        .asString()
        .contains("default-src 'none'")
        .doesNotContain("unsafe");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-cache");
    assertThat(page()).doesNotContain("http:").doesNotContain("https:");
  }

  @Test
  void everyFileThePageNamesIsServedAndKept() throws Exception {
    onlyWithPage();
    Matcher named = Pattern.compile("\"(/assets/[^\"]+)\"").matcher(page());
    int found = 0;
    while (named.find()) {
      found++;
      HttpResponse<byte[]> plain = get(named.group(1), "identity");
      assertThat(plain.statusCode()).isEqualTo(200);
      assertThat(plain.headers().firstValue("Cache-Control").orElseThrow()).contains("max-age");
      HttpResponse<byte[]> small = get(named.group(1), "gzip, br");
      assertThat(small.headers().firstValue("Content-Encoding")).hasValue("gzip");
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(small.body()))) {
        assertThat(in.readAllBytes()).isEqualTo(plain.body());
      }
    }
    assertThat(found).isEqualTo(3);
  }

  @Test
  void nothingElseOfTheClassPathIsServed() throws Exception {
    for (String path :
        List.of(
            "/assets/index.html",
            "/assets/reference.conf",
            "/assets/..%2freference.conf",
            "/assets/%2e%2e/logback.xml",
            "/index.html",
            "/assets/")) {
      assertThat(get(path, "identity").statusCode()).as(path).isEqualTo(404);
    }
  }
}
