package flocker.node.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * What a command has of the world around it.
 *
 * @param terminal a person is looking at {@code out}: it may be redrawn
 * @param keyboard asks the person; answers null where nobody can be asked
 * @param pause waits; answers false to end what would otherwise go on for ever
 */
public record CliContext(
    Map<String, String> environment,
    Path directory,
    PrintWriter out,
    PrintWriter err,
    boolean terminal,
    Keyboard keyboard,
    Clock clock,
    Pause pause) {
  /** Asks a person for a line. */
  @FunctionalInterface
  public interface Keyboard {
    String ask(String question);
  }

  /** Waits between two looks. */
  @FunctionalInterface
  public interface Pause {
    boolean of(Duration time);
  }

  public CliContext {
    environment = Map.copyOf(environment);
  }
}
