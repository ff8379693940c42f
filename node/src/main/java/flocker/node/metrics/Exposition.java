package flocker.node.metrics;

import flocker.node.metrics.StorageMeters.Count;
import flocker.protocol.admin.Alarm;
import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemView;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns what a node knows of itself into metrics. Used once; pure. */
final class Exposition {
  /** The event by which a take-over is counted. */
  static final String TAKE_OVER = "elected";

  private static final Map<Count, Metric> COUNTED =
      new EnumMap<>(
          Map.of(
              Count.SNAPSHOTS_TAKEN, Metric.SNAPSHOTS_TAKEN,
              Count.SNAPSHOTS_DESTROYED, Metric.SNAPSHOTS_DESTROYED,
              Count.SENT_BYTES, Metric.SENT,
              Count.RECEIVED_BYTES, Metric.RECEIVED));

  private final Map<Metric, Map<Labels, Double>> values = new EnumMap<>(Metric.class);

  private Exposition() {}

  static MetricSnapshots of(Readings readings) {
    Exposition made = new Exposition();
    made.host(readings);
    readings.systems().forEach(view -> made.system(view, made.self(readings)));
    made.counts(readings);
    return made.snapshots();
  }

  private HostName self(Readings readings) {
    return readings.self().node();
  }

  private void put(Metric metric, double value, String... labels) {
    Labels all = Labels.of(metric.labels().toArray(String[]::new), labels);
    values.computeIfAbsent(metric, unused -> new LinkedHashMap<>()).merge(all, value, Double::sum);
  }

  private void host(Readings readings) {
    ClusterView self = readings.self();
    put(Metric.INFO, 1, self.cluster().name(), self.node().value(), self.cluster().version());
    put(Metric.READY, readings.ready() ? 1 : 0);
    put(Metric.LEASE_DURATION, readings.lease().toNanos() / 1e9);
    for (ClusterView.Host host : self.hosts()) {
      host.storage()
          .ifPresent(
              storage -> {
                put(Metric.STORAGE_FIT, storage.state().equals("sick") ? 0 : 1);
                if (storage.size() > 0) {
                  put(Metric.POOL_FREE, (double) storage.free());
                  put(Metric.POOL_SIZE, (double) storage.size());
                }
              });
    }
    for (Alarm alarm : self.alarms()) {
      put(Metric.ALARMS, 1, "", alarm.code());
    }
  }

  private void system(SystemView view, HostName self) {
    String name = view.name().value();
    boolean master = view.master().equals(Optional.of(self));
    put(Metric.MASTER, master ? 1 : 0, name);
    put(
        Metric.RUNNING,
        view.container().map(c -> c.state().equals("running") ? 1 : 0).orElse(0),
        name);
    put(Metric.EPOCH, (double) view.epoch().value(), name);
    put(Metric.SNAPSHOTS, view.snapshots(), name);
    view.alarms().forEach(alarm -> put(Metric.ALARMS, 1, name, alarm.code()));
    if (master) {
      mastered(view, name);
    }
  }

  private void mastered(SystemView view, String name) {
    put(
        Metric.LEASE_MARGIN,
        view.lease().map(lease -> lease.remainingMillis() / 1e3).orElse(0.0),
        name);
    for (SystemView.Replica replica : view.replicas()) {
      String host = replica.host().value();
      replica.lagSeconds().ifPresent(lag -> put(Metric.REPLICA_LAG, lag, name, host));
      replica.lagBytes().ifPresent(lag -> put(Metric.REPLICA_LAG_BYTES, lag, name, host));
      put(Metric.REPLICA_STATE, 1, name, host, replica.state().word());
    }
    view.lossIfMasterDiedNow()
        .ifPresent(
            loss -> {
              put(Metric.LOSS_SECONDS, loss.seconds(), name);
              loss.bytes().ifPresent(bytes -> put(Metric.LOSS_BYTES, bytes, name));
            });
  }

  private void counts(Readings readings) {
    // Present from the start, so that the first take-over is an increase.
    readings.systems().forEach(view -> put(Metric.TAKE_OVERS, 0, view.name().value()));
    readings
        .events()
        .forEach(
            (event, number) -> {
              String system = event.system().map(SystemName::value).orElse("");
              put(Metric.EVENTS, number, system, event.type());
              if (event.type().equals(TAKE_OVER)) {
                put(Metric.TAKE_OVERS, number, system);
              }
            });
    Map<String, String> names = new LinkedHashMap<>();
    readings.systems().forEach(view -> names.put(view.id().value(), view.name().value()));
    readings
        .storage()
        .ifPresent(
            counts ->
                counts.forEach(
                    (key, number) ->
                        // Of a system that is no more, or of none: one line for all.
                        put(
                            COUNTED.get(key.count()),
                            number,
                            names.getOrDefault(key.owner(), ""))));
  }

  private MetricSnapshots snapshots() {
    List<MetricSnapshot> all =
        values.entrySet().stream().map(e -> snapshot(e.getKey(), e.getValue())).toList();
    return new MetricSnapshots(all);
  }

  private static MetricSnapshot snapshot(Metric metric, Map<Labels, Double> points) {
    return switch (metric.kind()) {
      case GAUGE -> {
        GaugeSnapshot.Builder made =
            GaugeSnapshot.builder().name(metric.base()).help(metric.help());
        points.forEach(
            (labels, value) ->
                made.dataPoint(
                    GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build()));
        yield made.build();
      }
      case COUNTER -> {
        CounterSnapshot.Builder made =
            CounterSnapshot.builder().name(metric.base()).help(metric.help());
        points.forEach(
            (labels, value) ->
                made.dataPoint(
                    CounterSnapshot.CounterDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build()));
        yield made.build();
      }
      case INFO -> {
        InfoSnapshot.Builder made = InfoSnapshot.builder().name(metric.base()).help(metric.help());
        points.forEach(
            (labels, value) ->
                made.dataPoint(
                    InfoSnapshot.InfoDataPointSnapshot.builder().labels(labels).build()));
        yield made.build();
      }
    };
  }
}
