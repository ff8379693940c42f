package flocker.node.cli;

import flocker.node.api.ApiRequest;
import flocker.protocol.admin.SnapshotList;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.admin.SystemName;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "snapshot",
    description = "Look at a system's snapshots, and take one.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {SnapshotCommand.ListThem.class, SnapshotCommand.Create.class})
final class SnapshotCommand extends CommandGroup {

  @Command(
      name = "list",
      description = "List the newest snapshots on the master.",
      footer = {"", "Example:", "  flocker snapshot list shop --limit 10"})
  static final class ListThem extends NodeCall {
    @Parameters(paramLabel = "NAME", converter = Values.Name.class)
    private SystemName system;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "100",
        description = "At most this many (1 to 1000), the newest; default ${DEFAULT-VALUE}.")
    private int limit;

    @Override
    public Integer call() {
      return show(
          client().get("/v1/systems/" + system + "/snapshots?limit=" + limit),
          SnapshotList.class,
          list -> text(list, context().clock().instant()));
    }

    private static String text(SnapshotList list, Instant now) {
      TextTable table = new TextTable("", "SNAPSHOT", "POSITION", "GUID", "TAKEN", "");
      for (SnapshotView snapshot : list.snapshots()) {
        table.row(
            snapshot.name(),
            snapshot.epoch().map(e -> e + "." + snapshot.seq().orElse(0L)).orElse("-"),
            snapshot.guid(),
            TimeText.utc(snapshot.at()),
            TimeText.ago(snapshot.at(), now));
      }
      return table + "" + list.snapshots().size() + " of " + list.total() + " on " + list.host();
    }
  }

  @Command(
      name = "create",
      description = "Take a snapshot now; it is sent to the other hosts like any other.",
      footer = {"", "Example:", "  flocker snapshot create shop"})
  static final class Create extends NodeCall {
    @Parameters(paramLabel = "NAME", converter = Values.Name.class)
    private SystemName system;

    @Mixin private ChangeTimeout timeout;

    @Override
    public Integer call() {
      String path = "/v1/systems/" + system + "/snapshots?" + timeoutQuery(timeout.value());
      return show(
          client().post(path, new ApiRequest.Nothing(), timeout.value()),
          SnapshotView.class,
          snapshot -> snapshot.name() + " (GUID " + snapshot.guid() + ")");
    }
  }
}
