package flocker.node.metrics;

import java.util.List;

/** Every metric of Flocker's own; those of the JVM come from its library. */
public enum Metric {
  INFO("flocker_node", Kind.INFO, "the program on this host", "cluster", "host", "version"),
  READY("flocker_ready", Kind.GAUGE, "1 while this node hears a majority of the hosts"),
  STORAGE_FIT("flocker_storage_fit", Kind.GAUGE, "1 while this host's storage is healthy"),
  POOL_FREE("flocker_pool_free_bytes", Kind.GAUGE, "space of this host's pool that is free"),
  POOL_SIZE("flocker_pool_size_bytes", Kind.GAUGE, "space of this host's pool"),
  LEASE_DURATION("flocker_lease_duration_seconds", Kind.GAUGE, "how long a lease lasts, as set"),
  MASTER("flocker_system_master", Kind.GAUGE, "1 on the host that is master of it", "system"),
  RUNNING("flocker_system_running", Kind.GAUGE, "1 while its container runs here", "system"),
  EPOCH("flocker_system_epoch", Kind.GAUGE, "the newest epoch known here", "system"),
  LEASE_MARGIN(
      "flocker_lease_remaining_seconds",
      Kind.GAUGE,
      "on the master: what is left of its lease now; renewed each fifth of the duration",
      "system"),
  SNAPSHOTS("flocker_snapshots", Kind.GAUGE, "snapshots of this host's copy", "system"),
  REPLICA_LAG(
      "flocker_replica_lag_seconds",
      Kind.GAUGE,
      "on the master: for how long that host has lacked something; absent while it is not known",
      "system",
      "replica"),
  REPLICA_LAG_BYTES(
      "flocker_replica_lag_bytes",
      Kind.GAUGE,
      "on the master: what is still to be sent to that host; absent while it is not known",
      "system",
      "replica"),
  REPLICA_STATE(
      "flocker_replica_state",
      Kind.GAUGE,
      "on the master: 1 for the state that that host's copy is in",
      "system",
      "replica",
      "state"),
  LOSS_SECONDS(
      "flocker_loss_if_master_died_seconds",
      Kind.GAUGE,
      "on the master: what would be missing on the best copy; absent if there is none",
      "system"),
  LOSS_BYTES(
      "flocker_loss_if_master_died_bytes",
      Kind.GAUGE,
      "the same in bytes; absent where it is not known",
      "system"),
  ALARMS("flocker_alarm", Kind.GAUGE, "1 for each alarm of this host", "system", "code"),
  TAKE_OVERS(
      "flocker_takeovers",
      Kind.COUNTER,
      "how often this host was elected master, since its node started",
      "system"),
  EVENTS(
      "flocker_events",
      Kind.COUNTER,
      "events of this host since its node started, by their name in docs/operations/logs.md",
      "system",
      "event"),
  SNAPSHOTS_TAKEN(
      "flocker_snapshots_taken", Kind.COUNTER, "snapshots taken on this host", "system"),
  SNAPSHOTS_DESTROYED(
      "flocker_snapshots_destroyed",
      Kind.COUNTER,
      "snapshots destroyed on this host, the empty and the thinned",
      "system"),
  SENT("flocker_stream_sent_bytes", Kind.COUNTER, "bytes read from storage to send", "system"),
  RECEIVED(
      "flocker_stream_received_bytes", Kind.COUNTER, "received bytes given to storage", "system");

  /** What sort of number it is. */
  public enum Kind {
    GAUGE,
    COUNTER,
    INFO
  }

  private final String base;
  private final Kind kind;
  private final String help;

  // Of List.of, which cannot be changed.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<String> labels;

  Metric(String base, Kind kind, String help, String... labels) {
    this.base = base;
    this.kind = kind;
    this.help = help;
    this.labels = List.of(labels);
  }

  /** Without the suffix that its kind has in the text. */
  String base() {
    return base;
  }

  /** As Prometheus knows it. */
  public String word() {
    return switch (kind) {
      case GAUGE -> base;
      case COUNTER -> base + "_total";
      case INFO -> base + "_info";
    };
  }

  public Kind kind() {
    return kind;
  }

  public String help() {
    return help;
  }

  public List<String> labels() {
    return labels;
  }
}
