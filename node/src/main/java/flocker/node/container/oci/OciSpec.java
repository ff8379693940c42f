package flocker.node.container.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import flocker.node.container.ContainerSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A container's config.json, as far as Flocker uses it. Source: OCI runtime specification 1.0.2.
 *
 * <p>Made for a whole Debian-like userland, not for one program: setuid programs work (no {@code
 * noNewPrivileges}), {@code /tmp} is part of the user filesystem, {@code /run} is not. The
 * capabilities are those that Docker gives by default.
 */
@JsonInclude(Include.NON_EMPTY)
record OciSpec(
    String ociVersion,
    Program process,
    Root root,
    String hostname,
    List<Mount> mounts,
    Linux linux) {

  static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final long CPU_PERIOD_MICROS = 100_000;
  private static final long SHARED_MEMORY_BYTES = 1L << 30;

  private static final List<String> CAPABILITIES =
      List.of(
          "CAP_AUDIT_WRITE",
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_FOWNER",
          "CAP_FSETID",
          "CAP_KILL",
          "CAP_MKNOD",
          "CAP_NET_BIND_SERVICE",
          "CAP_NET_RAW",
          "CAP_SETFCAP",
          "CAP_SETGID",
          "CAP_SETPCAP",
          "CAP_SETUID",
          "CAP_SYS_CHROOT");

  private static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/sys/firmware",
          "/sys/devices/virtual/powercap");

  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  record Program(
      boolean terminal,
      User user,
      List<String> args,
      List<String> env,
      String cwd,
      Capabilities capabilities,
      List<Rlimit> rlimits,
      boolean noNewPrivileges) {}

  record User(int uid, int gid) {}

  record Capabilities(List<String> bounding, List<String> effective, List<String> permitted) {}

  record Rlimit(String type, long hard, long soft) {}

  record Root(String path, boolean readonly) {}

  @JsonInclude(Include.NON_EMPTY)
  record Mount(String destination, String type, String source, List<String> options) {}

  record Linux(
      String cgroupsPath,
      List<Namespace> namespaces,
      Resources resources,
      List<String> maskedPaths,
      List<String> readonlyPaths) {}

  record Namespace(String type) {}

  @JsonInclude(Include.NON_EMPTY)
  record Resources(
      List<Device> devices, Optional<Memory> memory, Optional<Cpu> cpu, Optional<Pids> pids) {}

  record Device(boolean allow, String access) {}

  /** {@code swap} is memory and swap together. */
  @JsonInclude(Include.NON_EMPTY)
  record Memory(long limit, Optional<Long> swap) {}

  record Cpu(long quota, long period) {}

  record Pids(long limit) {}

  /** Which limits the host's cgroups can keep; the others are left out. */
  record Controllers(boolean memory, boolean swap, boolean cpu, boolean pids) {}

  /**
   * Where a container runs.
   *
   * @param user whom init runs as
   * @param openFiles most files that one of its processes may open; at most the node's own limit,
   *     which cannot be raised everywhere
   */
  record Place(
      String cgroup,
      Controllers controllers,
      long processes,
      long openFiles,
      Optional<Path> resolverFile,
      User user) {}

  /** The configuration of this system's container. Pure. */
  static OciSpec of(ContainerSpec spec, Place place) {
    return new OciSpec(
        "1.0.2",
        process(spec, place),
        new Root(spec.root().toString(), false),
        spec.hostname(),
        mounts(spec, place),
        new Linux(place.cgroup(), namespaces(), resources(spec, place), MASKED, READ_ONLY));
  }

  private static Program process(ContainerSpec spec, Place place) {
    TreeMap<String, String> environment = new TreeMap<>();
    environment.put("PATH", PATH);
    environment.put("HOME", "/root");
    environment.put("container", "flocker");
    environment.putAll(spec.environment());
    List<String> lines = new ArrayList<>();
    environment.forEach((name, value) -> lines.add(name + "=" + value));
    return new Program(
        false,
        place.user(),
        spec.init(),
        lines,
        spec.workingDirectory(),
        capabilities(place.user()),
        List.of(new Rlimit("RLIMIT_NOFILE", place.openFiles(), Math.min(1024, place.openFiles()))),
        false);
  }

  /** Another user has them only by way of programs that are setuid root. */
  private static Capabilities capabilities(User user) {
    return user.uid() == 0
        ? new Capabilities(CAPABILITIES, CAPABILITIES, CAPABILITIES)
        : new Capabilities(CAPABILITIES, List.of(), List.of());
  }

  private static List<Namespace> namespaces() {
    return List.of("pid", "ipc", "uts", "mount", "network", "cgroup").stream()
        .map(Namespace::new)
        .toList();
  }

  private static List<Mount> mounts(ContainerSpec spec, Place place) {
    long shared = spec.memoryBytes().map(bytes -> bytes / 2).orElse(SHARED_MEMORY_BYTES);
    List<Mount> mounts = new ArrayList<>();
    mounts.add(new Mount("/proc", "proc", "proc", List.of()));
    mounts.add(temporary("/dev", "nosuid", "strictatime", "mode=755", "size=65536k"));
    mounts.add(
        new Mount(
            "/dev/pts",
            "devpts",
            "devpts",
            List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5")));
    mounts.add(temporary("/dev/shm", "nosuid", "noexec", "nodev", "mode=1777", "size=" + shared));
    mounts.add(new Mount("/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev")));
    mounts.add(temporary("/run", "nosuid", "nodev", "mode=755", "size=262144k"));
    mounts.add(temporary("/run/lock", "nosuid", "noexec", "nodev", "mode=1777", "size=5120k"));
    mounts.add(new Mount("/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", "ro")));
    place
        .resolverFile()
        .ifPresent(
            file ->
                mounts.add(
                    new Mount(
                        "/etc/resolv.conf",
                        "bind",
                        file.toString(),
                        List.of("bind", "ro", "nosuid", "nodev", "noexec"))));
    return mounts;
  }

  private static Mount temporary(String destination, String... options) {
    return new Mount(destination, "tmpfs", "tmpfs", List.of(options));
  }

  private static Resources resources(ContainerSpec spec, Place place) {
    Controllers can = place.controllers();
    return new Resources(
        List.of(new Device(false, "rwm")),
        spec.memoryBytes()
            .filter(bytes -> can.memory())
            .map(bytes -> new Memory(bytes, can.swap() ? Optional.of(bytes) : Optional.empty())),
        spec.cpus()
            .filter(cores -> can.cpu())
            .map(cores -> new Cpu(Math.round(cores * CPU_PERIOD_MICROS), CPU_PERIOD_MICROS)),
        can.pids() ? Optional.of(new Pids(place.processes())) : Optional.empty());
  }
}
