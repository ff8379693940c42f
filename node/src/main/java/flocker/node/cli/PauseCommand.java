package flocker.node.cli;

import flocker.node.api.ApiRequest;
import flocker.node.cli.SystemCommand.OnSystem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "pause",
    description = "Let no host take a system over by itself until it is resumed.",
    footer = {
      "",
      "What runs goes on. While a system is paused the loss of its master stops it until 'resume'",
      "or 'promote --force'.",
      "",
      "Example:",
      "  flocker pause shop --reason 'the switch is replaced'"
    })
final class PauseCommand extends OnSystem {
  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "For others.")
  private String reason;

  @Mixin private ChangeTimeout timeout;

  @Override
  public Integer call() {
    return order(path("/pause"), new ApiRequest.Reason(reason), timeout.value());
  }
}
