package flocker.node.container;

import flocker.node.container.ContainerFault.Kind;
import flocker.node.container.ContainerState.Phase;
import flocker.protocol.id.SystemId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One host's containers without processes. What an init does follows from its command: {@code
 * serves}, {@code ends N}, {@code ignores-term}; anything else is not in the root. Passes {@link
 * ContainerContract}. Two instances over one {@link Host} are a node before and after its crash.
 */
public final class InMemoryContainers implements ContainerRuntime {
  private static final Set<String> SIGNALS =
      Set.of("HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM", "PWR");

  /** What outlives the node. */
  public static final class Host {
    private final Map<SystemId, Container> containers = new HashMap<>();
    private final Map<SystemId, StringBuilder> logs = new HashMap<>();
  }

  private static final class Container {
    private final boolean deaf;
    private final int index;
    private Phase phase = Phase.RUNNING;
    private Optional<Integer> exitCode = Optional.empty();
    private final List<CompletableFuture<Optional<Integer>>> watchers = new ArrayList<>();

    Container(boolean deaf, int index) {
      this.deaf = deaf;
      this.index = index;
    }

    boolean live() {
      return phase == Phase.RUNNING || phase == Phase.PAUSED;
    }

    void end(int code) {
      if (live()) {
        phase = Phase.EXITED;
        exitCode = Optional.of(code);
        watchers.forEach(watcher -> watcher.complete(exitCode));
      }
    }

    ContainerState state() {
      return live()
          ? new ContainerState(phase, Optional.of("169.254.1." + index), Optional.empty())
          : new ContainerState(phase, Optional.empty(), exitCode);
    }
  }

  private final Host host;

  public InMemoryContainers() {
    this(new Host());
  }

  public InMemoryContainers(Host host) {
    this.host = host;
  }

  public Host host() {
    return host;
  }

  /** Init ends by itself. */
  public void crash(SystemId system, int code) {
    synchronized (host) {
      Optional.ofNullable(host.containers.get(system)).ifPresent(container -> container.end(code));
    }
  }

  @Override
  public void probe() {
    // Memory is always there.
  }

  @Override
  public void check(ContainerSpec spec) throws ContainerFault {
    String command = spec.init().get(0);
    if (!Set.of("serves", "ends", "ignores-term").contains(command)) {
      throw new ContainerFault(Kind.BAD_ROOT, "no init " + command);
    }
  }

  @Override
  public ContainerState start(ContainerSpec spec) throws ContainerFault {
    synchronized (host) {
      SystemId system = spec.system();
      Container old = host.containers.get(system);
      if (old != null && old.live()) {
        throw new ContainerFault(Kind.OTHER, system + " is running");
      }
      check(spec);
      String command = spec.init().get(0);
      Container started = new Container(command.equals("ignores-term"), 1 + host.containers.size());
      host.containers.put(system, started);
      StringBuilder log = host.logs.computeIfAbsent(system, id -> new StringBuilder());
      ContainerState state = started.state();
      switch (command) {
        case "serves" -> log.append("ready\n");
        case "ignores-term" -> log.append("deaf\n");
        default -> {
          log.append("bye\n");
          started.end(Integer.parseInt(spec.init().get(1)));
        }
      }
      return state;
    }
  }

  @Override
  public ContainerState state(SystemId system) {
    synchronized (host) {
      Container container = host.containers.get(system);
      return container == null
          ? new ContainerState(Phase.ABSENT, Optional.empty(), Optional.empty())
          : container.state();
    }
  }

  @Override
  public CompletionStage<Optional<Integer>> exit(SystemId system) {
    synchronized (host) {
      Container container = host.containers.get(system);
      CompletableFuture<Optional<Integer>> ended = new CompletableFuture<>();
      if (container == null || !container.live()) {
        ended.complete(container == null ? Optional.empty() : container.exitCode);
      } else {
        container.watchers.add(ended);
      }
      return ended;
    }
  }

  @Override
  public void stop(SystemId system, String signal, Duration grace) throws ContainerFault {
    if (!SIGNALS.contains(signal.toUpperCase(Locale.ROOT))) {
      throw new ContainerFault(Kind.OTHER, "unknown signal " + signal);
    }
    remove(system, false);
  }

  @Override
  public void kill(SystemId system) {
    remove(system, true);
  }

  private void remove(SystemId system, boolean killed) {
    synchronized (host) {
      Container container = host.containers.remove(system);
      if (container != null) {
        container.end(killed || container.deaf ? 137 : 0);
      }
    }
  }

  @Override
  public void pause(SystemId system) throws ContainerFault {
    live(system).phase = Phase.PAUSED;
  }

  @Override
  public void resume(SystemId system) throws ContainerFault {
    live(system).phase = Phase.RUNNING;
  }

  @Override
  public ExecResult exec(SystemId system, List<String> command, Duration limit)
      throws ContainerFault {
    if (live(system).phase == Phase.PAUSED) {
      throw new ContainerFault(Kind.OTHER, "paused");
    }
    return switch (command.get(0)) {
      case "true" -> new ExecResult(0, "", "", false);
      case "false" -> new ExecResult(1, "", "", false);
      case "echo" ->
          new ExecResult(0, String.join(" ", command.subList(1, command.size())) + "\n", "", false);
      case "sleep" -> throw new ContainerFault(Kind.TIMEOUT, "sleep takes too long");
      default -> new ExecResult(127, "", command.get(0) + ": not found\n", false);
    };
  }

  @Override
  public String logs(SystemId system, int maxBytes) {
    synchronized (host) {
      byte[] all =
          host.logs
              .getOrDefault(system, new StringBuilder())
              .toString()
              .getBytes(StandardCharsets.UTF_8);
      int from = Math.max(0, all.length - maxBytes);
      return new String(all, from, all.length - from, StandardCharsets.UTF_8);
    }
  }

  @Override
  public List<Path> cgroups(SystemId system) {
    return List.of(Path.of("/memory", system.value()));
  }

  private Container live(SystemId system) throws ContainerFault {
    synchronized (host) {
      Container container = host.containers.get(system);
      if (container == null || !container.live()) {
        throw new ContainerFault(Kind.NOT_FOUND, system + " does not run");
      }
      return container;
    }
  }
}
