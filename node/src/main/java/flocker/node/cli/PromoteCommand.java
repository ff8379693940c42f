package flocker.node.cli;

import flocker.node.api.ApiRequest;
import flocker.node.cli.SystemCommand.OnSystem;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.PromotionView;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "promote",
    description = "Make a host master although its copy may lack what others have.",
    footer = {
      "",
      "For when no host is master and none becomes it. A majority must be in contact, and no lease",
      "may last. What the chosen copy lacks ends in the stashes of the hosts that have it.",
      "On a terminal it asks for the system's name once more; elsewhere --confirm must give it.",
      "",
      "Examples:",
      "  flocker promote shop --force --to b --dry-run",
      "  flocker promote shop --force --to b --confirm shop --reason 'a burned'"
    })
final class PromoteCommand extends OnSystem {
  @Option(
      names = "--force",
      required = true,
      description = "Has to be said: something may be left behind.")
  private boolean force;

  @Option(
      names = "--to",
      paramLabel = "HOST",
      converter = Values.Host.class,
      description = "The new master; default: the host that is asked.")
  private HostName to;

  @Option(names = "--dry-run", description = "Only show what would be left behind.")
  private boolean dryRun;

  @Option(names = "--confirm", paramLabel = "NAME", description = "The system's name once more.")
  private String confirmation;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "not given",
      description = "For others.")
  private String reason;

  @Mixin private ChangeTimeout timeout;

  @Override
  public Integer call() {
    if (dryRun) {
      return show(looked(), PromotionView.class, PromoteCommand::text);
    }
    String confirmed =
        confirmation == null
            ? context()
                .keyboard()
                .ask(
                    text(looked().as(PromotionView.class))
                        + "Type the name of the system to promote by force: ")
            : confirmation;
    if (!force || !system.value().equals(confirmed)) {
      throw misuse(
          "A forced promotion of "
              + system
              + " may leave writes behind. Nothing was done; see --dry-run, then repeat its name in"
              + " --confirm.");
    }
    return order(
        path("/promote"),
        new ApiRequest.Promote(Optional.ofNullable(to), confirmed, reason),
        timeout.value());
  }

  private ApiClient.Answer looked() {
    return client().get(path("/promote" + (to == null ? "" : "?to=" + to)));
  }

  private static String text(PromotionView view) {
    return view.host() + " would be master of " + view.system() + ":\n  " + view.missing() + "\n";
  }
}
