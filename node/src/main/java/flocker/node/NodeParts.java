package flocker.node;

import flocker.node.cluster.CourierActor;
import flocker.node.cluster.Directory;
import flocker.node.cluster.FormationActor;
import flocker.node.cluster.FormationSetting;
import flocker.node.cluster.HttpFormationPeers;
import flocker.node.cluster.PromiseStore;
import flocker.node.config.HostEntry;
import flocker.node.config.NodeConfig;
import flocker.node.container.ContainerRuntime;
import flocker.node.guard.Guards;
import flocker.node.replication.Bandwidth;
import flocker.node.storage.Storage;
import flocker.node.system.EventsActor;
import flocker.node.system.Host;
import flocker.node.time.BootClock;
import flocker.protocol.id.HostId;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a node is made of before its actors exist.
 *
 * @param listening told the API's address once it answers
 */
record NodeParts(
    NodeConfig config,
    Optional<Storage> storage,
    ContainerRuntime containers,
    Guards guards,
    BootClock clock,
    Supplier<Instant> wallClock,
    Supplier<RandomGenerator> random,
    PromiseStore promises,
    Consumer<String> listening) {
  /** What is needed to find, or start, the cluster. */
  FormationActor.Parts formation(Address remoting, ActorRef<FormationActor.RestartNeeded> owner) {
    Map<HostId, URI> apis = new HashMap<>();
    for (HostEntry host : config.hosts()) {
      apis.put(host.id(), URI.create("http://" + host.address() + ":" + config.ports().api()));
    }
    return new FormationActor.Parts(
        new FormationSetting(
            config.cluster(),
            config.self().id(),
            remoting.toString(),
            config.hostIds(),
            String.format("%016x", random.get().nextLong())),
        config.hostIds(),
        new HttpFormationPeers(apis),
        promises,
        clock,
        owner);
  }

  Host host(
      ActorRef<CourierActor.Command> courier,
      ActorRef<EventsActor.Command> events,
      Directory directory) {
    return new Host(
        config,
        storage,
        containers,
        guards,
        clock,
        wallClock,
        random,
        courier,
        events,
        directory,
        new Bandwidth(config.bandwidth()));
  }
}
