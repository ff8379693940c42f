package flocker.node.container.oci;

import flocker.node.container.CgroupLayout;
import flocker.node.container.ContainerFault;
import flocker.node.container.ContainerFault.Kind;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One container's cgroups: who lives there, freeze, thaw, kill. By the kernel's files alone. A
 * frozen cgroup-v1 group never dies, so a kill thaws before it verifies.
 */
final class ContainerCgroups {
  private static final int SIGKILL = 9;
  private static final Duration FREEZE_LIMIT = Duration.ofSeconds(2);

  private final CgroupLayout layout;
  private final String group;

  ContainerCgroups(CgroupLayout layout, String group) {
    this.layout = layout;
    this.group = group;
  }

  List<Path> killDirectories() {
    return layout.killDirectories(group);
  }

  /** True if no process lives in the group or below; a group that cannot be read is not empty. */
  boolean empty() throws IOException {
    for (Path directory : killDirectories()) {
      if (!processes(directory).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Kills everything and returns when nothing is left, or says NOT_PROVEN_DEAD. */
  void kill(Duration limit) throws ContainerFault {
    long end = System.nanoTime() + limit.toNanos();
    String found = "";
    do {
      try {
        if (killOnce()) {
          return;
        }
        found = "processes " + survivors();
      } catch (IOException failure) {
        found = failure.toString();
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    } while (System.nanoTime() < end);
    throw new ContainerFault(
        Kind.NOT_PROVEN_DEAD,
        "container group "
            + group
            + " was killed, but after "
            + limit.toMillis()
            + " ms there is still: "
            + found
            + "; a process stuck in the kernel (state D) cannot be killed until what it waits for"
            + " answers");
  }

  private boolean killOnce() throws IOException {
    if (empty()) {
      return true;
    }
    setFrozen(true);
    awaitFrozen(TimeUnit.MILLISECONDS.toNanos(5));
    for (Path directory : killDirectories()) {
      writeIfThere(directory.resolve("cgroup.kill"), "1");
      for (int pid : processes(directory)) {
        // 0 is a process of another pid namespace; kill(0) would be our own group.
        if (pid > 1) {
          NativeCalls.LIBC.kill(pid, SIGKILL);
        }
      }
    }
    for (Path directory : killDirectories()) {
      thaw(directory);
    }
    for (int i = 0; i < 50; i++) {
      if (empty()) {
        return true;
      }
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
    }
    return false;
  }

  private List<Integer> survivors() throws IOException {
    List<Integer> all = new ArrayList<>();
    for (Path directory : killDirectories()) {
      all.addAll(processes(directory));
    }
    return all.stream().distinct().toList();
  }

  /** Freezes; returns when the kernel says that every process stands still. */
  void freeze() throws ContainerFault {
    try {
      setFrozen(true);
      if (awaitFrozen(FREEZE_LIMIT.toNanos())) {
        return;
      }
      thaw();
    } catch (IOException failure) {
      throw new ContainerFault(Kind.OTHER, "cannot freeze " + group + ": " + failure, failure);
    }
    throw new ContainerFault(
        Kind.TIMEOUT,
        "container group " + group + " did not freeze within 2 s and was thawed again");
  }

  void thaw() throws ContainerFault {
    try {
      for (Path directory : killDirectories()) {
        thaw(directory);
      }
    } catch (IOException failure) {
      throw new ContainerFault(Kind.OTHER, "cannot thaw " + group + ": " + failure, failure);
    }
  }

  /** True if the group was told to freeze, by whomever. */
  boolean frozen() throws IOException {
    Path directory = freezer();
    String v1 = readIfThere(directory.resolve("freezer.state")).strip();
    String v2 = readIfThere(directory.resolve("cgroup.freeze")).strip();
    return v1.equals("FROZEN") || v1.equals("FREEZING") || v2.equals("1");
  }

  /** Removes the empty directories of the group, in every hierarchy. */
  void remove() throws IOException {
    for (Path directory : layout.directories(group)) {
      removeTree(directory);
    }
  }

  private static void removeTree(Path directory) throws IOException {
    for (Path below : groupsBelow(directory)) {
      removeTree(below);
    }
    Files.deleteIfExists(directory);
  }

  /** The v1 freezer where there is one; v2's otherwise. The other hierarchies follow. */
  private Path freezer() {
    return killDirectories().get(0);
  }

  private void setFrozen(boolean frozen) throws IOException {
    Path directory = freezer();
    writeIfThere(directory.resolve("freezer.state"), frozen ? "FROZEN" : "THAWED");
    writeIfThere(directory.resolve("cgroup.freeze"), frozen ? "1" : "0");
  }

  private boolean awaitFrozen(long nanos) throws IOException {
    long end = System.nanoTime() + nanos;
    while (true) {
      String v1 = readIfThere(freezer().resolve("freezer.state")).strip();
      String v2 = readIfThere(freezer().resolve("cgroup.events"));
      if (v1.equals("FROZEN") || v2.contains("frozen 1")) {
        return true;
      }
      if (System.nanoTime() >= end) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
    }
  }

  private static void thaw(Path directory) throws IOException {
    for (Path below : groupsBelow(directory)) {
      thaw(below);
    }
    writeIfThere(directory.resolve("freezer.state"), "THAWED");
    writeIfThere(directory.resolve("cgroup.freeze"), "0");
  }

  private static List<Integer> processes(Path directory) throws IOException {
    List<Integer> pids = new ArrayList<>();
    for (String line : readIfThere(directory.resolve("cgroup.procs")).split("\n", -1)) {
      if (!line.isBlank()) {
        pids.add(Integer.parseInt(line.strip()));
      }
    }
    for (Path below : groupsBelow(directory)) {
      pids.addAll(processes(below));
    }
    return pids;
  }

  private static List<Path> groupsBelow(Path directory) throws IOException {
    List<Path> groups = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
      entries.forEach(groups::add);
    } catch (NoSuchFileException gone) {
      return List.of();
    }
    return groups;
  }

  private static String readIfThere(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII);
    } catch (NoSuchFileException | FileNotFoundException gone) {
      return "";
    } catch (IOException failure) {
      // ENODEV: the group was removed while it was read.
      if (!Files.exists(file)) {
        return "";
      }
      throw failure;
    }
  }

  private static void writeIfThere(Path file, String text) throws IOException {
    try {
      Files.writeString(file, text, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
    } catch (NoSuchFileException absent) {
      // Another version of cgroups, or the group is gone.
    } catch (IOException failure) {
      if (Files.exists(file)) {
        throw failure;
      }
    }
  }
}
