package flocker.node.publish;

import flocker.node.publish.PortForwarder.Client;
import flocker.node.publish.PortForwarder.Listener;
import flocker.node.publish.PortForwarder.Upstream;
import flocker.node.time.BootClock;
import flocker.protocol.admin.Publish;
import flocker.protocol.id.SystemId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The published ports of one user system on this host, whoever is master. Holds all connections
 * until told a route.
 */
public final class PublisherActor extends AbstractBehavior<PublisherActor.Command> {
  static final Duration FIRST_BIND_RETRY = Duration.ofMillis(500);
  static final Duration LAST_BIND_RETRY = Duration.ofSeconds(30);

  /** What it can be told. */
  public sealed interface Command {}

  /** Listen on these ports and no others; connections to ports that go are reset. */
  public record SetPorts(List<Publish> ports) implements Command {
    public SetPorts {
      ports = List.copyOf(ports);
    }
  }

  /** Lead connections there from now on; those that were led elsewhere are reset. */
  public record SetRoute(Route route) implements Command {}

  /** The addresses of the other hosts. What comes from there is not forwarded again. */
  public record SetOtherHosts(Set<String> addresses) implements Command {
    public SetOtherHosts {
      addresses = Set.copyOf(addresses);
    }
  }

  /** Asks what it does. */
  public record Describe(ActorRef<PublisherView> replyTo) implements Command {}

  /** Unbind, reset all connections, and stop. */
  public enum Stop implements Command {
    INSTANCE
  }

  private record Accepted(Publish port, Client client) implements Command {}

  private record Connected(long id, Target target, Upstream upstream) implements Command {}

  private record ConnectFailed(long id, Target target) implements Command {}

  private record Closed(long id) implements Command {}

  private record Bound(Publish port, Listener listener) implements Command {}

  private record BindFailed(Publish port, String why) implements Command {}

  private record BindAgain(Publish port) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  /** One port, from when it is wanted until it is unbound. */
  private static final class Port {
    Optional<Listener> listener = Optional.empty();
    Optional<String> problem = Optional.empty();
    Duration retry = FIRST_BIND_RETRY;
  }

  /**
   * What does not change.
   *
   * @param hostAddress where ports without an address are bound, and from where connections to
   *     other hosts come
   * @param alarms told of each port that cannot be bound, and when it could
   */
  public record Setting(
      SystemId system,
      String hostAddress,
      PublishLimits limits,
      BootClock clock,
      ActorRef<PortAlarm> alarms) {}

  private final Setting setting;
  private final TimerScheduler<Command> timers;
  private final PortForwarder forwarder;
  private final Routing routing;
  private final Map<Publish, Port> ports = new HashMap<>();
  private final Map<Long, Client> clients = new HashMap<>();
  private final Map<String, Long> resets = new HashMap<>();
  private Set<String> otherHosts = Set.of();
  private long lastId;

  private PublisherActor(
      ActorContext<Command> context, TimerScheduler<Command> timers, Setting setting) {
    super(context);
    this.setting = setting;
    this.timers = timers;
    this.forwarder = new PortForwarder(context.getSystem());
    this.routing = new Routing(setting.limits());
  }

  public static Behavior<Command> create(Setting setting) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new PublisherActor(context, timers, setting)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(SetPorts.class, this::onSetPorts)
        .onMessage(SetRoute.class, this::onSetRoute)
        .onMessage(SetOtherHosts.class, this::onSetOtherHosts)
        .onMessage(Describe.class, this::onDescribe)
        .onMessageEquals(Stop.INSTANCE, Behaviors::stopped)
        .onMessage(Accepted.class, this::onAccepted)
        .onMessage(Connected.class, this::onConnected)
        .onMessage(ConnectFailed.class, this::onConnectFailed)
        .onMessage(Closed.class, this::onClosed)
        .onMessage(Bound.class, this::onBound)
        .onMessage(BindFailed.class, this::onBindFailed)
        .onMessage(BindAgain.class, this::onBindAgain)
        .onMessageEquals(Tick.INSTANCE, this::onTick)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onSetPorts(SetPorts set) {
    for (Publish gone : without(ports.keySet(), set.ports())) {
      ports.remove(gone).listener.ifPresent(Listener::unbind);
      timers.cancel(gone);
      perform(routing.unpublished(gone));
    }
    for (Publish added : without(Set.copyOf(set.ports()), ports.keySet())) {
      ports.put(added, new Port());
      bind(added);
    }
    return this;
  }

  private Behavior<Command> onSetRoute(SetRoute set) {
    if (!set.route().equals(routing.route())) {
      perform(routing.routeChanged(set.route(), setting.clock().nanos()));
    }
    return this;
  }

  private Behavior<Command> onSetOtherHosts(SetOtherHosts set) {
    otherHosts = set.addresses();
    return this;
  }

  private Behavior<Command> onDescribe(Describe describe) {
    Map<Publish, Optional<String>> problems = new HashMap<>();
    ports.forEach(
        (port, state) ->
            problems.put(
                port,
                state.listener.isPresent()
                    ? Optional.empty()
                    : state.problem.or(() -> Optional.of("not listening yet"))));
    describe
        .replyTo()
        .tell(
            new PublisherView(problems, routing.route(), routing.held(), routing.served(), resets));
    return this;
  }

  private Behavior<Command> onAccepted(Accepted accepted) {
    Client client = accepted.client();
    if (!ports.containsKey(accepted.port())) {
      client.reset();
      return this;
    }
    long id = ++lastId;
    clients.put(id, client);
    ActorRef<Command> self = getContext().getSelf();
    client.closed().thenRun(() -> self.tell(new Closed(id)));
    boolean fromHost = otherHosts.contains(client.from().getAddress().getHostAddress());
    perform(routing.accepted(id, accepted.port(), fromHost, setting.clock().nanos()));
    return this;
  }

  private Behavior<Command> onConnected(Connected connected) {
    long id = connected.id();
    for (Routing.Action action :
        routing.connected(id, connected.target(), setting.clock().nanos())) {
      if (action instanceof Routing.Action.Serve) {
        clients.get(id).serve(connected.upstream());
      } else if (action instanceof Routing.Action.DropUpstream) {
        connected.upstream().drop();
      } else {
        perform(List.of(action));
      }
    }
    scheduleTick();
    return this;
  }

  private Behavior<Command> onConnectFailed(ConnectFailed failed) {
    perform(routing.connectFailed(failed.id(), failed.target(), setting.clock().nanos()));
    return this;
  }

  private Behavior<Command> onClosed(Closed closed) {
    clients.remove(closed.id());
    routing.closed(closed.id());
    return this;
  }

  private Behavior<Command> onTick() {
    perform(routing.tick(setting.clock().nanos()));
    return this;
  }

  private Behavior<Command> onBound(Bound bound) {
    Port port = ports.get(bound.port());
    if (port == null || port.listener.isPresent()) {
      bound.listener().unbind();
      return this;
    }
    port.listener = Optional.of(bound.listener());
    port.retry = FIRST_BIND_RETRY;
    if (port.problem.isPresent()) {
      port.problem = Optional.empty();
      setting.alarms().tell(new PortAlarm(setting.system(), bound.port(), Optional.empty()));
    }
    return this;
  }

  private Behavior<Command> onBindFailed(BindFailed failed) {
    Port port = ports.get(failed.port());
    if (port == null) {
      return this;
    }
    String problem =
        "Could not listen on published port "
            + address(failed.port())
            + ": "
            + failed.why()
            + ". It is tried again every "
            + LAST_BIND_RETRY.toSeconds()
            + " s; clients can use the other hosts. End the program that uses the port, or publish"
            + " another one.";
    if (!port.problem.equals(Optional.of(problem))) {
      port.problem = Optional.of(problem);
      setting.alarms().tell(new PortAlarm(setting.system(), failed.port(), port.problem));
    }
    timers.startSingleTimer(failed.port(), new BindAgain(failed.port()), port.retry);
    Duration doubled = port.retry.multipliedBy(2);
    port.retry = doubled.compareTo(LAST_BIND_RETRY) < 0 ? doubled : LAST_BIND_RETRY;
    return this;
  }

  private Behavior<Command> onBindAgain(BindAgain again) {
    if (ports.containsKey(again.port())) {
      bind(again.port());
    }
    return this;
  }

  private Behavior<Command> onPostStop() {
    ports.values().forEach(port -> port.listener.ifPresent(Listener::unbind));
    clients.values().forEach(Client::reset);
    return this;
  }

  private void bind(Publish port) {
    ActorRef<Command> self = getContext().getSelf();
    getContext()
        .pipeToSelf(
            forwarder.bind(address(port), client -> self.tell(new Accepted(port, client))),
            (listener, failure) ->
                failure == null
                    ? new Bound(port, listener)
                    : new BindFailed(port, String.valueOf(failure.getMessage())));
  }

  private void perform(List<Routing.Action> actions) {
    for (Routing.Action action : actions) {
      if (action instanceof Routing.Action.Connect connect) {
        connect(connect.id(), connect.target());
      } else if (action instanceof Routing.Action.Reset reset) {
        resets.merge(reset.reason().name(), 1L, Long::sum);
        clients.get(reset.id()).reset();
      }
    }
    scheduleTick();
  }

  private void connect(long id, Target target) {
    // Other hosts must see that it comes from a host.
    Optional<String> from =
        routing.route() instanceof Route.ToHost
            ? Optional.of(setting.hostAddress())
            : Optional.empty();
    getContext()
        .pipeToSelf(
            forwarder.connect(target, from),
            (upstream, failure) ->
                failure == null
                    ? new Connected(id, target, upstream)
                    : new ConnectFailed(id, target));
  }

  private void scheduleTick() {
    routing
        .nextWake()
        .ifPresentOrElse(
            at ->
                timers.startSingleTimer(
                    Tick.INSTANCE,
                    Tick.INSTANCE,
                    Duration.ofNanos(Math.max(0, at - setting.clock().nanos()))),
            () -> timers.cancel(Tick.INSTANCE));
  }

  private InetSocketAddress address(Publish port) {
    return new InetSocketAddress(port.address().orElse(setting.hostAddress()), port.port());
  }

  private static Set<Publish> without(Set<Publish> ports, Iterable<Publish> removed) {
    Set<Publish> left = new HashSet<>(ports);
    removed.forEach(left::remove);
    return left;
  }
}
