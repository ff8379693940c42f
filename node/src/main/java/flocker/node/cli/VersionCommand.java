package flocker.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "version", description = "Print the version of this command.")
final class VersionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    FlockerCommand root = (FlockerCommand) spec.root().userObject();
    String version = ProgramVersion.text();
    root.context()
        .out()
        .println(root.json() ? "{\"version\":\"" + version + "\"}" : "flocker " + version);
    return ExitCode.DONE.value();
  }
}
