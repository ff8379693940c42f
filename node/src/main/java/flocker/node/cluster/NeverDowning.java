package flocker.node.cluster;

import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.cluster.DowningProvider;
import scala.Option;
import scala.concurrent.duration.Duration;
import scala.concurrent.duration.FiniteDuration;

/**
 * Removes nobody for being unreachable. Pekko's Split Brain Resolver downs healthy hosts when one
 * link is cut, and a downed host must restart its actor system; Flocker's mastership comes from
 * votes and needs no clean membership. A member goes when a new incarnation of the same host joins
 * (Pekko does that itself) or when the operator removes the host. Named in {@code
 * pekko.cluster.downing-provider-class}.
 */
public final class NeverDowning extends DowningProvider {
  /** Called by Pekko by reflection. */
  public NeverDowning(ActorSystem system) {}

  @Override
  public FiniteDuration downRemovalMargin() {
    return Duration.Zero();
  }

  @Override
  public Option<Props> downingActorProps() {
    return Option.empty();
  }
}
