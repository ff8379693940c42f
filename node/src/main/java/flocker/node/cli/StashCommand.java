package flocker.node.cli;

import flocker.protocol.admin.ByteSize;
import flocker.protocol.admin.StashList;
import flocker.protocol.admin.StashView;
import flocker.protocol.admin.SystemName;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "stash",
    description = "Look at versions that lost and were kept.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = StashCommand.ListThem.class)
final class StashCommand extends CommandGroup {

  @Command(
      name = "list",
      description = "List the stashes on all hosts in contact.",
      footer = {"", "Examples:", "  flocker stash list", "  flocker stash list shop"})
  static final class ListThem extends NodeCall {
    @Parameters(
        paramLabel = "NAME",
        arity = "0..1",
        converter = Values.Name.class,
        description = "Of this system only.")
    private SystemName system;

    @Override
    public Integer call() {
      String query = system == null ? "" : "?system=" + system;
      return show(
          client().get("/v1/stashes" + query),
          StashList.class,
          list -> text(list, context().clock().instant()));
    }

    private static String text(StashList list, Instant now) {
      StringBuilder text = new StringBuilder();
      if (list.stashes().isEmpty()) {
        text.append("no stashes\n");
      } else {
        TextTable table =
            new TextTable("", "STASH", "SYSTEM", "HOST", "POSITION", "SIZE", "AGE", "REASON");
        for (StashView stash : list.stashes()) {
          table.row(
              stash.name(),
              stash.system(),
              stash.host(),
              stash.position().map(Object::toString).orElse("-"),
              stash.bytes().map(bytes -> new ByteSize(bytes).toString()).orElse("?"),
              TimeText.ago(stash.at(), now),
              stash.reason());
        }
        text.append(table);
      }
      list.silentHosts()
          .forEach(host -> text.append("! ").append(host).append(" did not answer\n"));
      return text.toString();
    }
  }
}
