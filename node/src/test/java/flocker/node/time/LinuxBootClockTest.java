package flocker.node.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The clock is the kernel's. */
final class LinuxBootClockTest {
  @Test
  void agreesWithTheKernelsUptime() throws Exception {
    List<String> warnings = new ArrayList<>();
    BootClock clock = LinuxBootClock.open(warnings::add);
    double uptime = Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", -1)[0]);
    long nanos = clock.nanos();
    assertThat(warnings).isEmpty();
    assertThat(nanos / 1e9).isBetween(uptime - 0.02, uptime + 5);
    assertThat(clock.nanos()).isGreaterThanOrEqualTo(nanos);
  }
}
