package flocker.node.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A word that means nothing without a further one. */
abstract class CommandGroup implements Runnable {
  /** Filled in by the parser. */
  @Spec CommandSpec spec;

  @Override
  public final void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Say what: " + spec.qualifiedName() + " " + String.join("|", spec.subcommands().keySet()));
  }
}
