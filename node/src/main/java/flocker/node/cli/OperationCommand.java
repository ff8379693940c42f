package flocker.node.cli;

import flocker.protocol.admin.OperationList;
import flocker.protocol.admin.OperationView;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "operation",
    description = "Look at long work.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = OperationCommand.ListThem.class)
final class OperationCommand extends CommandGroup {

  @Command(
      name = "list",
      description = "List the long work that this node knows, newest first.",
      footer = {"", "Example:", "  flocker operation list"})
  static final class ListThem extends NodeCall {
    @Override
    public Integer call() {
      return show(
          client().get("/v1/operations"),
          OperationList.class,
          list -> text(list.operations(), context().clock().instant()));
    }

    private static String text(List<OperationView> operations, Instant now) {
      if (operations.isEmpty()) {
        return "no operations";
      }
      TextTable table =
          new TextTable("", "OPERATION", "KIND", "SYSTEM", "HOST", "STATE", "BEGAN", "PROGRESS");
      for (OperationView operation : operations) {
        table.row(
            operation.id(),
            operation.kind(),
            operation.system().map(Object::toString).orElse("-"),
            operation.host(),
            operation.state().name().toLowerCase(java.util.Locale.ROOT),
            TimeText.ago(operation.startedAt(), now),
            ProgressText.of(operation));
      }
      return table.toString();
    }
  }
}
