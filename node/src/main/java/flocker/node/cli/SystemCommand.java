package flocker.node.cli;

import flocker.node.api.ApiRequest;
import flocker.protocol.admin.ByteSize;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.ExecView;
import flocker.protocol.admin.LogsView;
import flocker.protocol.admin.SystemDetail;
import flocker.protocol.admin.SystemList;
import flocker.protocol.admin.SystemName;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "system",
    description = "Create, run, look into, export and destroy user systems.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      SystemCreateCommand.class,
      SystemExportCommand.class,
      SystemCommand.ListThem.class,
      SystemCommand.Show.class,
      SystemCommand.Start.class,
      SystemCommand.Stop.class,
      SystemSetCommand.class,
      SystemCommand.Destroy.class,
      SystemCommand.Exec.class,
      SystemCommand.Logs.class
    })
final class SystemCommand extends CommandGroup {

  @Command(name = "list", description = "List the user systems, one in a line.")
  static final class ListThem extends NodeCall {
    @Override
    public Integer call() {
      return show(
          client().get("/v1/systems"), SystemList.class, list -> StatusText.list(list.systems()));
    }
  }

  /** What is common to commands about one system. */
  abstract static class OnSystem extends NodeCall {
    /** Filled in by the parser. */
    @Parameters(paramLabel = "NAME", index = "0", converter = Values.Name.class)
    SystemName system;

    final String path(String rest) {
      return "/v1/systems/" + system + rest;
    }
  }

  @Command(name = "show", description = "Show one user system and its settings.")
  static final class Show extends OnSystem {
    @Override
    public Integer call() {
      return show(
          client().get(path("")),
          SystemDetail.class,
          detail ->
              StatusText.of(detail.system(), context().clock().instant())
                  + SettingsText.of(detail.settings()));
    }
  }

  @Command(
      name = "start",
      description = "Start a stopped user system, on its master.",
      footer = {"", "Example:", "  flocker system start shop"})
  static final class Start extends OnSystem {
    @Mixin private ChangeTimeout timeout;

    @Override
    public Integer call() {
      return order(path("/start"), timeout.value());
    }
  }

  @Command(
      name = "stop",
      description = "Stop a user system; it stays stopped until it is started again.",
      footer = {"", "Example:", "  flocker system stop shop"})
  static final class Stop extends OnSystem {
    @Mixin private ChangeTimeout timeout;

    @Override
    public Integer call() {
      return order(path("/stop"), timeout.value());
    }
  }

  @Command(
      name = "destroy",
      description = "Destroy a user system with all its copies and snapshots.",
      footer = {
        "",
        "On a terminal it asks for the name once more; elsewhere --confirm must give it.",
        "",
        "Example:",
        "  flocker system destroy shop --confirm shop"
      })
  static final class Destroy extends OnSystem {
    @Option(names = "--confirm", paramLabel = "NAME", description = "The system's name once more.")
    private String confirmation;

    @Mixin private ChangeTimeout timeout;

    @Override
    public Integer call() {
      String confirmed =
          confirmation == null
              ? context().keyboard().ask("Type the name of the system to destroy it: ")
              : confirmation;
      if (!system.value().equals(confirmed)) {
        throw misuse(
            "Destroying "
                + system
                + " removes all its copies. Nothing was done; repeat its name in --confirm.");
      }
      String query = "?confirm=" + system + "&" + timeoutQuery(timeout.value());
      return show(client().delete(path(query), timeout.value()), Done.class, Done::message);
    }
  }

  @Command(
      name = "exec",
      description = "Run a command inside a user system, on its master, without a terminal.",
      footer = {
        "",
        "Options come before NAME; all after it is the command. The exit code is that of the",
        "command. Flocker's own failures have their usual exit codes and a message on standard",
        "error; with --json an answer on standard output tells the two apart.",
        "",
        "Examples:",
        "  flocker system exec shop ls -l /srv",
        "  flocker system exec --timeout 5m shop sh -c 'du -s /var'"
      })
  static final class Exec extends OnSystem {
    private static final String ONLY_NAME = "--";

    @Parameters(paramLabel = "COMMAND", index = "1..*", arity = "1..*")
    private List<String> command;

    @Option(
        names = "--timeout",
        paramLabel = "TIME",
        defaultValue = "60s",
        converter = Values.Time.class,
        description = "Kill it after this (1s to 10m); default ${DEFAULT-VALUE}.")
    private Duration timeout;

    @Override
    public Integer call() {
      List<String> words =
          command.get(0).equals(ONLY_NAME) ? command.subList(1, command.size()) : command;
      if (words.isEmpty()) {
        throw misuse("Say which command to run inside " + system + ".");
      }
      int seconds = (int) Math.max(1, timeout.plusMillis(999).toSeconds());
      ApiClient.Answer answer =
          client().post(path("/exec"), new ApiRequest.Exec(words, seconds), timeout);
      ExecView view = answer.as(ExecView.class);
      if (json()) {
        out().println(answer.pretty());
      } else {
        out().print(view.stdout());
        context().err().print(view.stderr());
        if (view.truncated()) {
          context().err().println("flocker: there was more output than is shown");
        }
      }
      return view.exitCode();
    }
  }

  @Command(
      name = "logs",
      description = "Print the newest output of a user system's init.",
      footer = {"", "Example:", "  flocker system logs shop --bytes 4K"})
  static final class Logs extends OnSystem {
    @Option(
        names = "--bytes",
        paramLabel = "SIZE",
        defaultValue = "64K",
        converter = Values.Size.class,
        description = "At most this much (up to 64K); default ${DEFAULT-VALUE}.")
    private ByteSize bytes;

    @Override
    public Integer call() {
      return show(
          client().get(path("/logs?maxBytes=" + bytes.bytes())), LogsView.class, LogsView::text);
    }
  }
}
