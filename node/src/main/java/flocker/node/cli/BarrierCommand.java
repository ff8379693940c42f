package flocker.node.cli;

import flocker.node.api.ApiRequest;
import flocker.node.cli.SystemCommand.OnSystem;
import flocker.protocol.admin.BarrierView;
import flocker.protocol.admin.HostName;
import java.time.Duration;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "barrier",
    description = "Make sure that what was written until now survives the loss of any one host.",
    footer = {
      "",
      "Returns when so many other hosts that could be master have it, and a majority has recorded",
      "that no host without it may become master. Exit code 5: it is not known whether it was.",
      "",
      "Examples:",
      "  flocker barrier shop",
      "  flocker barrier shop --copies 2 --timeout 30s"
    })
final class BarrierCommand extends OnSystem {
  @Option(
      names = "--copies",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many other hosts must have it; default ${DEFAULT-VALUE}.")
  private int copies;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = Values.Time.class,
      description = "Give up after this (1s to 10m); default ${DEFAULT-VALUE}.")
  private Duration timeout;

  @Override
  public Integer call() {
    return show(
        client()
            .post(
                path("/barrier?" + timeoutQuery(timeout)), new ApiRequest.Barrier(copies), timeout),
        BarrierView.class,
        view ->
            view.system()
                + " is safe up to "
                + view.position()
                + (view.hosts().isEmpty()
                    ? ", on its master alone"
                    : ", also on "
                        + view.hosts().stream()
                            .map(HostName::value)
                            .collect(Collectors.joining(", ")))
                + " ("
                + TimeText.span(Duration.ofMillis(view.tookMillis()))
                + ")");
  }
}
