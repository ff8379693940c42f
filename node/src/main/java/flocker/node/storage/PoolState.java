package flocker.node.storage;

/**
 * @param health what the pool says of itself: ONLINE, DEGRADED, FAULTED …
 * @param freeBytes available to datasets
 * @param sizeBytes usable size
 */
public record PoolState(String health, long freeBytes, long sizeBytes) {
  /** Reads and writes can be expected to work. */
  public boolean usable() {
    return health.equals("ONLINE") || health.equals("DEGRADED");
  }
}
