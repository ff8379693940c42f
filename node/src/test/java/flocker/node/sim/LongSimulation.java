package flocker.node.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goal: what the short run of every build does not meet. Method: the same runs, as many as {@code
 * deploy/bench/simulate} asks for; its name keeps it out of the build. Totals go to a file, so that
 * a run that is ended early is not lost.
 */
class LongSimulation {
  private static final Logger LOG = LoggerFactory.getLogger(LongSimulation.class);
  private static final long REPORT_EVERY = Duration.ofSeconds(30).toNanos();
  private static final int MOST_BROKEN = 20;

  @Test
  void noSeedBreaksAPromise() throws IOException {
    long from = Long.getLong("sim.from", 1);
    long mostEvents = Long.getLong("sim.events", Long.MAX_VALUE);
    double hours = Double.parseDouble(System.getProperty("sim.hours", "0"));
    long mostNanos = hours > 0 ? (long) (hours * 3_600e9) : Long.MAX_VALUE;
    Path report = Path.of(System.getProperty("sim.report", "target/simulation.txt"));
    long begun = System.nanoTime();
    long reported = begun;
    Simulation.Totals totals = new Simulation.Totals();
    List<String> broken = new ArrayList<>();
    long seed = from;
    while (totals.events() < mostEvents
        && System.nanoTime() - begun < mostNanos
        && broken.size() < MOST_BROKEN) {
      Optional<Violation> violation = Simulation.run(Scenario.of(seed), totals);
      if (violation.isPresent()) {
        broken.add(Simulation.trace(Scenario.of(seed)));
      }
      seed++;
      if (System.nanoTime() - reported > REPORT_EVERY) {
        reported = System.nanoTime();
        write(report, from, seed, begun, totals, broken);
      }
    }
    write(report, from, seed, begun, totals, broken);
    LOG.info("simulated {}", Files.readString(report));
    assertThat(broken).as("%s", String.join(System.lineSeparator(), broken)).isEmpty();
  }

  private static void write(
      Path report, long from, long next, long begun, Simulation.Totals totals, List<String> broken)
      throws IOException {
    String text =
        String.format(
            "seeds %d to %d, %d s: %s; violations: %d%n%s%n",
            from,
            next - 1,
            (System.nanoTime() - begun) / 1_000_000_000L,
            totals,
            broken.size(),
            String.join(System.lineSeparator(), broken));
    Files.writeString(report, text);
  }
}
