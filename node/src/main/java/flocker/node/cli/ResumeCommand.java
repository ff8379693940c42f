package flocker.node.cli;

import flocker.node.api.ApiRequest;
import flocker.node.cli.SystemCommand.OnSystem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "resume",
    description = "Let hosts take a system over by themselves again.",
    footer = {
      "",
      "Ends a pause, and the freeze of a system that was taken over too often. Where there is no",
      "master, the host that is asked stands for election first: ask the one with the newest copy.",
      "",
      "Example:",
      "  flocker resume shop --reason 'the switch was replaced'"
    })
final class ResumeCommand extends OnSystem {
  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "For others.")
  private String reason;

  @Mixin private ChangeTimeout timeout;

  @Override
  public Integer call() {
    return order(path("/resume"), new ApiRequest.Reason(reason), timeout.value());
  }
}
