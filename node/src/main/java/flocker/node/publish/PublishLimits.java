package flocker.node.publish;

import java.time.Duration;

/**
 * Bounds of one user system's connections on one host.
 *
 * @param held how many may wait at once for a route or a target that answers; more are reset
 * @param hold how long one may wait before it is reset
 * @param connections how many may exist at once, waiting ones included; more are reset
 */
public record PublishLimits(int held, Duration hold, int connections) {
  /** 512 waiting for at most 30 s, 8192 in all. */
  public static final PublishLimits DEFAULT = new PublishLimits(512, Duration.ofSeconds(30), 8192);
}
