package flocker.protocol.system;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a host needs to run a user system, besides its filesystem.
 *
 * @param name the label people use; unique in the cluster
 * @param init command with arguments, run as process 1 of the container
 * @param publish ports that every host accepts connections for
 * @param memoryBytes limit, or empty
 * @param cpus limit in cores, or empty
 * @param stopSignal to init, without {@code SIG}
 * @param stopGraceMillis between that signal and killing everything
 * @param run whether the operator wants the container to run
 */
public record SystemSettings(
    String name,
    List<String> init,
    Map<String, String> environment,
    List<PublishedPort> publish,
    Optional<Long> memoryBytes,
    Optional<Double> cpus,
    String stopSignal,
    long stopGraceMillis,
    boolean run) {
  public SystemSettings {
    if (init.isEmpty()) {
      throw new IllegalArgumentException("the init command must not be empty");
    }
    init = List.copyOf(init);
    environment = Map.copyOf(environment);
    publish = List.copyOf(publish);
  }

  /** The same system, to be run or not. */
  public SystemSettings withRun(boolean wanted) {
    return new SystemSettings(
        name, init, environment, publish, memoryBytes, cpus, stopSignal, stopGraceMillis, wanted);
  }
}
