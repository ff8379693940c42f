package flocker.node.change.kernel;

import flocker.node.change.Watch;
import flocker.node.time.BootClock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A watch and its thread: sets up, waits for news, sets up anew when what it watches is gone, and
 * tries again after a pause where it cannot be had. After each set-up there is news, for what was
 * missed meanwhile.
 */
abstract class KernelWatch implements Watch {
  private static final int WAIT_MILLIS = 250;
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Duration INTACT = Duration.ofSeconds(1);
  // Between two rounds of news; what happens meanwhile is merged by the kernel.
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final Duration STUCK = Duration.ofSeconds(3);

  private final BootClock clock;
  private final Runnable news;
  private final Thread thread;
  private volatile Status status = new Status(State.STARTING, "");
  private volatile boolean closed;
  private volatile boolean again;
  // When the thread last was not waiting for storage; 0: it rests.
  private volatile long beat;

  KernelWatch(String name, BootClock clock, Runnable news) {
    this.clock = clock;
    this.news = news;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /** To be called once, when the object is whole. */
  final KernelWatch started() {
    thread.start();
    return this;
  }

  /** Sets up; may hang with storage. Returns what people are told. */
  abstract String open() throws WatchFault;

  /** Waits at most {@code millis} for news; may hang with storage. */
  abstract boolean look(int millis) throws WatchFault;

  /** False if what was set up is gone. Must not hang with storage. */
  abstract boolean intact();

  /** Gives back what {@link #open} has taken, also where that failed half-way. */
  abstract void release();

  private void run() {
    while (!closed) {
      try {
        beat = clock.nanos();
        String detail = open();
        again = false;
        status = new Status(State.ACTIVE, detail);
        news.run();
        watch();
        status = new Status(State.STARTING, "the filesystem was mounted again");
      } catch (WatchFault e) {
        status = new Status(State.UNAVAILABLE, e.getMessage());
      } finally {
        release();
      }
      beat = 0;
      if (!closed && !again) {
        LockSupport.parkNanos(RETRY.toNanos());
      }
    }
  }

  private void watch() throws WatchFault {
    long checked = clock.nanos();
    while (!closed && !again) {
      beat = clock.nanos();
      if (look(WAIT_MILLIS)) {
        news.run();
        LockSupport.parkNanos(PAUSE.toNanos());
      }
      if (clock.nanos() - checked > INTACT.toNanos()) {
        checked = clock.nanos();
        again = again || !intact();
      }
    }
  }

  @Override
  public final Status status() {
    long last = beat;
    if (last != 0 && clock.nanos() - last > STUCK.toNanos()) {
      return new Status(State.STUCK, "storage does not answer");
    }
    return status;
  }

  @Override
  public final void remounted() {
    again = true;
    LockSupport.unpark(thread);
  }

  @Override
  public final void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
