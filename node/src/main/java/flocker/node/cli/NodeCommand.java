package flocker.node.cli;

import flocker.node.NodeMain;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flocker node}: the service, in the foreground. */
@Command(
    name = "node",
    mixinStandardHelpOptions = true,
    description = "Run the node in the foreground; this is what the service manager starts.",
    footer = {"", "Example:", "  flocker node --state-dir /var/lib/flocker"})
public final class NodeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

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
    Path directory = ((FlockerCommand) spec.root().userObject()).context().directory();
    return NodeMain.run(directory.resolve(stateDir), directory.resolve(home));
  }
}
