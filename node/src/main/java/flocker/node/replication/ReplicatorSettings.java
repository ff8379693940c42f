package flocker.node.replication;

import flocker.protocol.replication.Payload;
import java.time.Duration;

/**
 * How a replicator behaves.
 *
 * @param chunkBytes size of all chunks but the last
 * @param idleTimeout a slave that is silent for longer has gone
 * @param heartbeat how often a sender whose storage gives nothing says that it lives, and status is
 *     told during a stream
 * @param firstBackOff pause after the first failure; doubles
 * @param maxBackOff longest pause
 * @param bandwidth of all streams of this host
 */
public record ReplicatorSettings(
    int chunkBytes,
    Duration idleTimeout,
    Duration heartbeat,
    Duration firstBackOff,
    Duration maxBackOff,
    Bandwidth bandwidth) {
  /**
   * 504 KiB, 5 s, 1 s, 100 ms to 2 s. An array of 512 KiB would be a humongous object in the small
   * heap of a node (regions of 1 MiB), collected late.
   */
  public static final ReplicatorSettings DEFAULT =
      new ReplicatorSettings(
          504 * 1024,
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofMillis(100),
          Duration.ofSeconds(2),
          Bandwidth.UNLIMITED);

  /** The same for streams that share {@code other}. */
  public ReplicatorSettings within(Bandwidth other) {
    return new ReplicatorSettings(
        chunkBytes, idleTimeout, heartbeat, firstBackOff, maxBackOff, other);
  }

  public ReplicatorSettings {
    if (chunkBytes < 1 || chunkBytes > Payload.MAX_BYTES) {
      throw new IllegalArgumentException(
          "a chunk has 1 to " + Payload.MAX_BYTES + " bytes, not " + chunkBytes);
    }
    if (idleTimeout.compareTo(heartbeat.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "an idle timeout below two heartbeats takes every pause for death: " + idleTimeout);
    }
  }
}
