package flocker.node.cli;

import flocker.node.api.ApiRequest;
import flocker.protocol.admin.OperationView;
import flocker.protocol.admin.RollBackView;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.VersionRef;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "rollback",
    description = "Make an earlier snapshot the live version; what is live is kept as a stash.",
    footer = {
      "",
      "SNAPSHOT is a snapshot's name, its position (513.42) or its GUID; stash/NAME is what a"
          + " stash",
      "of the master holds. The system stops for a moment. Every host follows. It returns when no",
      "later failover can undo it; to undo it yourself, adopt the stash that it names.",
      "On a terminal it asks for the system's name once more; elsewhere --confirm must give it.",
      "",
      "Examples:",
      "  flocker rollback shop 513.42 --dry-run",
      "  flocker rollback shop 513.42 --confirm shop"
    })
final class RollBackCommand extends NodeCall {
  @Parameters(paramLabel = "NAME", index = "0", converter = Values.Name.class)
  private SystemName system;

  @Parameters(paramLabel = "SNAPSHOT", index = "1", converter = Values.Version.class)
  private VersionRef to;

  @Option(names = "--dry-run", description = "Only show what it would do.")
  private boolean dryRun;

  @Option(names = "--confirm", paramLabel = "NAME", description = "The system's name once more.")
  private String confirmation;

  @Option(names = "--no-wait", description = "Do not wait for its end.")
  private boolean noWait;

  @Mixin private ChangeTimeout timeout;

  @Override
  public Integer call() {
    Going going = new Going(this, system, to);
    return dryRun ? going.show() : going.go(confirmation, !noWait, timeout);
  }

  /** What a roll-back and the adoption of a stash have in common. */
  record Going(NodeCall call, SystemName system, VersionRef to) {
    private String path() {
      return "/v1/systems/" + system + "/rollback";
    }

    private ApiClient.Answer looked() {
      return call.client().get(path() + "?to=" + to);
    }

    int show() {
      Instant now = call.context().clock().instant();
      return call.show(looked(), RollBackView.class, view -> text(view, now));
    }

    int go(String confirmation, boolean wait, ChangeTimeout timeout) {
      String confirmed = confirmation;
      if (confirmed == null) {
        RollBackView view = looked().as(RollBackView.class);
        String shown = text(view, call.context().clock().instant());
        confirmed =
            call.context().keyboard().ask(shown + "Type the name of the system to go back: ");
      }
      if (!system.value().equals(confirmed)) {
        throw call.misuse(
            "A roll-back stops "
                + system
                + " and replaces what is live. Nothing was done; see --dry-run, then repeat its"
                + " name in --confirm.");
      }
      ApiClient client = call.client();
      ApiClient.Answer answer =
          client.post(
              path() + "?" + NodeCall.timeoutQuery(timeout.value()),
              new ApiRequest.RollBack(to, system.value()),
              timeout.value());
      FollowedOperation followed =
          new FollowedOperation(call.context(), client, "rolling " + system + " back");
      return call.show(
          followed.outcome(answer, wait), OperationView.class, FollowedOperation::text);
    }

    private static String text(RollBackView view, Instant now) {
      return view.system()
          + " on "
          + view.host()
          + "\n  would go back to "
          + view.to().name()
          + view.stash().map(stash -> " of the stash " + stash).orElse("")
          + "\n    taken "
          + TimeText.utc(view.to().at())
          + ", "
          + TimeText.ago(view.to().at(), now)
          + "\n  what is live now, newest "
          + view.newest().name()
          + ", would be kept as a stash on every host\n    "
          + view.undone()
          + " snapshots of "
          + view.undoneSeconds()
          + " s are not in the other version\n";
    }
  }
}
