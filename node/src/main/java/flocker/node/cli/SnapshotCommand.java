package flocker.node.cli;

import flocker.node.api.ApiRequest;
import flocker.protocol.admin.ByteSize;
import flocker.protocol.admin.SnapshotList;
import flocker.protocol.admin.SnapshotRef;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.admin.SystemName;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "snapshot",
    description = "Look at a system's snapshots and into them, take one, keep one.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      SnapshotCommand.ListThem.class,
      SnapshotCommand.Create.class,
      SnapshotBrowseCommand.class,
      SnapshotDiffCommand.class,
      SnapshotCommand.Pin.class,
      SnapshotCommand.Unpin.class
    })
final class SnapshotCommand extends CommandGroup {

  @Command(
      name = "list",
      description = "List the newest snapshots, and which hosts hold each.",
      footer = {"", "Example:", "  flocker snapshot list shop --limit 10"})
  static final class ListThem extends NodeCall {
    @Parameters(paramLabel = "NAME", converter = Values.Name.class)
    private SystemName system;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "100",
        description = "At most this many (1 to 400), the newest; default ${DEFAULT-VALUE}.")
    private int limit;

    @Override
    public Integer call() {
      return show(
          client().get("/v1/systems/" + system + "/snapshots?limit=" + limit),
          SnapshotList.class,
          list -> text(list, context().clock().instant()));
    }

    private static String text(SnapshotList list, Instant now) {
      TextTable table =
          new TextTable("", "SNAPSHOT", "TAKEN", "", "SIZE", "REASON", "ON", "REMARKS");
      for (SnapshotView snapshot : list.snapshots()) {
        table.row(
            snapshot
                .epoch()
                .map(e -> e + "." + snapshot.seq().orElse(0L))
                .orElse(snapshot.name().value()),
            TimeText.utc(snapshot.at()),
            TimeText.ago(snapshot.at(), now),
            snapshot.bytes().map(bytes -> new ByteSize(bytes).toString()).orElse("?"),
            snapshot.reason(),
            snapshot.hosts().stream().map(Object::toString).collect(Collectors.joining(" ")),
            remarks(snapshot));
      }
      StringBuilder text = new StringBuilder(table.toString());
      text.append(list.snapshots().size() + " shown; " + list.host() + " has " + list.total());
      list.silentHosts()
          .forEach(host -> text.append("\n! ").append(host).append(" did not answer"));
      return text.toString();
    }

    private static String remarks(SnapshotView snapshot) {
      return Stream.of(
              snapshot.label().map(label -> "'" + label + "'").orElse(""),
              snapshot.pinned() ? "pinned" : "",
              snapshot.consistent() ? "consistent" : "")
          .filter(remark -> !remark.isEmpty())
          .collect(Collectors.joining(", "));
    }
  }

  @Command(
      name = "create",
      description = "Take a snapshot now; it is sent to the other hosts like any other.",
      footer = {
        "",
        "One with a name is pinned: it is kept until 'flocker snapshot unpin'.",
        "",
        "Examples:",
        "  flocker snapshot create shop",
        "  flocker snapshot create shop --name before-upgrade"
      })
  static final class Create extends NodeCall {
    @Parameters(paramLabel = "NAME", converter = Values.Name.class)
    private SystemName system;

    @Option(
        names = "--name",
        paramLabel = "LABEL",
        description = "By which it can be named afterwards: letters, digits, '-' and '_'.")
    private String label;

    @Mixin private ChangeTimeout timeout;

    @Override
    public Integer call() {
      String path = "/v1/systems/" + system + "/snapshots?" + timeoutQuery(timeout.value());
      return show(
          client()
              .post(
                  path, new ApiRequest.CreateSnapshot(Optional.ofNullable(label)), timeout.value()),
          SnapshotView.class,
          snapshot -> snapshot.name() + " (GUID " + snapshot.guid() + ")");
    }
  }

  /** What is common to commands about one snapshot. */
  abstract static class OnSnapshot extends NodeCall {
    /** Filled in by the parser. */
    @Parameters(paramLabel = "NAME", index = "0", converter = Values.Name.class)
    SystemName system;

    /** Filled in by the parser. */
    @Parameters(
        paramLabel = "SNAPSHOT",
        index = "1",
        converter = Values.Snapshot.class,
        description = "Its position (513.42), name, GUID, the label it was given, or 'newest'.")
    SnapshotRef snapshot;

    final String path(String rest) {
      return "/v1/systems/" + system + "/snapshots/" + snapshot + rest;
    }
  }

  @Command(
      name = "pin",
      description = "Keep a snapshot on every host, whatever the retention rules say.",
      footer = {"", "Example:", "  flocker snapshot pin shop 513.42"})
  static final class Pin extends OnSnapshot {
    @Mixin private ChangeTimeout timeout;

    @Override
    public Integer call() {
      return order(path("/pin"), timeout.value());
    }
  }

  @Command(
      name = "unpin",
      description = "Leave a snapshot to the retention rules again.",
      footer = {"", "Example:", "  flocker snapshot unpin shop before-upgrade"})
  static final class Unpin extends OnSnapshot {
    @Mixin private ChangeTimeout timeout;

    @Override
    public Integer call() {
      return order(path("/unpin"), timeout.value());
    }
  }
}
