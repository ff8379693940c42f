package flocker.node.cluster;

import flocker.node.cluster.CourierView.Drop;
import flocker.protocol.authority.AuthorityBatch;
import flocker.protocol.authority.AuthorityMessage;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SystemId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Carries authority messages between the hosts: everything that is due for one host goes in one
 * {@link AuthorityBatch}. Lives at {@value #PATH}, where the couriers of the other hosts send to,
 * whatever the cluster's membership says of either side. Messages may be lost, never repeated or
 * reordered by it.
 */
public final class CourierActor extends AbstractBehavior<Object> {
  /** Child name below the guardian. */
  public static final String NAME = "courier";

  /** Where every host's courier is found. */
  public static final String PATH = "/user/" + NAME;

  /**
   * How long messages of a round wait for those that have not spoken. Pekko's scheduler adds up to
   * 20 ms. Far below a renewal interval (200 ms at the shortest lease).
   */
  static final Duration ROUND_DEADLINE = Duration.ofMillis(10);

  /** What this host's own actors say to the courier. Other hosts say {@link AuthorityBatch}. */
  public sealed interface Command {}

  /** Send {@code message} to {@code to}; to this host itself it is delivered without remoting. */
  public record Post(SystemId system, HostId to, AuthorityMessage message) implements Command {}

  /** Messages about {@code system} go to {@code recipient} from now on. */
  public record Register(SystemId system, ActorRef<Delivered> recipient) implements Command {}

  /** Messages about {@code system} are dropped from now on. */
  public record Unregister(SystemId system) implements Command {}

  /** The Artery address of every known host; this host's own entry is not needed. */
  public record SetPeers(Map<HostId, Address> peers) implements Command {
    public SetPeers {
      peers = Map.copyOf(peers);
    }
  }

  /** Asks for counts. */
  public record Describe(ActorRef<CourierView> replyTo) implements Command {}

  private enum Flush implements Command {
    INSTANCE
  }

  private enum CloseRounds implements Command {
    INSTANCE
  }

  /** What a recipient gets. {@code from} is a known host, or this one. */
  public record Delivered(HostId from, AuthorityMessage message) {}

  private final String cluster;
  private final HostId self;
  private final Duration roundDeadline;
  private final TimerScheduler<Object> timers;
  private final ActorRefResolver resolver;
  private final Outbox outbox = new Outbox();
  private final Map<SystemId, ActorRef<Delivered>> recipients = new HashMap<>();
  private final Map<HostId, ActorRef<AuthorityBatch>> peers = new HashMap<>();
  private final Map<HostId, Long> batchesSent = new HashMap<>();
  private final Map<HostId, Long> batchesReceived = new HashMap<>();
  private final Map<Drop, Long> dropped = new EnumMap<>(Drop.class);
  private long itemsSent;
  private boolean flushAsked;

  private CourierActor(
      ActorContext<Object> context,
      TimerScheduler<Object> timers,
      String cluster,
      HostId self,
      Duration roundDeadline) {
    super(context);
    this.roundDeadline = roundDeadline;
    this.timers = timers;
    this.cluster = cluster;
    this.self = self;
    this.resolver = ActorRefResolver.get(context.getSystem());
  }

  /** Spawn it under the guardian with {@link #NAME}. */
  public static Behavior<Command> create(String cluster, HostId self) {
    return create(cluster, self, ROUND_DEADLINE);
  }

  static Behavior<Command> create(String cluster, HostId self, Duration roundDeadline) {
    return Behaviors.<Object>setup(
            context ->
                Behaviors.withTimers(
                    timers -> new CourierActor(context, timers, cluster, self, roundDeadline)))
        .narrow();
  }

  @Override
  public Receive<Object> createReceive() {
    return newReceiveBuilder()
        .onMessage(Post.class, this::onPost)
        .onMessage(AuthorityBatch.class, this::onBatch)
        .onMessageEquals(Flush.INSTANCE, this::onFlush)
        .onMessageEquals(CloseRounds.INSTANCE, this::onCloseRounds)
        .onMessage(Register.class, this::onRegister)
        .onMessage(Unregister.class, this::onUnregister)
        .onMessage(SetPeers.class, this::onSetPeers)
        .onMessage(Describe.class, this::onDescribe)
        .build();
  }

  private Behavior<Object> onPost(Post post) {
    if (post.to().equals(self)) {
      deliver(self, new AuthorityBatch.Item(post.system(), post.message()));
    } else if (!peers.containsKey(post.to())) {
      count(Drop.UNKNOWN_DESTINATION);
    } else if (outbox.post(post.system(), post.to(), post.message())) {
      holdUntilDeadline();
      askFlush();
    } else {
      count(Drop.TOO_LARGE);
      getContext()
          .getLog()
          .error(
              "A message about {} to {} is too large to be sent and was dropped: the record's"
                  + " document must stay below {} bytes. Make the record smaller.",
              post.system(),
              post.to(),
              Outbox.MESSAGE_BYTES);
    }
    return this;
  }

  /** Told to itself, so it comes after everything that was in the mailbox: the end of the burst. */
  private Behavior<Object> onFlush() {
    flushAsked = false;
    outbox.takeDue().forEach((host, batches) -> batches.forEach(items -> send(host, items)));
    if (!outbox.holding()) {
      timers.cancel(CloseRounds.INSTANCE);
    }
    return this;
  }

  private Behavior<Object> onCloseRounds() {
    outbox.closeRounds();
    return onFlush();
  }

  private Behavior<Object> onBatch(AuthorityBatch batch) {
    if (!batch.cluster().equals(cluster)) {
      count(Drop.OTHER_CLUSTER);
    } else if (!batch.to().equals(self)) {
      count(Drop.OTHER_HOST);
    } else if (!peers.containsKey(batch.from())) {
      count(Drop.UNKNOWN_SENDER);
    } else {
      batchesReceived.merge(batch.from(), 1L, Long::sum);
      List<SystemId> renewed = new ArrayList<>();
      for (AuthorityBatch.Item item : batch.items()) {
        if (deliver(batch.from(), item) && item.message() instanceof AuthorityMessage.Renew) {
          renewed.add(item.system());
        }
      }
      outbox.openAnswers(batch.from(), renewed);
      holdUntilDeadline();
    }
    return this;
  }

  private Behavior<Object> onRegister(Register register) {
    recipients.put(register.system(), register.recipient());
    return this;
  }

  private Behavior<Object> onUnregister(Unregister unregister) {
    recipients.remove(unregister.system());
    outbox.forget(unregister.system());
    askFlush();
    return this;
  }

  private Behavior<Object> onSetPeers(SetPeers set) {
    peers.clear();
    set.peers().forEach((host, address) -> peers.put(host, courierAt(address)));
    return this;
  }

  private Behavior<Object> onDescribe(Describe describe) {
    describe.replyTo().tell(new CourierView(batchesSent, itemsSent, batchesReceived, dropped));
    return this;
  }

  private ActorRef<AuthorityBatch> courierAt(Address address) {
    return resolver.resolveActorRef(address + PATH);
  }

  private void send(HostId host, Collection<AuthorityBatch.Item> items) {
    ActorRef<AuthorityBatch> peer = peers.get(host);
    if (peer == null) {
      items.forEach(item -> count(Drop.UNKNOWN_DESTINATION));
      return;
    }
    peer.tell(new AuthorityBatch(cluster, self, host, List.copyOf(items)));
    batchesSent.merge(host, 1L, Long::sum);
    itemsSent += items.size();
  }

  private boolean deliver(HostId from, AuthorityBatch.Item item) {
    ActorRef<Delivered> recipient = recipients.get(item.system());
    if (recipient == null) {
      count(Drop.UNKNOWN_SYSTEM);
      return false;
    }
    recipient.tell(new Delivered(from, item.message()));
    return true;
  }

  private void askFlush() {
    if (!flushAsked) {
      flushAsked = true;
      getContext().getSelf().tell(Flush.INSTANCE);
    }
  }

  private void holdUntilDeadline() {
    if (outbox.holding() && !timers.isTimerActive(CloseRounds.INSTANCE)) {
      timers.startSingleTimer(CloseRounds.INSTANCE, CloseRounds.INSTANCE, roundDeadline);
    }
  }

  private void count(Drop reason) {
    dropped.merge(reason, 1L, Long::sum);
  }
}
