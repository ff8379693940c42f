package flocker.node.cli;

import flocker.node.api.ApiRequest;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SwitchoverView;
import flocker.protocol.admin.SystemName;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "switchover",
    description = "Move a system's master to another host without losing anything.",
    footer = {"", "Examples:", "  flocker switchover shop", "  flocker switchover shop --to b"})
final class SwitchoverCommand extends NodeCall {
  @Parameters(paramLabel = "NAME", converter = Values.Name.class)
  private SystemName system;

  @Option(
      names = "--to",
      paramLabel = "HOST",
      converter = Values.Host.class,
      description = "The new master; default: the host whose copy is newest.")
  private HostName to;

  @Mixin private ChangeTimeout timeout;

  @Override
  public Integer call() {
    String path = "/v1/systems/" + system + "/switchover?" + timeoutQuery(timeout.value());
    return show(
        client().post(path, new ApiRequest.SwitchOver(Optional.ofNullable(to)), timeout.value()),
        SwitchoverView.class,
        view ->
            view.system()
                + " moved from "
                + view.from()
                + " to "
                + view.to()
                + " in "
                + TimeText.span(Duration.ofMillis(view.tookMillis()))
                + " (epoch "
                + view.epoch()
                + ")");
  }
}
