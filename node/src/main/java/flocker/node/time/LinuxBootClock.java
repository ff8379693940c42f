package flocker.node.time;

import java.util.function.Consumer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.Out;

/** CLOCK_BOOTTIME by clock_gettime(2). Thread-safe. */
public final class LinuxBootClock implements BootClock {
  private static final int CLOCK_BOOTTIME = 7;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** The part of libc this needs; {@code time} is a struct timespec of a 64-bit Linux. */
  public interface Libc {
    int clock_gettime(int clock, @Out long[] time);
  }

  private final Libc libc;

  private LinuxBootClock(Libc libc) {
    this.libc = libc;
  }

  /**
   * The host's boot clock. Where it cannot be had, {@link System#nanoTime}, after a call of {@code
   * warn}: on Linux that is CLOCK_MONOTONIC, which has the same origin but stands still while the
   * host is suspended. Deadlines computed by it reach the guards (which always use CLOCK_BOOTTIME)
   * too early, never too late.
   */
  public static BootClock open(Consumer<String> warn) {
    try {
      LinuxBootClock clock = new LinuxBootClock(LibraryLoader.create(Libc.class).load("c"));
      clock.nanos();
      return clock;
    } catch (LinkageError | RuntimeException failure) {
      warn.accept(
          "CLOCK_BOOTTIME cannot be read ("
              + failure
              + "); elapsed time comes from CLOCK_MONOTONIC instead, which stands still while the"
              + " host is suspended: do not suspend this host, or run it on 64-bit Linux");
      return System::nanoTime;
    }
  }

  @Override
  public long nanos() {
    long[] time = new long[2];
    if (libc.clock_gettime(CLOCK_BOOTTIME, time) != 0) {
      throw new IllegalStateException("clock_gettime(CLOCK_BOOTTIME) failed");
    }
    return time[0] * NANOS_PER_SECOND + time[1];
  }
}
