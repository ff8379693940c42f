package flocker.arch.seeded;

import java.time.Instant;
import java.util.random.RandomGenerator;

/** Decides with what it is given. */
public final class CleanDecision {
  /** Whether it is time, give or take. */
  public boolean due(Instant at, Instant now, RandomGenerator random) {
    return now.plusMillis(random.nextInt(10)).isAfter(at);
  }
}
