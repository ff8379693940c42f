package flocker.node.container;

import java.util.Optional;

/**
 * @param phase what the runtime and the cgroup say together
 * @param address where the host reaches the container's ports, while running
 * @param exitCode of init, where it is known
 */
public record ContainerState(Phase phase, Optional<String> address, Optional<Integer> exitCode) {
  /** The life of a container. */
  public enum Phase {
    /** Nothing of it exists. */
    ABSENT,
    RUNNING,
    /** Frozen. */
    PAUSED,
    /** Init has ended; every process is dead. */
    EXITED
  }
}
