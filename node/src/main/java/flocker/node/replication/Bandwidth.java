package flocker.node.replication;

/**
 * What all streams of this host together may send, in bytes a second. Thread-safe; times are boot
 * nanoseconds. What was not used is not saved up, but for a moment.
 */
public final class Bandwidth {
  /** No limit. */
  public static final Bandwidth UNLIMITED = new Bandwidth(0);

  private static final long SAVED_NANOS = 50_000_000;
  private static final double NANOS = 1e9;

  private final long perSecond;
  private long free = Long.MIN_VALUE;

  /**
   * @param perSecond 0: no limit
   */
  public Bandwidth(long perSecond) {
    if (perSecond < 0) {
      throw new IllegalArgumentException("a bandwidth is not below zero: " + perSecond);
    }
    this.perSecond = perSecond;
  }

  /** Takes so many bytes and says when they may be sent: {@code now}, or later. */
  synchronized long take(int bytes, long now) {
    if (perSecond == 0) {
      return now;
    }
    long from = Math.max(free, now - SAVED_NANOS);
    free = from + (long) (bytes * NANOS / perSecond);
    return Math.max(from, now);
  }
}
