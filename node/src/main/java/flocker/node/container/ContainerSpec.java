package flocker.node.container;

import flocker.protocol.id.SystemId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How to run a user system.
 *
 * @param root the mounted user filesystem
 * @param init the init command with its arguments; looked up inside the root
 * @param environment added to a minimal default one
 * @param memoryBytes limit, or empty
 * @param cpus limit in cores, or empty
 * @param hostname inside the container
 * @param stopSignal sent to init to stop it, e.g. {@code TERM}
 * @param stopGrace how long init may take after the signal before everything is killed
 * @param workingDirectory where init starts, absolute, inside the root
 * @param user whom init runs as, {@code user[:group]}, names looked up inside the root; empty means
 *     root
 */
public record ContainerSpec(
    SystemId system,
    Path root,
    List<String> init,
    Map<String, String> environment,
    Optional<Long> memoryBytes,
    Optional<Double> cpus,
    String hostname,
    String stopSignal,
    Duration stopGrace,
    String workingDirectory,
    Optional<String> user) {
  /** In {@code /}, as root. */
  public ContainerSpec(
      SystemId system,
      Path root,
      List<String> init,
      Map<String, String> environment,
      Optional<Long> memoryBytes,
      Optional<Double> cpus,
      String hostname,
      String stopSignal,
      Duration stopGrace) {
    this(
        system,
        root,
        init,
        environment,
        memoryBytes,
        cpus,
        hostname,
        stopSignal,
        stopGrace,
        "/",
        Optional.empty());
  }

  public ContainerSpec {
    if (init.isEmpty()) {
      throw new IllegalArgumentException("the init command must not be empty");
    }
    init = List.copyOf(init);
    environment = Map.copyOf(environment);
  }
}
