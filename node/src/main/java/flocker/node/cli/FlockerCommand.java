package flocker.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.admin.ErrorBody;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of all commands. {@link #COMMANDS} lists them. */
@Command(
    name = "flocker",
    description = "Keeps user systems alive on a few hosts.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%n",
    footer = {
      "The node is found by --api, else by FLOCKER_API, else by the file /run/flocker/api",
      "(another directory: FLOCKER_RUN_DIR).",
      "",
      "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 no contact with the node,",
      "4 not permitted, 5 timed out with unknown outcome.",
      "",
      "Examples:",
      "  flocker status --watch",
      "  flocker system create shop --from-tar shop.tar --init /sbin/init --publish 80:8080",
      "  flocker help system create"
    })
public final class FlockerCommand implements Runnable {
  /**
   * Every command by its first word, in the order of the help. The fields and method signatures of
   * a command must not name a Pekko type, or it would be loaded before it is needed.
   */
  private static final List<Map.Entry<String, Class<?>>> COMMANDS =
      List.of(
          Map.entry("status", StatusCommand.class),
          Map.entry("system", SystemCommand.class),
          Map.entry("snapshot", SnapshotCommand.class),
          Map.entry("retention", RetentionCommand.class),
          Map.entry("rollback", RollBackCommand.class),
          Map.entry("verify", VerifyCopiesCommand.class),
          Map.entry("switchover", SwitchoverCommand.class),
          Map.entry("barrier", BarrierCommand.class),
          Map.entry("pause", PauseCommand.class),
          Map.entry("resume", ResumeCommand.class),
          Map.entry("promote", PromoteCommand.class),
          Map.entry("stash", StashCommand.class),
          Map.entry("operation", OperationCommand.class),
          Map.entry("events", EventsCommand.class),
          Map.entry("init", InitCommand.class),
          Map.entry("node", NodeCommand.class),
          Map.entry("version", VersionCommand.class),
          Map.entry("help", HelpCommand.class));

  private final CliContext context;

  @Option(
      names = "--api",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = "The node to ask, e.g. http://10.0.0.1:7420.")
  private String api;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print JSON, also of an error (on standard error).")
  private boolean json;

  @Spec private CommandSpec spec;

  FlockerCommand(CliContext context) {
    this.context = context;
  }

  /** Executes one command line and answers the exit code. */
  public static int execute(CliContext context, String... args) {
    CommandLine line = commandLine(context, List.of(args));
    int status = line.execute(args);
    context.out().flush();
    context.err().flush();
    return status;
  }

  private static CommandLine commandLine(CliContext context, List<String> args) {
    FlockerCommand root = new FlockerCommand(context);
    CommandLine line = new CommandLine(root);
    wanted(args).forEach(command -> line.addSubcommand(command.getKey(), command.getValue()));
    prepare(line);
    line.setOut(context.out());
    line.setErr(context.err());
    line.setUsageHelpAutoWidth(false);
    line.setAbbreviatedOptionsAllowed(false);
    line.setParameterExceptionHandler(root::misused);
    line.setExecutionExceptionHandler((fault, command, parsed) -> root.failed(fault));
    return line;
  }

  /** Looking into the classes of all commands takes longer than most of them run. */
  private static List<Map.Entry<String, Class<?>>> wanted(List<String> args) {
    Optional<Map.Entry<String, Class<?>>> one =
        args.stream()
            .flatMap(word -> COMMANDS.stream().filter(command -> command.getKey().equals(word)))
            .findFirst();
    boolean all = one.isEmpty() || one.get().getValue() == HelpCommand.class;
    return all ? COMMANDS : List.of(one.get());
  }

  private static void prepare(CommandLine line) {
    if (line.getCommandSpec().findOption("--help") == null) {
      line.getCommandSpec()
          .addOption(
              OptionSpec.builder("-h", "--help")
                  .usageHelp(true)
                  .description("Print this help.")
                  .build());
    }
    if (line.getCommand() instanceof SystemCommand.Exec) {
      line.setStopAtPositional(true);
    }
    line.getSubcommands().values().forEach(FlockerCommand::prepare);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say which command you want.");
  }

  /** For commands that need more than the API client: the world around them. */
  public CliContext context() {
    return context;
  }

  boolean json() {
    return json;
  }

  ApiClient client() {
    return new ApiClient(ApiAddress.find(api, context.environment()));
  }

  private int misused(ParameterException fault, String[] args) {
    CommandLine command = fault.getCommandLine();
    if (List.of(args).contains("--json")) {
      printError("usage", fault.getMessage());
    } else {
      context.err().println("flocker: " + fault.getMessage());
      CommandLine.UnmatchedArgumentException.printSuggestions(fault, context.err());
      context
          .err()
          .println(
              "Try '" + command.getCommandSpec().qualifiedName() + " --help' for how it is used.");
    }
    return ExitCode.USAGE.value();
  }

  private int failed(Exception fault) {
    CliFailure failure =
        fault instanceof CliFailure known
            ? known
            : new CliFailure(ExitCode.REFUSED, "failed", "this program failed: " + fault);
    if (json) {
      printError(failure.code(), failure.getMessage());
    } else {
      context.err().println("flocker: " + failure.getMessage());
    }
    return failure.exit().value();
  }

  private void printError(String code, String message) {
    try {
      context.err().println(AdminJson.tolerant().writeValueAsString(ErrorBody.of(code, message)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an error cannot be written as JSON", e);
    }
  }
}
