package flocker.protocol.admin;

/**
 * How much of a user system's past its hosts keep. What is left out gets its default.
 *
 * @param retention of the copy on the master
 * @param onSlaves of the copies on all other hosts
 */
public record HistorySettings(RetentionRules retention, RetentionRules onSlaves) {
  public HistorySettings {
    retention = retention == null ? RetentionRules.DEFAULT : retention;
    onSlaves = onSlaves == null ? RetentionRules.DEFAULT_ON_SLAVES : onSlaves;
  }

  /** Every default. */
  public static HistorySettings defaults() {
    return new HistorySettings(null, null);
  }
}
