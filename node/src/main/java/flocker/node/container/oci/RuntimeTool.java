package flocker.node.container.oci;

import flocker.node.container.CgroupLayout;
import flocker.node.container.ContainerFault;
import flocker.node.container.ContainerFault.Kind;
import flocker.protocol.id.SystemId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The OCI runtime's commands for one system's container, and what they say when they fail. */
final class RuntimeTool {
  private static final Logger LOG = LoggerFactory.getLogger(RuntimeTool.class);
  private static final int SIGKILL = 9;

  private final OciSettings settings;
  private final CgroupLayout layout;
  private final Tools tools;
  private final SystemId system;
  private final Bundle bundle;
  private final InitLog log;

  RuntimeTool(OciRuntime runtime, SystemId system, Bundle bundle, InitLog log) {
    this.settings = runtime.settings();
    this.layout = runtime.layout();
    this.tools = runtime.tools();
    this.system = system;
    this.bundle = bundle;
    this.log = log;
  }

  private String name() {
    return "flocker-" + system.value();
  }

  private Path records() {
    return settings.stateDirectory().resolve("runtime");
  }

  /** The runtime removes this pipe when init is let go. */
  boolean waitsForStart() {
    return Files.exists(records().resolve(name()).resolve("exec.fifo"));
  }

  /**
   * The console stays as init's parent; this returns when the runtime has created the container.
   */
  void create() throws ContainerFault {
    List<String> command = new ArrayList<>();
    command.add(settings.console().toString());
    command.addAll(List.of("--log", log.file().toString()));
    command.addAll(List.of("--max", Long.toString(settings.limits().logBytes())));
    command.addAll(List.of("--exit", bundle.exitFile().toString()));
    command.addAll(List.of("--pid", bundle.pidFile().toString()));
    for (Path own : layout.directories(settings.daemonsGroup())) {
      command.addAll(List.of("--move", own.toString()));
    }
    command.add("--");
    command.addAll(runtime("--log", bundle.runtimeLog().toString(), "create"));
    command.addAll(List.of("--bundle", bundle.directory().toString()));
    command.addAll(List.of("--pid-file", bundle.pidFile().toString(), name()));
    Tools.Result result = run(command, settings.limits().command());
    if (result.exitCode() != 0) {
      throw refused(result);
    }
  }

  /** Lets init go. */
  void letGo() throws ContainerFault {
    List<String> command = runtime("--log", bundle.runtimeLog().toString(), "start", name());
    Tools.Result result = run(command, settings.limits().command());
    if (result.exitCode() != 0) {
      throw refused(result);
    }
  }

  /** Removes the runtime's records of a container that is dead; nothing to remove is fine. */
  void delete() throws ContainerFault {
    Tools.Result removed = run(runtime("delete", "--force", name()), settings.limits().command());
    if (removed.exitCode() != 0) {
      LOG.debug("runtime delete says: {}", removed.said());
    }
  }

  Tools.Result exec(List<String> command, Duration limit) throws ContainerFault {
    Path pidFile;
    try {
      pidFile = Files.createTempFile(bundle.directory(), "exec", ".pid");
    } catch (IOException failure) {
      throw new ContainerFault(
          Kind.OTHER, "system " + system + ": cannot run a command in it: " + failure, failure);
    }
    List<String> whole = runtime("exec", "--pid-file", pidFile.toString(), name());
    whole.addAll(command);
    try {
      // The command first: the runtime then reaps it. Orphaned, it would keep init from ending.
      return tools.run(
          whole,
          "",
          new Tools.Bounds(limit, settings.limits().execOutputBytes(), () -> endExec(pidFile)));
    } finally {
      discard(pidFile);
    }
  }

  /** The runtime's exec is only a go-between: the command itself is killed by its number. */
  private static void endExec(Path pidFile) {
    try {
      String pid = Files.readString(pidFile).strip();
      if (pid.matches("[1-9][0-9]+")) {
        NativeCalls.LIBC.kill(Integer.parseInt(pid), SIGKILL);
      }
    } catch (IOException unknown) {
      LOG.warn("exec-not-ended pid file {} cannot be read", pidFile);
    }
  }

  private static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException kept) {
      LOG.debug("{} was not removed: {}", file, kept.getMessage());
    }
  }

  private ContainerFault refused(Tools.Result result) {
    String said = (bundle.runtimeSaid() + " " + result.said()).strip();
    boolean badRoot =
        said.contains("executable file not found")
            || said.contains("no such file or directory: unknown")
            || said.contains("exec format error")
            || said.contains("rootfs");
    return new ContainerFault(
        badRoot ? Kind.BAD_ROOT : Kind.OTHER,
        "the container of system "
            + system
            + " did not start; "
            + settings.runtime()
            + " says: "
            + said);
  }

  private List<String> runtime(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(settings.runtime(), "--root", records().toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  private Tools.Result run(List<String> command, Duration limit) throws ContainerFault {
    return tools.run(command, "", limit, settings.limits().execOutputBytes());
  }
}
