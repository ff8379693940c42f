package flocker.node.verify;

import flocker.node.time.BootClock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Rests as long as it has worked: at most half of one processor, and of the pool's time. */
final class HalfTime implements TreeDigests.Pace {
  private static final long STRETCH = Duration.ofMillis(20).toNanos();
  private static final long LONGEST_REST = Duration.ofMillis(500).toNanos();

  private final BootClock clock;
  private long since;

  HalfTime(BootClock clock) {
    this.clock = clock;
    this.since = clock.nanos();
  }

  @Override
  public void step() throws IOException {
    long worked = clock.nanos() - since;
    if (worked < STRETCH) {
      return;
    }
    LockSupport.parkNanos(Math.min(worked, LONGEST_REST));
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("the comparison was interrupted");
    }
    since = clock.nanos();
  }
}
