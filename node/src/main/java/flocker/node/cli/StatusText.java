package flocker.node.cli;

import flocker.protocol.admin.Alarm;
import flocker.protocol.admin.ByteSize;
import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SystemView;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** The cluster for people. */
final class StatusText {
  private static final String UNKNOWN = "?";
  private static final String NONE = "-";

  private StatusText() {}

  static String of(ClusterView view) {
    StringBuilder text = new StringBuilder();
    text.append("cluster ").append(view.cluster().name());
    text.append(", seen from ").append(view.node());
    text.append(" at ").append(TimeText.utc(view.at()));
    text.append(", flocker ").append(view.cluster().version()).append('\n');
    alarms(text, "", view.alarms(), view.at());
    text.append('\n').append(hosts(view));
    for (SystemView system : view.systems()) {
      text.append('\n').append(of(system, view.at()));
    }
    if (view.systems().isEmpty()) {
      text.append("\nno user systems yet: see 'flocker system create --help'\n");
    }
    return text.toString();
  }

  /** One system; {@code now} is the clock of whoever made the view. */
  static String of(SystemView system, Instant now) {
    StringBuilder text = new StringBuilder();
    text.append(system.name()).append(": ").append(system.state().word());
    system.master().ifPresent(master -> text.append(", master ").append(master));
    text.append('\n');
    alarms(text, "  ", system.alarms(), now);
    text.append("  epoch ").append(system.epoch()).append(", ").append(lease(system));
    system.container().ifPresent(container -> text.append(", ").append(container(container, now)));
    text.append('\n');
    if (!system.endpoints().isEmpty()) {
      text.append("  served at ").append(String.join(" ", system.endpoints())).append('\n');
    }
    text.append("  ").append(snapshots(system, now)).append('\n');
    if (!system.replicas().isEmpty()) {
      text.append(replicas(system.replicas()));
    }
    if (!system.changeSources().isEmpty()) {
      text.append("  changes noticed by ").append(sources(system.changeSources())).append('\n');
    }
    if (system.master().isPresent()) {
      text.append("  if ").append(system.master().get()).append(" died now: ");
      text.append(loss(system)).append('\n');
    }
    system
        .barrier()
        .ifPresent(
            barrier ->
                text.append("  barrier ")
                    .append(barrier.position())
                    .append(barrier.hosts().isEmpty() ? "" : " held by " + names(barrier.hosts()))
                    .append('\n'));
    if (system.lossPolicy().bound().isPresent()) {
      text.append("  loss policy ").append(system.lossPolicy()).append('\n');
    }
    return text.toString();
  }

  private static String sources(List<SystemView.ChangeSource> sources) {
    return sources.stream()
        .map(s -> s.state().equals("active") ? s.name() : s.name() + " (" + s.state() + ")")
        .collect(Collectors.joining(", "));
  }

  /** Many systems in a line each. */
  static String list(List<SystemView> systems) {
    if (systems.isEmpty()) {
      return "no user systems yet: see 'flocker system create --help'\n";
    }
    TextTable table =
        new TextTable("", "SYSTEM", "STATE", "MASTER", "EPOCH", "SNAPSHOTS", "LOSS NOW", "ALARMS");
    for (SystemView system : systems) {
      table.row(
          system.name(),
          system.state().word(),
          system.master().map(HostName::value).orElse(NONE),
          system.epoch(),
          system.snapshots(),
          system.lossIfMasterDiedNow().map(l -> TimeText.span(l.seconds())).orElse(UNKNOWN),
          system.alarms().size());
    }
    return table.toString();
  }

  private static void alarms(StringBuilder text, String indent, List<Alarm> alarms, Instant now) {
    for (Alarm alarm : alarms) {
      text.append(indent).append("! ").append(alarm.code()).append(": ").append(alarm.message());
      text.append(" (since ").append(TimeText.ago(alarm.since(), now)).append(")\n");
    }
  }

  private static String hosts(ClusterView view) {
    TextTable table =
        new TextTable("", "HOST", "ROLE", "ADDRESS", "CONTACT", "VOTER", "STORAGE", "FREE");
    for (ClusterView.Host host : view.hosts()) {
      table.row(
          host.name(),
          host.role().word(),
          host.address(),
          host.reachable() ? "yes" : "NO",
          host.voter() ? "yes" : "no",
          host.storage().map(ClusterView.Storage::state).orElse(NONE),
          host.storage()
              .map(s -> new ByteSize(s.free()) + " of " + new ByteSize(s.size()))
              .orElse(NONE));
    }
    return table.toString();
  }

  private static String lease(SystemView system) {
    return system
        .lease()
        .map(l -> "lease of " + l.heldBy() + ", " + TimeText.span(l.remainingMillis() / 1000.0))
        .map(text -> text + " left")
        .orElse("no lease");
  }

  private static String container(SystemView.Container container, Instant now) {
    StringBuilder text = new StringBuilder("container ").append(container.state());
    container.startedAt().ifPresent(at -> text.append(", started ").append(TimeText.ago(at, now)));
    container.exitCode().ifPresent(code -> text.append(" with code ").append(code));
    if (container.restarts() > 0) {
      text.append(", restarts: ").append(container.restarts());
    }
    return text.toString();
  }

  private static String snapshots(SystemView system, Instant now) {
    String newest =
        system
            .newest()
            .map(
                s ->
                    ", newest "
                        + s.epoch().map(e -> e + "." + s.seq().orElse(0L)).orElse(s.name().value())
                        + " "
                        + TimeText.ago(s.at(), now))
            .orElse("");
    return "snapshots: "
        + system.snapshots()
        + newest
        + (system.stashes() == 0 ? "" : "; stashes: " + system.stashes());
  }

  private static String replicas(List<SystemView.Replica> replicas) {
    TextTable table = new TextTable("  ", "COPY ON", "STATE", "LAG", "BYTES", "POSITION", "STREAM");
    for (SystemView.Replica replica : replicas) {
      table.row(
          replica.host(),
          replica.state().word(),
          replica.lagSeconds().map(TimeText::span).orElse(UNKNOWN),
          replica.lagBytes().map(bytes -> new ByteSize(bytes).toString()).orElse(UNKNOWN),
          replica.position().map(Object::toString).orElse(NONE),
          replica.stream().map(StatusText::stream).orElse(NONE));
    }
    return table.toString();
  }

  private static String stream(SystemView.Stream stream) {
    return new ByteSize(stream.bytes())
        + stream.totalBytes().map(total -> " of " + new ByteSize(total)).orElse("")
        + ", "
        + new ByteSize(stream.bytesPerSecond())
        + "/s"
        + stream.secondsLeft().map(s -> ", " + TimeText.span(s) + " left").orElse("");
  }

  private static String loss(SystemView system) {
    if (system.lossIfMasterDiedNow().isEmpty()) {
      return "NO OTHER HOST COULD TAKE OVER";
    }
    SystemView.Loss loss = system.lossIfMasterDiedNow().get();
    if (loss.seconds() == 0 && loss.bytes().orElse(0L) == 0) {
      return "nothing would be lost";
    }
    return "the last "
        + TimeText.span(loss.seconds())
        + " would be lost"
        + loss.bytes().map(bytes -> " (" + new ByteSize(bytes) + ")").orElse("");
  }

  private static String names(List<HostName> hosts) {
    return hosts.stream().map(HostName::value).collect(Collectors.joining(" "));
  }
}
