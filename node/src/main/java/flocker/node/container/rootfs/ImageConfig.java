package flocker.node.container.rootfs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How an image wants to be run.
 *
 * @param command the entry point with its arguments; may be empty
 * @param environment variables
 * @param ports TCP ports it serves, ascending
 * @param workingDirectory absolute, inside
 * @param user {@code name}, {@code uid}, or either with {@code :group}; empty means root
 * @param stopSignal without {@code SIG}
 */
public record ImageConfig(
    List<String> command,
    Map<String, String> environment,
    List<Integer> ports,
    Optional<String> workingDirectory,
    Optional<String> user,
    Optional<String> stopSignal) {
  public ImageConfig {
    command = List.copyOf(command);
    environment = java.util.Collections.unmodifiableMap(new TreeMap<>(environment));
    ports = ports.stream().sorted().distinct().toList();
  }
}
