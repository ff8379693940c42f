package flocker.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.api.CannedNode;
import flocker.node.metrics.StorageMeters.Count;
import flocker.node.system.EventsActor.Counted;
import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SystemName;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The golden cluster as its host b, the master of shop, tells it. */
class ExpositionTest {
  private static final ClusterView GOLDEN = CannedNode.cluster();
  private static final SystemName SHOP = new SystemName("shop");

  /** What a host says of itself is a cluster of one. */
  private static ClusterView self(String name) {
    HostName self = new HostName(name);
    return new ClusterView(
        GOLDEN.cluster(),
        self,
        GOLDEN.at(),
        GOLDEN.hosts().stream().filter(host -> host.name().equals(self)).toList(),
        List.of(),
        GOLDEN.voters(),
        GOLDEN.alarms());
  }

  private static List<String> lines(String host) {
    Readings readings =
        new Readings(
            self(host),
            true,
            Duration.ofSeconds(3),
            GOLDEN.systems(),
            Map.of(
                new Counted("elected", Optional.of(SHOP)), 2L,
                new Counted("alarm-raised", Optional.empty()), 1L),
            Optional.of(
                Map.of(
                    new StorageMeters.Key(Count.SENT_BYTES, "00000000000000f1"), 4096L,
                    new StorageMeters.Key(Count.SENT_BYTES, "00000000000000ff"), 5L,
                    new StorageMeters.Key(Count.SENT_BYTES, ""), 2L)));
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(text, Exposition.of(readings));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void theMasterTellsLagLossAndLease() {
    assertThat(lines("b"))
        .contains(
            "flocker_system_master{system=\"shop\"} 1.0",
            "flocker_system_master{system=\"mail\"} 0.0",
            "flocker_system_running{system=\"shop\"} 1.0",
            "flocker_system_epoch{system=\"shop\"} 513.0",
            "flocker_lease_remaining_seconds{system=\"shop\"} 2.35",
            "flocker_lease_duration_seconds 3.0",
            "flocker_replica_lag_seconds{replica=\"a\",system=\"shop\"} 0.0",
            "flocker_replica_lag_bytes{replica=\"a\",system=\"shop\"} 0.0",
            "flocker_replica_state{replica=\"c\",state=\"away\",system=\"shop\"} 1.0",
            "flocker_loss_if_master_died_seconds{system=\"shop\"} 0.25",
            "flocker_loss_if_master_died_bytes{system=\"shop\"} 8192.0",
            "flocker_snapshots{system=\"shop\"} 12.0",
            "flocker_pool_free_bytes 9.0E8",
            "flocker_storage_fit 1.0",
            "flocker_ready 1.0",
            "flocker_alarm{code=\"replica-away\",system=\"shop\"} 1.0",
            "flocker_alarm{code=\"host-away\",system=\"\"} 1.0",
            "flocker_node_info{cluster=\"lab\",host=\"b\",version=\"0.1.0\"} 1");
  }

  @Test
  void whatIsNotKnownIsAbsentAndNotZero() {
    assertThat(lines("b"))
        .noneMatch(line -> line.startsWith("flocker_replica_lag_seconds{replica=\"c\""));
  }

  @Test
  void aSlaveTellsNothingThatOnlyTheMasterKnows() {
    assertThat(lines("a"))
        .contains("flocker_system_master{system=\"shop\"} 0.0")
        .noneMatch(line -> line.matches("flocker_(replica|loss|lease_remaining).*"));
  }

  @Test
  void aWitnessHasNoPool() {
    assertThat(lines("c")).noneMatch(line -> line.startsWith("flocker_pool_"));
  }

  @Test
  void takeOversBeginAtZeroAndCountElections() {
    assertThat(lines("b"))
        .contains(
            "flocker_takeovers_total{system=\"shop\"} 2.0",
            "flocker_takeovers_total{system=\"mail\"} 0.0",
            "flocker_events_total{event=\"elected\",system=\"shop\"} 2.0",
            "flocker_events_total{event=\"alarm-raised\",system=\"\"} 1.0");
  }

  @Test
  void bytesAreOfTheirSystemAndWhatIsOfNoneIsTogether() {
    assertThat(lines("b"))
        .contains(
            "flocker_stream_sent_bytes_total{system=\"shop\"} 4096.0",
            "flocker_stream_sent_bytes_total{system=\"\"} 7.0");
  }

  @Test
  void everyMetricIsOneOfTheList() {
    List<String> told =
        lines("b").stream()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.replaceFirst("[{ ].*", ""))
            .distinct()
            .toList();
    assertThat(Arrays.stream(Metric.values()).map(Metric::word).collect(Collectors.toSet()))
        .containsAll(told);
    // Snapshots taken and destroyed, and what was received, are not among these readings.
    assertThat(told).hasSize(Metric.values().length - 3);
  }
}
