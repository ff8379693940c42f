package flocker.protocol.admin;

import java.time.Duration;
import java.util.Optional;

/**
 * How much of a user system's past its hosts keep. What is left out gets its default.
 *
 * @param retention of the copy on the master
 * @param onSlaves of the copies on all other hosts
 * @param stashQuota an alarm is raised on a host whose stashes hold more; empty: never
 * @param stashExpirySeconds stashes older than this are destroyed; empty: only an operator destroys
 *     one
 */
public record HistorySettings(
    RetentionRules retention,
    RetentionRules onSlaves,
    Optional<ByteSize> stashQuota,
    Optional<Long> stashExpirySeconds) {
  /** Nothing that is so young was meant. */
  public static final Duration SHORTEST_EXPIRY = Duration.ofHours(1);

  private static final long LONGEST_EXPIRY = Duration.ofDays(36_500).toSeconds();

  public HistorySettings {
    retention = retention == null ? RetentionRules.DEFAULT : retention;
    onSlaves = onSlaves == null ? RetentionRules.DEFAULT_ON_SLAVES : onSlaves;
    stashQuota = stashQuota == null ? Optional.empty() : stashQuota;
    stashExpirySeconds = stashExpirySeconds == null ? Optional.empty() : stashExpirySeconds;
    stashExpirySeconds.ifPresent(
        seconds -> {
          if (seconds < SHORTEST_EXPIRY.toSeconds() || seconds > LONGEST_EXPIRY) {
            throw new IllegalArgumentException("stashes expire after 1h to 100 years, or never");
          }
        });
  }

  /** Every default. */
  public static HistorySettings defaults() {
    return new HistorySettings(null, null, Optional.empty(), Optional.empty());
  }
}
