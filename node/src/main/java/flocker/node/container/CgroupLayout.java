package flocker.node.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where this host has its cgroup hierarchies.
 *
 * @param controllers the cgroup-v1 controllers (also {@code name=systemd}) and their mount points
 * @param unified the mount point of cgroup v2, if mounted
 */
public record CgroupLayout(Map<String, Path> controllers, Optional<Path> unified) {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  /** Named after where {@code runc} and {@code crun} keep controllers. */
  public enum Mode {
    /** cgroup v1 only. */
    LEGACY,
    /** cgroup v1, and a cgroup v2 beside it without the controllers. */
    HYBRID,
    /** cgroup v2 only. */
    UNIFIED,
    /** Nothing a container can be killed by. */
    UNUSABLE
  }

  public CgroupLayout {
    controllers = Map.copyOf(controllers);
  }

  /** What is mounted in this process's mount namespace. */
  public static CgroupLayout read() throws IOException {
    return parse(Files.readAllLines(MOUNTS, StandardCharsets.UTF_8));
  }

  /** Reads the lines of a mountinfo file. Source: proc(5). Of two mounts the later one counts. */
  public static CgroupLayout parse(List<String> mountinfo) {
    Map<String, Path> controllers = new LinkedHashMap<>();
    Optional<Path> unified = Optional.empty();
    for (String line : mountinfo) {
      String[] halves = line.split(" - ", 2);
      String[] mount = halves[0].split(" ", -1);
      String[] about = halves.length == 2 ? halves[1].split(" ", -1) : new String[0];
      if (mount.length < 5 || about.length < 3) {
        continue;
      }
      Path at = Path.of(mount[4]);
      if (about[0].equals("cgroup2")) {
        unified = Optional.of(at);
      } else if (about[0].equals("cgroup")) {
        Arrays.stream(about[2].split(",", -1))
            .filter(option -> !List.of("rw", "ro", "xattr", "clone_children").contains(option))
            .forEach(option -> controllers.put(option, at));
      }
    }
    return new CgroupLayout(controllers, unified);
  }

  public Mode mode() {
    if (controllers.containsKey("freezer")) {
      return unified.isPresent() ? Mode.HYBRID : Mode.LEGACY;
    }
    return unified.isPresent() && controllers.isEmpty() ? Mode.UNIFIED : Mode.UNUSABLE;
  }

  /** The directories of one group through which all of it is killed: freezer first, then v2. */
  public List<Path> killDirectories(String group) {
    List<Path> directories = new ArrayList<>();
    Optional.ofNullable(controllers.get("freezer")).ifPresent(at -> directories.add(at));
    unified.ifPresent(directories::add);
    return directories.stream().map(at -> below(at, group)).toList();
  }

  /** The directories of one group in every hierarchy, each once. */
  public List<Path> directories(String group) {
    List<Path> directories = new ArrayList<>(controllers.values());
    unified.ifPresent(directories::add);
    return directories.stream().distinct().sorted().map(at -> below(at, group)).toList();
  }

  /** Whether limits of this controller can be set here. */
  public boolean has(String controller) {
    if (controllers.containsKey(controller)) {
      return true;
    }
    return mode() == Mode.UNIFIED
        && unified.map(at -> listed(at.resolve("cgroup.controllers"), controller)).orElse(false);
  }

  private static boolean listed(Path file, String word) {
    try {
      return List.of(Files.readString(file, StandardCharsets.US_ASCII).strip().split(" ", -1))
          .contains(word);
    } catch (IOException absent) {
      return false;
    }
  }

  private static Path below(Path mount, String group) {
    return mount.resolve(group.startsWith("/") ? group.substring(1) : group);
  }
}
