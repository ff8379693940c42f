package flocker.node.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The option that bounds a change. */
final class ChangeTimeout {
  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "60s",
      converter = Values.Time.class,
      description = "Give up waiting after this (1s to 10m); default ${DEFAULT-VALUE}.")
  private Duration timeout;

  Duration value() {
    return timeout;
  }
}
