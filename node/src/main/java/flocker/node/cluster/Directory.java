package flocker.node.cluster;

import flocker.protocol.id.HostId;
import java.util.Map;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Where the actors of other hosts are found: at fixed paths, whatever the cluster's membership says
 * of their host. A reference may lead nowhere; then messages are lost, as any message may be.
 */
public final class Directory {
  private final ActorRefResolver resolver;
  private final Map<HostId, Address> addresses;

  public Directory(ActorSystem<?> system, Map<HostId, Address> addresses) {
    this.resolver = ActorRefResolver.get(system);
    this.addresses = Map.copyOf(addresses);
  }

  /** The addresses of all hosts. */
  public Map<HostId, Address> addresses() {
    return addresses;
  }

  /** The actor at {@code path} (such as {@code /user/admin}) on a host of the cluster. */
  public <T> ActorRef<T> at(HostId host, String path) {
    Address address = addresses.get(host);
    if (address == null) {
      throw new IllegalArgumentException("no host " + host);
    }
    return resolver.resolveActorRef(address + path);
  }
}
