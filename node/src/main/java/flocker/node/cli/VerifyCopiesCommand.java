package flocker.node.cli;

import flocker.node.api.ApiRequest;
import flocker.protocol.admin.OperationView;
import flocker.protocol.admin.SystemName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = "Compare every slave's copy with the master's, file by file.",
    footer = {
      "",
      "Each host reads the newest snapshot that both have and uses at most half of a processor for",
      "it; only digests travel. Nothing is changed. A difference is shown with the first paths that",
      "differ, and stays an alarm in 'flocker status' until a later comparison finds none.",
      "Exit code 1 if anything differs or could not be compared.",
      "",
      "Examples:",
      "  flocker verify shop",
      "  flocker verify shop --no-wait && flocker operation list"
    })
final class VerifyCopiesCommand extends NodeCall {
  @Parameters(paramLabel = "NAME", index = "0", converter = Values.Name.class)
  private SystemName system;

  @Option(names = "--no-wait", description = "Do not wait for its end.")
  private boolean noWait;

  @Mixin private ChangeTimeout timeout;

  @Override
  public Integer call() {
    ApiClient client = client();
    ApiClient.Answer answer =
        client.post(
            "/v1/systems/" + system + "/verify?" + timeoutQuery(timeout.value()),
            new ApiRequest.Nothing(),
            timeout.value());
    FollowedOperation followed =
        new FollowedOperation(context(), client, "verifying the copies of " + system);
    return show(followed.outcome(answer, !noWait), OperationView.class, FollowedOperation::text);
  }
}
