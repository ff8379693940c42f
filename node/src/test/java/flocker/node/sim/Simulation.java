package flocker.node.sim;

import java.util.Optional;
import java.util.TreeMap;

/** Runs seeds, and tells the first that breaks a promise in a way that can be replayed. */
final class Simulation {
  /** Sums over many runs. */
  static final class Totals {
    private long seeds;
    private long events;
    private final TreeMap<String, Long> counts = new TreeMap<>();

    long seeds() {
      return seeds;
    }

    long events() {
      return events;
    }

    @Override
    public String toString() {
      return seeds + " seeds, " + events + " events, " + counts;
    }
  }

  private Simulation() {}

  /** Empty if every promise was kept. */
  static Optional<Violation> run(Scenario scenario, Totals totals) {
    Cluster cluster = new Cluster(scenario, false);
    try {
      cluster.run();
      return Optional.empty();
    } catch (Violation violation) {
      return Optional.of(violation);
    } finally {
      totals.seeds++;
      totals.events += cluster.world().events();
      cluster.counts().forEach((what, count) -> totals.counts.merge(what, count, Long::sum));
    }
  }

  /** The end of the run of this scenario, for people. */
  static String trace(Scenario scenario) {
    Cluster cluster = new Cluster(scenario, true);
    String end = "no violation";
    try {
      cluster.run();
    } catch (Violation violation) {
      end = violation.getMessage();
    }
    return String.join(
        System.lineSeparator(),
        "seed " + scenario.seed() + ": " + end,
        "replay: mvn -o -pl node -am test -Dtest=AuthoritySimulationTest -Dsim.trace"
            + " -Dsim.seeds="
            + scenario.seed()
            + "-"
            + scenario.seed()
            + " -Dsurefire.failIfNoSpecifiedTests=false",
        cluster.world().trace());
  }
}
