package flocker.node.cluster;

import java.io.IOException;
import java.util.Optional;

/** Where a voter keeps its promise to the founder of a cluster, so that a restart keeps it too. */
public interface PromiseStore {
  /**
   * The promise that was kept last; one whose age cannot be known is as new as can be.
   *
   * @param now nanoseconds of CLOCK_BOOTTIME
   * @param lasts nanoseconds of a promise made now
   */
  Optional<FormationPromise> load(long now, long lasts) throws IOException;

  /** Durable when this returns. */
  void save(Optional<FormationPromise> promise) throws IOException;
}
