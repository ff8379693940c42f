package flocker.node.lab;

import flocker.node.time.BootClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A client outside that appends numbered lines, one after another, and remembers which were
 * acknowledged. It knows several hosts' addresses and goes on to the next when one is silent. A
 * line whose outcome is unknown is not written again.
 */
final class LineWriter implements AutoCloseable {
  /** A line that the server said to be on disk, and when. */
  record Acked(String line, long atNanos) {}

  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final List<String> addresses;
  private final String prefix;
  private final BootClock clock;
  private final List<Acked> acked = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread;
  private volatile boolean ended;

  LineWriter(List<String> addresses, String prefix, BootClock clock) {
    this.addresses = List.copyOf(addresses);
    this.prefix = prefix;
    this.clock = clock;
    thread = new Thread(this::write, "line-writer-" + prefix);
    thread.setDaemon(true);
    thread.start();
  }

  private void write() {
    int number = 0;
    for (int turn = 0; !ended; turn++) {
      try (var client = new LineClient(addresses.get(turn % addresses.size()), LIMIT)) {
        while (!ended) {
          String line = prefix + "-" + ++number;
          client.append(line);
          acked.add(new Acked(line, clock.nanos()));
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      } catch (IOException refusedOrSilent) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  List<Acked> acked() {
    synchronized (acked) {
      return List.copyOf(acked);
    }
  }

  /** When the first line after a moment was acknowledged. */
  OptionalLong firstAfter(long nanos) {
    return acked().stream().mapToLong(Acked::atNanos).filter(at -> at > nanos).findFirst();
  }

  /** The longest time between two acknowledgements after a moment, until now. */
  Duration longestSilenceSince(long nanos) {
    long last = nanos;
    long longest = 0;
    for (Acked line : acked()) {
      if (line.atNanos() > nanos) {
        longest = Math.max(longest, line.atNanos() - last);
        last = line.atNanos();
      }
    }
    return Duration.ofNanos(Math.max(longest, clock.nanos() - last));
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join(LIMIT.multipliedBy(5).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
