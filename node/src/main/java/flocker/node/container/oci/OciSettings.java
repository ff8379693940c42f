package flocker.node.container.oci;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How to run containers.
 *
 * @param runtime the OCI runtime: a path, or a name looked up in PATH
 * @param console the {@code flocker-console} program
 * @param stateDirectory bundles and the runtime's own records; host-local, kept while the node
 *     restarts, best on a tmpfs; not shared with another node
 * @param logDirectory init's output; kept across restarts of the host
 * @param cgroupParent the group below which every system has its own, e.g. {@code /flocker}; unique
 *     to this node where several run on one kernel
 * @param limits bounds of one container that are not the operator's
 */
public record OciSettings(
    String runtime,
    Path console,
    Path stateDirectory,
    Path logDirectory,
    String cgroupParent,
    Limits limits) {

  /**
   * @param logBytes most that init's output may take, both files together
   * @param processes most processes and threads in one container
   * @param command how long one command of the runtime, of ip(8) or of nft(8) may take
   * @param proof how long a kill may take until it counts as not proven
   * @param execOutputBytes most that is kept of each output stream of a command
   */
  public record Limits(
      long logBytes, long processes, Duration command, Duration proof, int execOutputBytes) {
    /** 16 MiB of logs, 8192 processes, 20 s, 5 s, 1 MiB. */
    public static final Limits DEFAULT =
        new Limits(16L << 20, 8192, Duration.ofSeconds(20), Duration.ofSeconds(5), 1 << 20);
  }

  public OciSettings {
    if (!cgroupParent.matches("(/[A-Za-z0-9_.-]+)+")) {
      throw new IllegalArgumentException(
          "the cgroup parent must look like /flocker or /flocker/name, not: " + cgroupParent);
    }
    if (!stateDirectory.isAbsolute() || !logDirectory.isAbsolute()) {
      throw new IllegalArgumentException("state and log directory must be absolute paths");
    }
  }

  /** Where guards and consoles live: outside the node's own cgroup and outside its containers'. */
  public String daemonsGroup() {
    return cgroupParent + "-daemons";
  }
}
