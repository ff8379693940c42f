package flocker.node;

import flocker.node.admin.AdminActor;
import flocker.node.admin.DeskActor;
import flocker.node.api.ApiServer;
import flocker.node.cluster.CourierActor;
import flocker.node.cluster.Directory;
import flocker.node.cluster.FormationActor;
import flocker.node.cluster.FormationRoutes;
import flocker.node.cluster.LinkKeeperActor;
import flocker.node.cluster.PekkoConfig;
import flocker.node.config.HostEntry;
import flocker.node.config.NodeConfig;
import flocker.node.metrics.MetricsRoutes;
import flocker.node.metrics.StorageMeters;
import flocker.node.page.PageRoutes;
import flocker.node.system.EventsActor;
import flocker.node.system.FitnessActor;
import flocker.node.system.Host;
import flocker.node.system.SystemsActor;
import flocker.node.watch.WatchActor;
import flocker.node.watch.WatchRoutes;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.HostName;
import flocker.protocol.id.HostId;
import flocker.protocol.system.ToSystems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The root of the actors of a node: spawns each part at its fixed path and starts the API. */
final class GuardianActor extends AbstractBehavior<GuardianActor.Command> {
  /** What it can be told. */
  sealed interface Command {}

  private record Listening(String address) implements Command {}

  private record Lost(FormationActor.RestartNeeded reason) implements Command {}

  private record NotListening(String why) implements Command {}

  private final NodeParts parts;

  static Behavior<Command> create(NodeParts parts) {
    return Behaviors.setup(context -> new GuardianActor(context, parts));
  }

  private GuardianActor(ActorContext<Command> context, NodeParts parts) {
    super(context);
    this.parts = parts;
    NodeConfig config = parts.config();
    HostEntry self = config.self();
    Directory directory = new Directory(context.getSystem(), addresses(config));
    ActorRef<CourierActor.Command> courier =
        context.spawn(CourierActor.create(config.cluster(), self.id()), CourierActor.NAME);
    courier.tell(new CourierActor.SetPeers(directory.addresses()));
    ActorRef<LinkKeeperActor.Command> unused =
        context.spawn(
            LinkKeeperActor.create(config.ports().remoting()),
            "link-keeper",
            DispatcherSelector.blocking());
    ActorRef<EventsActor.Command> events =
        context.spawn(EventsActor.create(new HostName(self.name()), parts.wallClock()), "events");
    Host host = parts.host(courier, events, directory);
    ActorRef<ToSystems> systems = context.spawn(SystemsActor.create(host), "systems");
    Optional<ActorRef<FitnessActor.Command>> fitness =
        host.storage()
            .map(
                storage ->
                    context.spawn(FitnessActor.create(host, storage, systems.narrow()), "fitness"));
    ActorRef<AdminCommand> desk =
        context.spawn(DeskActor.create(host, systems, fitness, directory), "desk");
    ActorRef<AdminCommand> admin =
        context.spawn(AdminActor.create(host, systems, desk, directory), "admin");
    ActorRef<WatchActor.Command> watch =
        context.spawn(
            WatchActor.create(
                new WatchActor.Setting(
                    admin, desks(config, directory), parts.clock(), WatchActor.Pace.DEFAULT)),
            "watch");
    ActorRef<FormationActor.Command> formation =
        context.spawn(
            FormationActor.create(
                parts.formation(
                    directory.addresses().get(self.id()),
                    context.messageAdapter(FormationActor.RestartNeeded.class, Lost::new))),
            "formation",
            DispatcherSelector.blocking());
    context.pipeToSelf(
        ApiServer.start(
            context.getSystem(),
            admin,
            self.address(),
            config.ports().api(),
            List.of(
                FormationRoutes.create(context.getSystem(), formation),
                WatchRoutes.create(context.getSystem(), watch),
                MetricsRoutes.create(
                    context.getSystem(),
                    new MetricsRoutes.Sources(
                        config.lease().lease(),
                        systems,
                        desk,
                        events,
                        parts.storage().flatMap(StorageMeters::of))),
                PageRoutes.create())),
        (binding, failure) ->
            failure == null
                ? new Listening("http://" + self.address() + ":" + config.ports().api())
                : new NotListening(String.valueOf(failure.getMessage())));
  }

  private static SortedMap<HostName, ActorRef<AdminCommand>> desks(
      NodeConfig config, Directory directory) {
    SortedMap<HostName, ActorRef<AdminCommand>> desks = new TreeMap<>();
    for (HostEntry host : config.hosts()) {
      desks.put(new HostName(host.name()), directory.at(host.id(), "/user/desk"));
    }
    return desks;
  }

  private static Map<HostId, Address> addresses(NodeConfig config) {
    Map<HostId, Address> addresses = new HashMap<>();
    for (HostEntry host : config.hosts()) {
      addresses.put(
          host.id(),
          new Address("pekko", PekkoConfig.SYSTEM, host.address(), config.ports().remoting()));
    }
    return addresses;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Listening.class, this::onListening)
        .onMessage(NotListening.class, this::onNotListening)
        .onMessage(Lost.class, this::onLost)
        .build();
  }

  private Behavior<Command> onListening(Listening listening) {
    getContext().getLog().info("api-listens address={}", listening.address());
    parts.listening().accept(listening.address());
    return this;
  }

  /** Voters, leases and streams go on without membership: an operator chooses the moment. */
  private Behavior<Command> onLost(Lost lost) {
    getContext()
        .getLog()
        .warn(
            "membership-lost reason={}; user systems are not affected; restart this node when it suits",
            lost.reason().reason());
    return this;
  }

  private Behavior<Command> onNotListening(NotListening failed) {
    getContext()
        .getLog()
        .error("api-failed reason={}; is the port in use? The node ends.", failed.why());
    return Behaviors.stopped();
  }
}
