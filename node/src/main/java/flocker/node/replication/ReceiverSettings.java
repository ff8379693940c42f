package flocker.node.replication;

import java.time.Duration;

/**
 * How a receiver behaves.
 *
 * @param windowChunks how many chunks may be on the way at a time; the sum over all streams towards
 *     one host must stay below remoting's queue of large messages (256)
 * @param idleTimeout a sender that is silent for longer has gone
 * @param heartbeat how often credit is repeated
 * @param retry pause before storage that failed is asked again
 */
public record ReceiverSettings(
    int windowChunks, Duration idleTimeout, Duration heartbeat, Duration retry) {
  /** 8 chunks, 5 s, 1 s, 1 s. */
  public static final ReceiverSettings DEFAULT =
      new ReceiverSettings(8, Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(1));

  public ReceiverSettings {
    if (windowChunks < 1 || windowChunks > 128) {
      throw new IllegalArgumentException("a window has 1 to 128 chunks, not " + windowChunks);
    }
    if (idleTimeout.compareTo(heartbeat.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "an idle timeout below two heartbeats takes every pause for death: " + idleTimeout);
    }
  }
}
