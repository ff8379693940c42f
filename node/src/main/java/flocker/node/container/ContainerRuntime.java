package flocker.node.container;

import flocker.protocol.id.SystemId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One host's container runtime; at most one container per system. Every call but {@link #exit}
 * blocks and is bounded. A container outlives the JVM that started it and can be adopted by the
 * next one.
 */
public interface ContainerRuntime {
  /** Checks that the runtime works here; says what is missing if not. */
  void probe() throws ContainerFault;

  /** BAD_ROOT, with the reason, if {@code spec} could not be started as it is; starts nothing. */
  void check(ContainerSpec spec) throws ContainerFault;

  /**
   * Starts init in a new container and returns once it runs, with its network ready. Leftovers of
   * an earlier, dead container of the system are removed first; a live one is a fault. BAD_ROOT if
   * the root lacks the init command.
   */
  ContainerState start(ContainerSpec spec) throws ContainerFault;

  /** What there is, also of a container that an earlier JVM started. */
  ContainerState state(SystemId system) throws ContainerFault;

  /**
   * Completes when the running container's init has ended (also of an adopted one), with its exit
   * code if known.
   */
  CompletionStage<Optional<Integer>> exit(SystemId system);

  /**
   * Signals init, waits for {@code grace}, then kills the whole cgroup; returns when nothing of it
   * is alive, which is verified. NOT_PROVEN_DEAD otherwise. No-op if there is none.
   */
  void stop(SystemId system, String signal, Duration grace) throws ContainerFault;

  /**
   * Kills the whole cgroup at once: freeze, kill, thaw, verify. NOT_PROVEN_DEAD if something
   * survives.
   */
  void kill(SystemId system) throws ContainerFault;

  /** Freezes or thaws every process. */
  void pause(SystemId system) throws ContainerFault;

  void resume(SystemId system) throws ContainerFault;

  /** Runs a command inside; bounded in time and output. */
  ExecResult exec(SystemId system, List<String> command, Duration limit) throws ContainerFault;

  /** Output of a command; {@code truncated} if there was more than the driver's bound. */
  record ExecResult(int exitCode, String stdout, String stderr, boolean truncated) {}

  /**
   * The newest {@code maxBytes} of init's output on this host, oldest first; kept across restarts,
   * rotated.
   */
  String logs(SystemId system, int maxBytes) throws ContainerFault;

  /** The cgroup directories that a guard must kill; known before the container starts. */
  List<Path> cgroups(SystemId system);
}
