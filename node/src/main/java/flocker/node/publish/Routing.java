package flocker.node.publish;

import flocker.protocol.admin.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Decides what becomes of each connection to the published ports of one user system on one host.
 * Pure: no clock, no I/O. Times are nanoseconds of one clock.
 *
 * <p>Two hosts that take each other for the master would forward a connection to and fro for ever,
 * and a TCP connection carries no count of hops. So a host that is not the master never forwards
 * what comes from another host's address; it holds it.
 */
final class Routing {
  /** After a target refused, one waiting connection tries it again after this. */
  static final Duration RETRY = Duration.ofMillis(100);

  /** What is to be done with a connection. */
  sealed interface Action {
    /** Connect to the target, and say what came of it. */
    record Connect(long id, Target target) implements Action {}

    /** Let bytes flow between the client and the target just connected. */
    record Serve(long id) implements Action {}

    /** The connection to the target just made is of no use. */
    record DropUpstream(long id) implements Action {}

    /** End the client's connection at once. */
    record Reset(long id, Reason reason) implements Action {}
  }

  /** Why a client's connection was ended. */
  enum Reason {
    /** Too many wait, or too many exist. */
    FULL,
    /** No master answered within the hold time. */
    HELD_TOO_LONG,
    /** It was led to a host or container that is no longer the master's. */
    ROUTE_CHANGED,
    /** The port is no longer published. */
    UNPUBLISHED
  }

  private enum Phase {
    WAITING,
    CONNECTING,
    SERVED
  }

  private static final class Connection {
    final Publish port;
    final boolean fromHost;
    final long deadline;
    Phase phase = Phase.WAITING;
    // Invariant: present unless WAITING.
    Optional<Target> target = Optional.empty();

    Connection(Publish port, boolean fromHost, long deadline) {
      this.port = port;
      this.fromHost = fromHost;
      this.deadline = deadline;
    }
  }

  private static final long NOW_TRYING = Long.MAX_VALUE;

  private final PublishLimits limits;
  private final Map<Long, Connection> connections = new HashMap<>();
  // Those of the connections that are WAITING, the oldest first.
  private final Map<Long, Connection> waiting = new LinkedHashMap<>();
  // Targets that refused, and when one connection may try again.
  private final Map<Target, Long> refusing = new HashMap<>();
  private Route route = Route.Hold.INSTANCE;
  // Invariant: the number of connections that are SERVED.
  private int served;

  Routing(PublishLimits limits) {
    this.limits = limits;
  }

  Route route() {
    return route;
  }

  int held() {
    return connections.size() - served;
  }

  int served() {
    return served;
  }

  /**
   * A client has connected.
   *
   * @param fromHost whether it comes from another host's address
   */
  List<Action> accepted(long id, Publish port, boolean fromHost, long now) {
    List<Action> actions = advance(now);
    if (held() >= limits.held() || connections.size() >= limits.connections()) {
      actions.add(new Action.Reset(id, Reason.FULL));
      return actions;
    }
    Connection c = new Connection(port, fromHost, now + limits.hold().toNanos());
    connections.put(id, c);
    waiting.put(id, c);
    actions.addAll(advance(now));
    return actions;
  }

  List<Action> routeChanged(Route newRoute, long now) {
    route = newRoute;
    refusing.clear();
    List<Action> actions =
        resetAll(
            connections,
            c -> c.phase == Phase.SERVED && !c.target.equals(targetOf(c)),
            Reason.ROUTE_CHANGED);
    actions.addAll(advance(now));
    return actions;
  }

  List<Action> unpublished(Publish port) {
    return resetAll(connections, c -> c.port.equals(port), Reason.UNPUBLISHED);
  }

  List<Action> connected(long id, Target target, long now) {
    refusing.remove(target);
    List<Action> actions = new ArrayList<>();
    Connection c = connections.get(id);
    if (c != null && c.target.equals(Optional.of(target)) && c.target.equals(targetOf(c))) {
      c.phase = Phase.SERVED;
      served++;
      actions.add(new Action.Serve(id));
    } else {
      actions.add(new Action.DropUpstream(id));
      waitAgain(id, c);
    }
    actions.addAll(advance(now));
    return actions;
  }

  List<Action> connectFailed(long id, Target target, long now) {
    refusing.put(target, now + RETRY.toNanos());
    waitAgain(id, connections.get(id));
    return advance(now);
  }

  /** The client's connection has ended, for whatever reason. */
  void closed(long id) {
    Connection c = connections.remove(id);
    waiting.remove(id);
    if (c != null && c.phase == Phase.SERVED) {
      served--;
    }
  }

  /** Time has passed: see {@link #nextWake}. */
  List<Action> tick(long now) {
    return advance(now);
  }

  /** When {@link #tick} has something to do. */
  OptionalLong nextWake() {
    return waiting.values().stream()
        .mapToLong(
            c ->
                Math.min(
                    c.deadline,
                    targetOf(c).map(t -> refusing.getOrDefault(t, NOW_TRYING)).orElse(NOW_TRYING)))
        .min();
  }

  private List<Action> resetAll(
      Map<Long, Connection> among, Predicate<Connection> which, Reason reason) {
    List<Long> ids =
        among.entrySet().stream()
            .filter(entry -> which.test(entry.getValue()))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    List<Action> actions = new ArrayList<>();
    for (long id : ids) {
      closed(id);
      actions.add(new Action.Reset(id, reason));
    }
    return actions;
  }

  private void waitAgain(long id, Connection c) {
    if (c != null) {
      waiting.put(id, c);
      c.phase = Phase.WAITING;
      c.target = Optional.empty();
    }
  }

  private List<Action> advance(long now) {
    List<Action> actions = resetAll(waiting, c -> now >= c.deadline, Reason.HELD_TOO_LONG);
    waiting
        .entrySet()
        .removeIf(
            entry -> {
              Connection c = entry.getValue();
              Optional<Target> target = targetOf(c).filter(to -> mayTry(to, now));
              target.ifPresent(
                  to -> {
                    c.phase = Phase.CONNECTING;
                    c.target = target;
                    actions.add(new Action.Connect(entry.getKey(), to));
                  });
              return target.isPresent();
            });
    return actions;
  }

  /** A target that refused is tried by one connection at a time, until it answers. */
  private boolean mayTry(Target target, long now) {
    Long notBefore = refusing.get(target);
    if (notBefore == null) {
      return true;
    }
    if (now < notBefore) {
      return false;
    }
    refusing.put(target, NOW_TRYING);
    return true;
  }

  private Optional<Target> targetOf(Connection c) {
    if (route instanceof Route.ToContainer to) {
      return Optional.of(new Target(to.address(), c.port.containerPort()));
    } else if (route instanceof Route.ToHost to && !c.fromHost) {
      return Optional.of(new Target(to.address(), c.port.port()));
    }
    return Optional.empty();
  }
}
