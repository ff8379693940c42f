package flocker.node.guard;

import flocker.node.guard.Guards.GuardState;
import flocker.protocol.id.SystemId;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The two guards of one system, as this JVM knows them. Thread-safe: every method holds the pair,
 * except that {@link #feed} does not wait for it. Whoever holds it then passes the deadline on.
 */
final class GuardPair {
  private enum Role {
    A("a"),
    B("b");

    private final String option;

    Role(String option) {
      this.option = option;
    }
  }

  private static final long FEED_MILLIS = 50;

  private final GuardSettings settings;
  private final SystemId system;
  // Invariant: a link that has failed is closed and removed.
  private final Map<Role, GuardLink> links = new EnumMap<>(Role.class);
  private List<Path> cgroups = List.of();
  // The newest deadline that was asked for; guards may not know it yet. Only grows while armed.
  private final AtomicLong newest = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();

  GuardPair(GuardSettings settings, SystemId system) {
    this.settings = settings;
    this.system = system;
  }

  void arm(List<Path> groups, long deadline) throws GuardFault {
    if (groups.isEmpty()) {
      throw new GuardFault("system " + system + " cannot be guarded: it has no cgroup");
    }
    newest.accumulateAndGet(deadline, Math::max);
    lock.lock();
    try {
      cgroups = List.copyOf(groups);
      // All that have killed end before any starts: a new one must not take an ending one as
      // partner.
      for (Role role : Role.values()) {
        endUnlessArmed(role);
      }
      for (Role role : Role.values()) {
        ensure(role);
      }
      for (Role role : Role.values()) {
        confirm(role);
      }
    } finally {
      passOn();
      lock.unlock();
    }
  }

  /** Starts again whichever guard is missing. */
  void repair() throws GuardFault {
    lock.lock();
    try {
      if (!cgroups.isEmpty()) {
        arm(cgroups, newest.get());
      }
    } finally {
      lock.unlock();
    }
  }

  /** True if both were told; false if one is gone; a fault if none was told or they have killed. */
  boolean feed(long deadline) throws GuardFault {
    newest.accumulateAndGet(deadline, Math::max);
    if (!lock.tryLock()) {
      return true; // whoever holds the pair passes it on
    }
    try {
      if (cgroups.isEmpty()) {
        newest.set(0); // nobody holds to it: a later arm begins with its own
      }
      if (cgroups.isEmpty() || links.isEmpty()) {
        throw new GuardFault(
            "the guards of system " + system + " are not armed or have both ended");
      }
      List<String> refusals = passOn();
      if (!refusals.isEmpty()) {
        throw new GuardFault(
            "the guards of system " + system + " have killed it already: " + refusals);
      }
      if (links.isEmpty()) {
        throw new GuardFault("both guards of system " + system + " have ended");
      }
      return links.size() == Role.values().length;
    } finally {
      lock.unlock();
    }
  }

  /** Tells both the newest deadline, without waiting; returns earlier refusals to take one. */
  private List<String> passOn() {
    List<String> refusals = new ArrayList<>();
    for (Role role : Role.values()) {
      GuardLink link = links.get(role);
      if (link == null || cgroups.isEmpty()) {
        continue;
      }
      try {
        link.answers().stream().filter(said -> said.startsWith("refused")).forEach(refusals::add);
        link.send("deadline " + newest.get());
      } catch (IOException gone) {
        drop(role);
      }
    }
    return refusals;
  }

  void disarm() throws GuardFault {
    lock.lock();
    try {
      for (Role role : Role.values()) {
        Optional<GuardLink> link = reach(role);
        if (link.isPresent()) {
          release(role, link.get());
        }
        delete(path(role, "result"));
        delete(path(role, "sock"));
      }
      cgroups = List.of();
      newest.set(0);
    } finally {
      lock.unlock();
    }
  }

  GuardState state() throws GuardFault {
    lock.lock();
    try {
      List<GuardState> states = new ArrayList<>();
      for (Role role : Role.values()) {
        Optional<GuardReport> report = report(role);
        if (report.isEmpty()) {
          report = result(role);
        }
        report.map(GuardReport::state).ifPresent(states::add);
      }
      return List.of(GuardState.NOT_PROVEN_DEAD, GuardState.KILLED, GuardState.ARMED).stream()
          .filter(states::contains)
          .findFirst()
          .orElse(GuardState.ABSENT);
    } finally {
      lock.unlock();
    }
  }

  void letGo() {
    lock.lock();
    try {
      for (Role role : Role.values()) {
        drop(role);
      }
    } finally {
      lock.unlock();
    }
  }

  private void endUnlessArmed(Role role) throws GuardFault {
    Optional<GuardReport> running = report(role);
    if (running.isPresent() && running.get().state() != GuardState.ARMED) {
      release(role, links.get(role));
    }
  }

  /** A guard of this role that is armed: the one that runs, or a new one. */
  private void ensure(Role role) throws GuardFault {
    Optional<GuardReport> running = report(role);
    if (running.isEmpty()) {
      start(role);
      return;
    }
    if (!new HashSet<>(running.get().cgroups()).equals(new HashSet<>(cgroups))) {
      throw new GuardFault(
          "the running guard of system "
              + system
              + " guards "
              + running.get().cgroups()
              + " and not "
              + cgroups
              + "; stop the container and release its guards first");
    }
  }

  private void start(Role role) throws GuardFault {
    drop(role);
    try {
      Files.createDirectories(
          settings.runtimeDirectory(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      List<String> command = command(role);
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().clear();
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      Process process = builder.start();
      process.getOutputStream().close();
      awaitEnd(process);
      if (process.exitValue() != 0) {
        String said =
            new String(process.getErrorStream().readNBytes(4096), StandardCharsets.UTF_8).strip();
        throw new GuardFault("a guard of system " + system + " did not start: " + said);
      }
      links.put(role, GuardLink.connect(path(role, "sock")));
    } catch (IOException failure) {
      throw new GuardFault(
          "a guard of system " + system + " did not start: " + failure.getMessage(), failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new GuardFault("interrupted while starting a guard of " + system, interrupted);
    }
  }

  /** The other guard goes on being fed meanwhile. */
  private void awaitEnd(Process process) throws InterruptedException, GuardFault {
    long end = System.nanoTime() + settings.limit().toNanos();
    while (!process.waitFor(FEED_MILLIS, TimeUnit.MILLISECONDS)) {
      if (System.nanoTime() > end) {
        process.destroyForcibly();
        throw new GuardFault("a guard of system " + system + " did not start in time");
      }
      passOn();
    }
  }

  private List<String> command(Role role) {
    List<String> command = new ArrayList<>();
    command.add(settings.binary().toString());
    command.addAll(List.of("--role", role.option, "--base", base().toString()));
    command.addAll(List.of("--deadline", Long.toString(newest.get())));
    for (Path group : cgroups) {
      command.addAll(List.of("--cgroup", group.toString()));
    }
    for (Path own : settings.ownCgroups()) {
      command.addAll(List.of("--move", own.toString()));
    }
    return command;
  }

  /** The guard holds our deadline and sees its partner. */
  private void confirm(Role role) throws GuardFault {
    GuardLink link = links.get(role);
    try {
      if (link == null) {
        throw new IOException("it has ended");
      }
      String answer = link.ask("deadline " + newest.get(), settings.answerLimit());
      if (!answer.startsWith("ok ")) {
        throw new IOException("it says: " + answer);
      }
      Optional<GuardReport> report = GuardReport.parse(link.ask("status", settings.answerLimit()));
      if (report.isEmpty() || !report.get().partnerAlive()) {
        throw new IOException("it does not see its partner");
      }
    } catch (IOException failure) {
      throw new GuardFault(
          "guard "
              + role.option
              + " of system "
              + system
              + " could not be armed: "
              + failure.getMessage()
              + "; the container must not run",
          failure);
    }
  }

  private void release(Role role, GuardLink link) throws GuardFault {
    try {
      String answer = link.ask("release", settings.answerLimit());
      if (!answer.startsWith("ok ")) {
        throw new GuardFault(
            "guard "
                + role.option
                + " of system "
                + system
                + " refuses to end, because processes of the container are alive ("
                + answer
                + "); kill the container first");
      }
    } catch (IOException gone) {
      // It ended by itself, which is what was asked for; or it does not answer:
      if (report(role).isPresent()) {
        throw new GuardFault(
            "guard " + role.option + " of system " + system + " did not end: " + gone.getMessage(),
            gone);
      }
    } finally {
      drop(role);
    }
  }

  /** The running guard's own words; empty if none runs. */
  private Optional<GuardReport> report(Role role) throws GuardFault {
    Optional<GuardLink> link = reach(role);
    if (link.isEmpty()) {
      return Optional.empty();
    }
    try {
      return GuardReport.parse(link.get().ask("status", settings.answerLimit()));
    } catch (EOFException ended) {
      drop(role);
      return Optional.empty();
    } catch (IOException failure) {
      drop(role);
      if (reach(role).isEmpty()) {
        return Optional.empty();
      }
      throw new GuardFault(
          "guard " + role.option + " of system " + system + ": " + failure.getMessage(), failure);
    }
  }

  private Optional<GuardLink> reach(Role role) {
    GuardLink link = links.get(role);
    if (link == null) {
      try {
        link = GuardLink.connect(path(role, "sock"));
        links.put(role, link);
      } catch (IOException nobody) {
        return Optional.empty();
      }
    }
    return Optional.of(link);
  }

  private Optional<GuardReport> result(Role role) throws GuardFault {
    Path file = path(role, "result");
    try {
      return GuardReport.parse(Files.readString(file, StandardCharsets.US_ASCII));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException failure) {
      throw new GuardFault("cannot read " + file + ": " + failure.getMessage(), failure);
    }
  }

  private void drop(Role role) {
    GuardLink link = links.remove(role);
    if (link != null) {
      try {
        link.close();
      } catch (IOException ignored) {
        // Nothing of it is used any more.
      }
    }
  }

  private static void delete(Path file) throws GuardFault {
    try {
      Files.deleteIfExists(file);
    } catch (IOException failure) {
      throw new GuardFault("cannot remove " + file + ": " + failure.getMessage(), failure);
    }
  }

  private Path base() {
    return settings.runtimeDirectory().resolve(system.value());
  }

  private Path path(Role role, String kind) {
    return settings.runtimeDirectory().resolve(system.value() + "." + role.option + "." + kind);
  }
}
