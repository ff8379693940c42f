package flocker.node.cli;

import flocker.node.api.ApiRequest;
import flocker.node.cli.SystemCommand.OnSystem;
import flocker.protocol.admin.LossPolicy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "set",
    description = "Change how a user system is looked after.",
    footer = {
      "",
      "With 'bounded:TIME' the container stands still while no other host is within that time of",
      "its master, so that no more than about that much can be lost with it; with 'asynchronous'",
      "it never waits.",
      "",
      "Examples:",
      "  flocker system set shop --loss-policy bounded:10s",
      "  flocker system set shop --loss-policy asynchronous"
    })
final class SystemSetCommand extends OnSystem {
  @Option(
      names = "--loss-policy",
      required = true,
      paramLabel = "POLICY",
      converter = Values.Loss.class,
      description = "asynchronous, or bounded:TIME (1s to 60m).")
  private LossPolicy policy;

  @Mixin private ChangeTimeout timeout;

  @Override
  public Integer call() {
    return order(path("/loss-policy"), new ApiRequest.Loss(policy), timeout.value());
  }
}
