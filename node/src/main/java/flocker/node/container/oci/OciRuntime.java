package flocker.node.container.oci;

import flocker.node.container.CgroupLayout;
import flocker.node.container.ContainerFault;
import flocker.node.container.ContainerFault.Kind;
import flocker.node.container.ContainerRuntime;
import flocker.node.container.ContainerSpec;
import flocker.node.container.ContainerState;
import flocker.protocol.id.SystemId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Containers by {@code runc} or {@code crun}, each with its own network namespace. Thread-safe;
 * operations on one system come one after the other, except that a kill waits for nothing.
 */
public final class OciRuntime implements ContainerRuntime, AutoCloseable {
  private static final int KEEP_BYTES = 16 * 1024;

  private final OciSettings settings;
  private final CgroupLayout layout;
  private final Tools tools = new Tools();
  private final ContainerNetwork network;
  private final ExitWatch watch = new ExitWatch();
  private final Map<SystemId, OciContainer> containers = new ConcurrentHashMap<>();

  public OciRuntime(OciSettings settings, CgroupLayout layout) {
    this.settings = settings;
    this.layout = layout;
    this.network = new ContainerNetwork(tools, settings.limits());
  }

  OciSettings settings() {
    return settings;
  }

  CgroupLayout layout() {
    return layout;
  }

  Tools tools() {
    return tools;
  }

  ContainerNetwork network() {
    return network;
  }

  private OciContainer container(SystemId system) {
    if (system.isCluster()) {
      throw new IllegalArgumentException("the cluster's own authority has no container");
    }
    return containers.computeIfAbsent(system, id -> new OciContainer(this, id));
  }

  @Override
  public void probe() throws ContainerFault {
    if (!Files.isExecutable(settings.console())) {
      throw new ContainerFault(
          Kind.OTHER, settings.console() + " is missing; it is built with the node");
    }
    if (layout.mode() == CgroupLayout.Mode.UNUSABLE) {
      throw new ContainerFault(
          Kind.OTHER,
          "this host has neither cgroup v2 nor the freezer of cgroup v1 mounted below"
              + " /sys/fs/cgroup; containers could not be killed with certainty");
    }
    String version = mustRun(settings.runtime(), "--version");
    if (version.startsWith("crun") && layout.mode() == CgroupLayout.Mode.HYBRID) {
      throw new ContainerFault(
          Kind.OTHER,
          "crun does not work with cgroup v1 and v2 mounted together; use runc on this host");
    }
    mustRun("ip", "-V");
    mustRun("nsenter", "--version");
  }

  private String mustRun(String... command) throws ContainerFault {
    Tools.Result result = tools.run(List.of(command), "", settings.limits().command(), KEEP_BYTES);
    if (result.exitCode() != 0) {
      throw new ContainerFault(
          Kind.OTHER, String.join(" ", command) + " does not work here: " + result.said());
    }
    return result.stdout().strip();
  }

  @Override
  public void check(ContainerSpec spec) throws ContainerFault {
    RootCheck.check(spec);
  }

  @Override
  public ContainerState start(ContainerSpec spec) throws ContainerFault {
    return container(spec.system()).start(spec);
  }

  @Override
  public ContainerState state(SystemId system) throws ContainerFault {
    return container(system).state();
  }

  @Override
  public CompletionStage<Optional<Integer>> exit(SystemId system) {
    return watch.watch(container(system));
  }

  @Override
  public void stop(SystemId system, String signal, Duration grace) throws ContainerFault {
    container(system).stop(signal, grace);
  }

  @Override
  public void kill(SystemId system) throws ContainerFault {
    container(system).kill();
  }

  @Override
  public void pause(SystemId system) throws ContainerFault {
    container(system).pause();
  }

  @Override
  public void resume(SystemId system) throws ContainerFault {
    container(system).resume();
  }

  @Override
  public ExecResult exec(SystemId system, List<String> command, Duration limit)
      throws ContainerFault {
    Tools.Result result = container(system).exec(command, limit);
    return new ExecResult(result.exitCode(), result.stdout(), result.stderr(), result.truncated());
  }

  @Override
  public String logs(SystemId system, int maxBytes) throws ContainerFault {
    return container(system).log().tail(maxBytes);
  }

  @Override
  public List<Path> cgroups(SystemId system) {
    return container(system).killDirectories();
  }

  /** Stops watching; containers run on. */
  @Override
  public void close() {
    watch.close();
  }
}
