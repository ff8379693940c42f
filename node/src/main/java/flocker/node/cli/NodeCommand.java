package flocker.node.cli;

import flocker.node.NodeMain;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flocker node}: the service, in the foreground. */
@Command(
    name = "node",
    mixinStandardHelpOptions = true,
    description = "Run the node in the foreground; this is what the service manager starts.",
    footer = {"", "Example:", "  flocker node --state-dir /var/lib/flocker"})
public final class NodeCommand implements Callable<Integer> {
  @Option(
      names = "--state-dir",
      defaultValue = "/var/lib/flocker",
      description = "Where configuration and journal are (default: ${DEFAULT-VALUE}).")
  private Path stateDir;

  @Option(
      names = "--home",
      defaultValue = "${sys:flocker.home:-${env:FLOCKER_HOME:-/usr/lib/flocker}}",
      description = "Where the program is installed (default: ${DEFAULT-VALUE}).")
  private Path home;

  @Override
  public Integer call() {
    return NodeMain.run(stateDir, home);
  }
}
