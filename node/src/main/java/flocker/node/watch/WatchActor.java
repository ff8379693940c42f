package flocker.node.watch;

import flocker.node.time.BootClock;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.EventPage;
import flocker.protocol.admin.EventView;
import flocker.protocol.admin.HostName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Asks this node for the cluster's status, and every host for its events, again and again while
 * somebody follows; and tells all followers what came. While nobody does it asks seldom, and only
 * for what charts need.
 */
public final class WatchActor extends AbstractBehavior<WatchActor.Command> {
  /** What it can be told. */
  public sealed interface Command {}

  /** From now on {@code follower} is told everything, the past first, until it ends. */
  public record Follow(ActorRef<Told> follower) implements Command {}

  /** Asks for the newest events of all hosts. */
  public record ListEvents(int limit, ActorRef<Told.ClusterEventList> replyTo) implements Command {}

  private record Unfollowed(ActorRef<Told> follower) implements Command {}

  private record StatusCame(Optional<ClusterView> view) implements Command {}

  private record PageCame(HostName host, Optional<EventPage> page) implements Command {}

  private enum Timer implements Command {
    STATUS,
    EVENTS
  }

  /**
   * How often is asked.
   *
   * @param status between two questions while somebody follows; four times as long as the answer
   *     took, if that is more
   * @param events the same, for each host's events
   * @param alone between two questions while nobody follows; a hundred times as long as the answer
   *     took, if that is more
   * @param patience how long a host may take to answer
   */
  public record Pace(Duration status, Duration events, Duration alone, Duration patience) {
    public static final Pace DEFAULT =
        new Pace(
            Duration.ofSeconds(1),
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2));
  }

  /**
   * @param admin answers for the whole cluster
   * @param desks answer for each host, this one included
   */
  public record Setting(
      ActorRef<AdminCommand> admin,
      SortedMap<HostName, ActorRef<AdminCommand>> desks,
      BootClock clock,
      Pace pace) {}

  private static final int KEPT_EVENTS = 2000;
  private static final int FIRST_EVENTS = 500;

  private final TimerScheduler<Command> timers;
  private final Setting setting;
  private final Pace pace;
  private final Trail trail = new Trail();
  private final ClusterEvents events = new ClusterEvents(KEPT_EVENTS);
  private final Set<ActorRef<Told>> followers = new HashSet<>();
  private final Set<HostName> asked = new HashSet<>();
  private final Set<HostName> silent = new HashSet<>();
  private final List<ListEvents> questions = new ArrayList<>();
  private boolean statusAsked;
  private long statusAskedAt;

  /** To be spawned as {@code /user/watch}. */
  public static Behavior<Command> create(Setting setting) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new WatchActor(context, timers, setting)));
  }

  private WatchActor(
      ActorContext<Command> context, TimerScheduler<Command> timers, Setting setting) {
    super(context);
    this.timers = timers;
    this.setting = setting;
    this.pace = setting.pace();
    timers.startSingleTimer(Timer.STATUS, Timer.STATUS, pace.status());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Follow.class, this::onFollow)
        .onMessage(Unfollowed.class, this::onUnfollowed)
        .onMessage(ListEvents.class, this::onListEvents)
        .onMessageEquals(Timer.STATUS, this::askStatus)
        .onMessageEquals(Timer.EVENTS, this::askEvents)
        .onMessage(StatusCame.class, this::onStatus)
        .onMessage(PageCame.class, this::onPage)
        .build();
  }

  private Behavior<Command> onFollow(Follow order) {
    followers.add(order.follower());
    getContext().watchWith(order.follower(), new Unfollowed(order.follower()));
    order.follower().tell(new Told.Past(trail.points()));
    order.follower().tell(new Told.Happened(events.newest(FIRST_EVENTS)));
    askStatus();
    return askEvents();
  }

  private Behavior<Command> onUnfollowed(Unfollowed gone) {
    followers.remove(gone.follower());
    return this;
  }

  private Behavior<Command> askStatus() {
    if (!statusAsked) {
      statusAsked = true;
      statusAskedAt = setting.clock().nanos();
      getContext()
          .ask(
              AdminReply.class,
              setting.admin(),
              pace.patience().multipliedBy(3),
              AdminCommand.DescribeCluster::new,
              (reply, failure) ->
                  new StatusCame(
                      reply instanceof ClusterView view ? Optional.of(view) : Optional.empty()));
    }
    return this;
  }

  private Behavior<Command> onStatus(StatusCame came) {
    statusAsked = false;
    came.view().ifPresent(trail::add);
    came.view().ifPresent(view -> tell(new Told.Now(view)));
    Duration took = Duration.ofNanos(setting.clock().nanos() - statusAskedAt);
    Duration pause =
        followers.isEmpty()
            ? longer(pace.alone(), took.multipliedBy(100))
            : longer(pace.status(), took.multipliedBy(4));
    timers.startSingleTimer(Timer.STATUS, Timer.STATUS, pause);
    return this;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** Asks every host that does not owe an answer already. */
  private Behavior<Command> askEvents() {
    for (HostName name : setting.desks().keySet()) {
      if (asked.add(name)) {
        getContext()
            .ask(
                AdminReply.class,
                setting.desks().get(name),
                pace.patience(),
                replyTo ->
                    new AdminCommand.ListEvents(
                        events.cursor(name), AdminCommand.ListEvents.MAX_LIMIT, replyTo),
                (reply, failure) ->
                    new PageCame(
                        name,
                        reply instanceof EventPage page ? Optional.of(page) : Optional.empty()));
      }
    }
    if (!followers.isEmpty()) {
      timers.startSingleTimer(Timer.EVENTS, Timer.EVENTS, pace.events());
    }
    return this;
  }

  private Behavior<Command> onPage(PageCame came) {
    asked.remove(came.host());
    if (came.page().isPresent()) {
      silent.remove(came.host());
      List<EventView> fresh = events.add(came.host(), came.page().get());
      if (!fresh.isEmpty()) {
        tell(new Told.Happened(fresh));
        askStatus();
      }
    } else {
      silent.add(came.host());
    }
    if (asked.isEmpty()) {
      questions.forEach(this::answer);
      questions.clear();
    }
    return this;
  }

  private Behavior<Command> onListEvents(ListEvents question) {
    questions.add(question);
    return askEvents();
  }

  private void answer(ListEvents question) {
    List<HostName> missing = setting.desks().keySet().stream().filter(silent::contains).toList();
    question.replyTo().tell(new Told.ClusterEventList(events.newest(question.limit()), missing));
  }

  private void tell(Told told) {
    followers.forEach(follower -> follower.tell(told));
  }
}
