package flocker.node.container.oci;

import flocker.node.container.CgroupLayout;
import flocker.node.container.ContainerFault;
import flocker.node.container.ContainerFault.Kind;
import flocker.node.container.ContainerSpec;
import flocker.node.container.ContainerState;
import flocker.node.container.ContainerState.Phase;
import flocker.protocol.id.SystemId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The container of one system. Its lock is held while it is started, stopped or cleaned up; killing
 * its processes needs no lock and waits for nothing, so that a start that hangs cannot delay it.
 */
final class OciContainer {
  private static final Logger LOG = LoggerFactory.getLogger(OciContainer.class);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long MOST_OPEN_FILES = 524_288;
  private static final Duration EXIT_CODE_LIMIT = Duration.ofMillis(300);

  private final OciSettings settings;
  private final CgroupLayout layout;
  private final RuntimeTool tool;
  private final SystemId system;
  private final Bundle bundle;
  private final InitLog log;
  private final ContainerCgroups cgroups;
  private final ContainerNetwork network;
  private final ReentrantLock lock = new ReentrantLock();
  // Grows with each kill, so that a start that was overtaken by one does not go on.
  private final AtomicLong kills = new AtomicLong();
  private volatile Optional<Integer> lastExitCode = Optional.empty();

  OciContainer(OciRuntime runtime, SystemId system) {
    this.settings = runtime.settings();
    this.layout = runtime.layout();
    this.network = runtime.network();
    this.system = system;
    this.bundle = new Bundle(settings, system);
    this.log = new InitLog(settings, system);
    this.cgroups = new ContainerCgroups(layout, group());
    this.tool = new RuntimeTool(runtime, system, bundle, log);
  }

  private String group() {
    return settings.cgroupParent() + "/" + system.value();
  }

  List<Path> killDirectories() {
    return cgroups.killDirectories();
  }

  InitLog log() {
    return log;
  }

  // ---- what there is ----

  ContainerState state() throws ContainerFault {
    try {
      Optional<Integer> code = bundle.exitCode();
      if (!bundle.exists()) {
        // Processes without a bundle are still processes: never called absent.
        return new ContainerState(
            cgroups.empty() ? Phase.ABSENT : Phase.RUNNING, Optional.empty(), Optional.empty());
      }
      Optional<InitProcess> init = bundle.init();
      if (init.isEmpty() || tool.waitsForStart()) {
        // Created, but never let go: nothing of the user system has run.
        return new ContainerState(Phase.ABSENT, Optional.empty(), Optional.empty());
      }
      if (init.get().alive() || !cgroups.empty()) {
        return new ContainerState(
            cgroups.frozen() ? Phase.PAUSED : Phase.RUNNING, bundle.address(), Optional.empty());
      }
      return new ContainerState(Phase.EXITED, Optional.empty(), code);
    } catch (IOException failure) {
      throw fault("cannot tell the state of its container", failure);
    }
  }

  // ---- start ----

  ContainerState start(ContainerSpec spec) throws ContainerFault {
    RootCheck.check(spec);
    Signals.number(spec.stopSignal());
    acquire(settings.limits().command());
    try {
      ContainerState now = state();
      if (now.phase() == Phase.RUNNING || now.phase() == Phase.PAUSED) {
        throw new ContainerFault(
            Kind.OTHER, "system " + system + " cannot be started: its container is " + now.phase());
      }
      long killsBefore = kills.get();
      cgroups.kill(settings.limits().proof());
      clear();
      try {
        return launch(spec, killsBefore);
      } catch (ContainerFault failure) {
        undo(failure);
        throw failure;
      } catch (IOException failure) {
        ContainerFault fault = fault("its container could not be started", failure);
        undo(fault);
        throw fault;
      }
    } finally {
      lock.unlock();
    }
  }

  private ContainerState launch(ContainerSpec spec, long killsBefore)
      throws ContainerFault, IOException {
    lastExitCode = Optional.empty();
    bundle.create(OciSpec.of(spec, place(spec)));
    log.createDirectory();
    tool.create();
    long pid =
        bundle
            .pid()
            .orElseThrow(() -> new ContainerFault(Kind.OTHER, "the runtime named no init process"));
    InitProcess init =
        InitProcess.now(pid)
            .orElseThrow(
                () ->
                    new ContainerFault(
                        Kind.OTHER,
                        "init of system " + system + " ended at once: " + bundle.runtimeSaid()));
    NetworkPlan plan = network.connect(system, pid);
    bundle.writeAddress(plan.containerAddress());
    bundle.writeInit(init);
    notKilledSince(killsBefore);
    tool.letGo();
    notKilledSince(killsBefore);
    return new ContainerState(
        Phase.RUNNING, Optional.of(plan.containerAddress()), Optional.empty());
  }

  private OciSpec.Place place(ContainerSpec spec) throws IOException, ContainerFault {
    OciSpec.Controllers can =
        new OciSpec.Controllers(
            layout.has("memory"),
            layout.mode() != CgroupLayout.Mode.UNIFIED
                && swapAccounted(layout.controllers().get("memory")),
            layout.has("cpu"),
            layout.has("pids"));
    if ((spec.memoryBytes().isPresent() && !can.memory())
        || (spec.cpus().isPresent() && !can.cpu())) {
      LOG.warn(
          "container-limits-ignored system={} this host's cgroups have no memory or cpu controller",
          system);
    }
    if (!can.pids()) {
      LOG.warn(
          "container-unbounded system={} this host's cgroups have no pids controller: a fork bomb"
              + " in the user system can take every process number of the host; enable it",
          system);
    }
    return new OciSpec.Place(
        group(),
        can,
        settings.limits().processes(),
        Math.min(MOST_OPEN_FILES, openFilesAllowed()),
        ResolverFile.choose(spec.root()),
        spec.user().isEmpty()
            ? new OciSpec.User(0, 0)
            : new Accounts(spec.root()).of(spec.user().get()));
  }

  /** Only a host that has CAP_SYS_RESOURCE could give more than the node has itself. */
  private static long openFilesAllowed() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/limits")).stream()
        .filter(line -> line.startsWith("Max open files"))
        .map(line -> line.strip().split(" +", -1)[4])
        .filter(hard -> hard.matches("[0-9]+"))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(MOST_OPEN_FILES);
  }

  private static boolean swapAccounted(Path memory) {
    return memory != null && Files.exists(memory.resolve("memory.memsw.limit_in_bytes"));
  }

  private void notKilledSince(long killsBefore) throws ContainerFault {
    if (kills.get() != killsBefore) {
      throw new ContainerFault(
          Kind.OTHER, "the container of system " + system + " was killed while it started");
    }
  }

  /** After a failed start nothing may be left, or the failure must say so. */
  private void undo(ContainerFault failure) throws ContainerFault {
    try {
      cgroups.kill(settings.limits().proof());
      clear();
    } catch (ContainerFault worse) {
      failure.addSuppressed(worse);
      if (worse.kind() == Kind.NOT_PROVEN_DEAD) {
        worse.addSuppressed(failure);
        throw worse;
      }
      LOG.warn("container-cleanup-failed system={} reason={}", system, worse.getMessage());
    }
  }

  // ---- end ----

  void stop(String signal, Duration grace) throws ContainerFault {
    int number = Signals.number(signal);
    acquire(settings.limits().command());
    try {
      Optional<InitProcess> init = bundle.init();
      if (init.isPresent() && init.get().alive() && !tool.waitsForStart()) {
        // A frozen process gets no signal.
        cgroups.thaw();
        NativeCalls.LIBC.kill((int) init.get().pid(), number);
        awaitEnd(init.get(), grace);
      }
      cgroups.kill(settings.limits().proof());
      clear();
    } catch (IOException failure) {
      throw fault("its container could not be stopped", failure);
    } finally {
      lock.unlock();
    }
  }

  private void awaitEnd(InitProcess init, Duration grace) throws IOException {
    long end = System.nanoTime() + grace.toNanos();
    while (System.nanoTime() < end && (init.alive() || !cgroups.empty())) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  void kill() throws ContainerFault {
    kills.incrementAndGet();
    cgroups.kill(settings.limits().proof());
    acquire(settings.limits().command());
    try {
      // Again: a start that was under way may have come between.
      cgroups.kill(settings.limits().proof());
      clear();
    } finally {
      lock.unlock();
    }
  }

  /** Removes everything but the log; all processes are dead. */
  private void clear() throws ContainerFault {
    try {
      if (bundle.exists()) {
        awaitExitCode();
        tool.delete();
      }
      network.disconnect(system);
      cgroups.remove();
      bundle.remove();
    } catch (IOException failure) {
      throw fault("leftovers of its container could not be removed", failure);
    }
  }

  /** The console writes it within moments, if it lives; whoever asked for the exit wants it. */
  private void awaitExitCode() throws IOException {
    if (bundle.init().isEmpty()) {
      return;
    }
    long end = System.nanoTime() + EXIT_CODE_LIMIT.toNanos();
    while (bundle.exitCode().isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    lastExitCode = bundle.exitCode();
  }

  /** Of the newest container that this JVM has seen end. */
  Optional<Integer> exitCode() throws IOException {
    Optional<Integer> now = bundle.exitCode();
    return now.isPresent() ? now : lastExitCode;
  }

  // ---- while it runs ----

  void pause() throws ContainerFault {
    mustRun();
    cgroups.freeze();
  }

  void resume() throws ContainerFault {
    mustRun();
    cgroups.thaw();
  }

  Tools.Result exec(List<String> command, Duration limit) throws ContainerFault {
    if (mustRun().phase() == Phase.PAUSED) {
      throw new ContainerFault(
          Kind.OTHER, "system " + system + " is paused; resume it before running a command in it");
    }
    return tool.exec(command, limit);
  }

  private ContainerState mustRun() throws ContainerFault {
    ContainerState state = state();
    if (state.phase() != Phase.RUNNING && state.phase() != Phase.PAUSED) {
      throw new ContainerFault(
          Kind.NOT_FOUND,
          "system " + system + " has no running container here; it is " + state.phase());
    }
    return state;
  }

  private void acquire(Duration limit) throws ContainerFault {
    try {
      if (lock.tryLock(limit.toMillis() * 2, TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    throw new ContainerFault(
        Kind.TIMEOUT,
        "another operation on the container of system " + system + " does not end; try again");
  }

  private ContainerFault fault(String what, IOException failure) {
    return new ContainerFault(
        Kind.OTHER, "system " + system + ": " + what + ": " + failure, failure);
  }
}
