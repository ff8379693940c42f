package flocker.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import flocker.node.metrics.Metric;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Dashboard, alert rules and document name metrics that exist. */
class MonitoringTest {
  private static final Pattern NAME = Pattern.compile("\\b(?:flocker|jvm|process)_[a-z0-9_]+");

  private static Set<String> known() {
    Set<String> names = new TreeSet<>();
    Arrays.stream(Metric.values()).map(Metric::word).forEach(names::add);
    PrometheusRegistry jvm = new PrometheusRegistry();
    JvmMetrics.builder().register(jvm);
    for (MetricSnapshot one : jvm.scrape()) {
      String name = one.getMetadata().getPrometheusName();
      names.add(one instanceof CounterSnapshot ? name + "_total" : name);
    }
    return names;
  }

  private static Set<String> named(String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = NAME.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  private static String file(String name) throws IOException {
    return Files.readString(Root.path().resolve("deploy/monitoring").resolve(name));
  }

  @Test
  void alertsNameMetricsThatExist() throws IOException {
    Set<String> named = named(file("alerts.yml"));
    assertThat(named).hasSizeGreaterThan(10);
    assertThat(known()).containsAll(named);
  }

  @Test
  void theDashboardNamesMetricsThatExistAndShowsAllOfThem() throws IOException {
    JsonNode dashboard = new ObjectMapper().readTree(file("grafana-dashboard.json"));
    StringBuilder asked = new StringBuilder();
    dashboard.findValues("expr").forEach(one -> asked.append(one.asText()).append('\n'));
    dashboard.findValues("query").forEach(one -> asked.append(one.asText()).append('\n'));
    Set<String> named = named(asked.toString());
    assertThat(known()).containsAll(named);
    for (Metric metric : Metric.values()) {
      if (metric.kind() != Metric.Kind.INFO) {
        assertThat(named).as("the dashboard").contains(metric.word());
      }
    }
  }

  @Test
  void aNameThatDoesNotExistIsFound() {
    assertThat(known()).isNotEmpty().doesNotContainAnyElementsOf(named("flocker_lag_secs > 3"));
  }

  @Test
  void theDocumentIsPrintedFromTheList() throws IOException {
    StringBuilder table = new StringBuilder("| metric | labels | meaning |\n|---|---|---|\n");
    for (Metric metric : Metric.values()) {
      table
          .append("| `")
          .append(metric.word())
          .append("` | ")
          .append(String.join(", ", metric.labels()))
          .append(" | ")
          .append(metric.help())
          .append(" |\n");
    }
    Document.says("docs/operations/metrics.md", "metrics", table.toString());
  }
}
