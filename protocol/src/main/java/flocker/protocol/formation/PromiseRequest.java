package flocker.protocol.formation;

import flocker.protocol.id.HostId;
import java.util.Objects;

/**
 * A host asks a voter to promise that no other may start the cluster for 30 s; or gives that
 * promise back, because it will not.
 *
 * @param cluster the cluster's name
 * @param founder who asks
 * @param attempt grows with each attempt of the founder
 */
public record PromiseRequest(String cluster, HostId founder, long attempt) {
  public PromiseRequest {
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(founder, "founder");
  }
}
