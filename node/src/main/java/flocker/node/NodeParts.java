package flocker.node;

import flocker.node.cluster.CourierActor;
import flocker.node.cluster.Directory;
import flocker.node.config.NodeConfig;
import flocker.node.container.ContainerRuntime;
import flocker.node.guard.Guards;
import flocker.node.storage.Storage;
import flocker.node.system.EventsActor;
import flocker.node.system.Host;
import flocker.node.time.BootClock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
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
    Consumer<String> listening) {
  Host host(
      ActorRef<CourierActor.Command> courier,
      ActorRef<EventsActor.Command> events,
      Directory directory) {
    return new Host(
        config, storage, containers, guards, clock, wallClock, random, courier, events, directory);
  }
}
