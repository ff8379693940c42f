package flocker.node.cli;

import flocker.protocol.admin.ClusterView;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    description = "Show the cluster: hosts, systems, who is master, how far the copies are.",
    footer = {
      "",
      "Examples:",
      "  flocker status",
      "  flocker status --watch",
      "  flocker status --json | jq -r '.systems[] | [.name, .master] | @tsv'"
    })
final class StatusCommand extends NodeCall {
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final String CLEAR = "\u001b[H\u001b[J";

  @Option(names = "--watch", description = "Show it again every second, until interrupted.")
  private boolean watch;

  @Override
  public Integer call() {
    ApiClient client = client();
    if (!watch) {
      return show(client.get("/v1/status"), ClusterView.class, StatusText::of);
    }
    do {
      String text = look(client);
      out().print(context().terminal() ? CLEAR + text : text + "\n");
      out().flush();
    } while (context().pause().of(PERIOD));
    return ExitCode.DONE.value();
  }

  private String look(ApiClient client) {
    try {
      ApiClient.Answer answer = client.get("/v1/status");
      return json() ? answer.pretty() : StatusText.of(answer.as(ClusterView.class));
    } catch (CliFailure failure) {
      if (json()) {
        throw failure;
      }
      return "flocker: " + failure.getMessage() + "\n";
    }
  }
}
