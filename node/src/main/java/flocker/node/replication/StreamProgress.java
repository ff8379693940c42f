package flocker.node.replication;

import java.time.Duration;
import java.util.Optional;

/**
 * How a stream goes on, for people and for the idle timeout. Times are boot nanoseconds. Pure.
 *
 * @param startedAt when it was begun
 * @param heardAt when the other side was last heard of
 * @param bytes sent so far
 * @param total expected; empty where unknown
 */
public record StreamProgress(long startedAt, long heardAt, long bytes, Optional<Long> total) {
  static StreamProgress start(long now, Optional<Long> total) {
    return new StreamProgress(now, now, 0, total);
  }

  StreamProgress heard(long now) {
    return new StreamProgress(startedAt, Math.max(now, heardAt), bytes, total);
  }

  StreamProgress sent(int more) {
    return new StreamProgress(startedAt, heardAt, bytes + more, total);
  }

  boolean silentFor(Duration limit, long now) {
    return now - heardAt > limit.toNanos();
  }

  /** Bytes per second since the start. */
  public long rate(long now) {
    double seconds = (now - startedAt) / 1e9;
    return seconds <= 0 ? 0 : (long) (bytes / seconds);
  }

  /** Time left at this rate; empty where it cannot be told. */
  public Optional<Duration> left(long now) {
    long rate = rate(now);
    if (total.isEmpty() || rate <= 0) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofSeconds(Math.max(0, total.get() - bytes) / rate));
  }
}
