package flocker.node.lab;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.time.BootClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Looks every few milliseconds, from outside and without asking Flocker, on which hosts a container
 * has living processes. What is reported as "at once" is sure: a process of the one was alive
 * before and after one of the other was seen. An overlap shorter than the pause may be missed.
 */
final class ContainerWatch implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final Path groups;
  private final BootClock clock;
  private final List<String> overlaps = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread;
  private volatile boolean ended;

  ContainerWatch(String lab, BootClock clock) {
    this.groups = hierarchy().resolve("flocker-lab").resolve(lab);
    this.clock = clock;
    thread = new Thread(this::watch, "container-watch");
    thread.setDaemon(true);
    thread.start();
  }

  /** Where every container's processes are listed: the freezer of version 1, or version 2. */
  private static Path hierarchy() {
    try {
      List<String[]> mounts =
          Files.readAllLines(Path.of("/proc/mounts")).stream().map(m -> m.split(" ", -1)).toList();
      return mounts.stream()
          .filter(m -> m[2].equals("cgroup") && List.of(m[3].split(",")).contains("freezer"))
          .findFirst()
          .or(() -> mounts.stream().filter(m -> m[2].equals("cgroup2")).findFirst())
          .map(m -> Path.of(m[1]))
          .orElseThrow(() -> new IllegalStateException("this machine has no control groups"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** True if any container has a living process on that host. */
  boolean runsOn(String host) {
    return !processes(groups.resolve(host)).isEmpty();
  }

  private void watch() {
    while (!ended) {
      List<Path> alive = new ArrayList<>();
      List<Set<String>> their = new ArrayList<>();
      for (Path group : systemGroups()) {
        Set<String> processes = processes(group);
        if (!processes.isEmpty()) {
          alive.add(group);
          their.add(processes);
        }
      }
      for (int i = 0; i < alive.size(); i++) {
        for (int j = i + 1; j < alive.size(); j++) {
          boolean sameSystem = alive.get(i).getFileName().equals(alive.get(j).getFileName());
          if (sameSystem && !Collections.disjoint(their.get(i), processes(alive.get(i)))) {
            overlaps.add(alive.get(i) + " and " + alive.get(j) + " at " + clock.nanos());
          }
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** One folder per host and system. */
  private List<Path> systemGroups() {
    List<Path> found = new ArrayList<>();
    for (Path host : folders(groups)) {
      found.addAll(folders(host));
    }
    return found;
  }

  private static List<Path> folders(Path of) {
    try (Stream<Path> entries = Files.list(of)) {
      return entries.filter(Files::isDirectory).toList();
    } catch (IOException comesOrGoes) {
      return List.of();
    }
  }

  private static Set<String> processes(Path group) {
    Set<String> found = new HashSet<>();
    try {
      Files.readString(group.resolve("cgroup.procs")).lines().forEach(found::add);
    } catch (IOException comesOrGoes) {
      return found;
    }
    folders(group).forEach(inner -> found.addAll(processes(inner)));
    return found;
  }

  void assertNeverTwice() {
    assertThat(List.copyOf(overlaps)).as("a user system ran on two hosts at once").isEmpty();
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join(PAUSE.multipliedBy(1000).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
