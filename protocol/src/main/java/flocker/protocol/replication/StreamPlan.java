package flocker.protocol.replication;

import flocker.protocol.id.SnapshotGuid;
import java.util.Objects;
import java.util.Optional;

/**
 * What one stream does to the slave's copy. The slave refuses it unless its newest snapshot is
 * {@code onto}: so a plan made from old knowledge, or a repeated message, changes nothing.
 *
 * @param mode see there
 * @param base the snapshot the stream builds on; empty for a full stream
 * @param onto the slave's newest snapshot of any name; empty if it has none
 * @param to what the slave has afterwards
 * @param estimatedBytes how long the stream may become; empty where the master cannot tell
 */
public record StreamPlan(
    Mode mode,
    Optional<SnapshotGuid> base,
    Optional<SnapshotGuid> onto,
    Version to,
    Optional<Long> estimatedBytes) {

  /** What becomes of the slave's present copy. */
  public enum Mode {
    /** There is none. */
    NEW,
    /** It is continued: {@code base} is its newest snapshot. */
    EXTEND,
    /** It has what the master's history lacks, and becomes a stash. */
    REPLACE
  }

  public StreamPlan {
    Objects.requireNonNull(to, "to");
    boolean sound =
        switch (mode) {
          case NEW -> base.isEmpty() && onto.isEmpty();
          case EXTEND -> base.isPresent() && base.equals(onto);
          case REPLACE -> true;
        };
    if (!sound) {
      throw new IllegalArgumentException(mode + " cannot build on " + base + " onto " + onto);
    }
    if (estimatedBytes.isPresent() && estimatedBytes.get() < 0) {
      throw new IllegalArgumentException("a stream is not " + estimatedBytes.get() + " bytes long");
    }
  }
}
