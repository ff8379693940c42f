package flocker.node.time;

/**
 * Elapsed time that goes on while the host is suspended: nanoseconds of CLOCK_BOOTTIME where it can
 * be had. The same scale on which guards are given their deadlines. Source: clock_gettime(2).
 */
@FunctionalInterface
public interface BootClock {
  /** Nanoseconds since boot. */
  long nanos();
}
