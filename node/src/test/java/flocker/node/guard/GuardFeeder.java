package flocker.node.guard;

import flocker.node.time.BootClock;
import flocker.node.time.LinuxBootClock;
import flocker.protocol.id.SystemId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * A program that arms guards and feeds them until it is killed or stopped. Arguments: guard binary,
 * runtime directory, system, lease in milliseconds, cgroup directories. Says "armed" when it is so.
 */
final class GuardFeeder {
  private GuardFeeder() {}

  public static void main(String[] arguments) throws GuardFault, IOException, InterruptedException {
    BootClock clock = LinuxBootClock.open(problem -> {});
    SystemId system = new SystemId(arguments[2]);
    long lease = Duration.ofMillis(Long.parseLong(arguments[3])).toNanos();
    List<Path> cgroups = Arrays.stream(arguments).skip(4).map(Path::of).toList();
    try (ProcessGuards guards =
        new ProcessGuards(
            new GuardSettings(Path.of(arguments[0]), Path.of(arguments[1]), List.of()))) {
      guards.arm(system, cgroups, clock.nanos() + lease);
      System.out.write("armed\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      System.out.flush();
      while (System.in.available() == 0) {
        guards.feed(system, clock.nanos() + lease);
        synchronized (guards) {
          guards.wait(20);
        }
      }
    }
  }
}
