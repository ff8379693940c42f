package flocker.node.system;

import flocker.protocol.admin.EventPage;
import flocker.protocol.admin.EventView;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SystemName;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Keeps the newest events of this node, numbered from 1 since it started, and writes each to the
 * log.
 */
public final class EventsActor extends AbstractBehavior<EventsActor.Command> {
  private static final int KEPT = 2000;

  /** What it can be told. */
  public sealed interface Command {}

  /**
   * Something happened.
   *
   * @param type stable word, lower case with hyphens
   * @param text one sentence for people
   */
  public record Happened(
      String type, Optional<SystemName> system, String text, Map<String, String> details)
      implements Command {}

  /**
   * Asks for the first {@code limit} events after {@code since}, or the newest if that is empty.
   */
  public record Since(Optional<Long> since, int limit, ActorRef<EventPage> replyTo)
      implements Command {}

  /** Asks how many there were of each sort, since the start. */
  public record Count(ActorRef<Counts> replyTo) implements Command {}

  /** One sort of event; {@code system} is empty for those of the host. */
  public record Counted(String type, Optional<SystemName> system) {}

  /** How many there were of each. */
  public record Counts(Map<Counted, Long> numbers) {
    public Counts {
      numbers = Map.copyOf(numbers);
    }
  }

  private final HostName host;
  private final Supplier<Instant> wallClock;
  private final Map<Counted, Long> counts = new HashMap<>();
  private final Deque<EventView> events = new ArrayDeque<>();
  private long last;

  /** To be spawned as {@code /user/events}. */
  public static Behavior<Command> create(HostName host, Supplier<Instant> wallClock) {
    return Behaviors.setup(context -> new EventsActor(context, host, wallClock));
  }

  private EventsActor(ActorContext<Command> context, HostName host, Supplier<Instant> wallClock) {
    super(context);
    this.host = host;
    this.wallClock = wallClock;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Happened.class, this::onHappened)
        .onMessage(Since.class, this::onSince)
        .onMessage(Count.class, this::onCount)
        .build();
  }

  private Behavior<Command> onHappened(Happened event) {
    last++;
    counts.merge(new Counted(event.type(), event.system()), 1L, Long::sum);
    events.addLast(
        new EventView(
            last,
            wallClock.get(),
            host,
            event.type(),
            event.system(),
            event.text(),
            event.details()));
    if (events.size() > KEPT) {
      events.removeFirst();
    }
    getContext()
        .getLog()
        .info(
            "{} system={} {} {}",
            event.type(),
            event.system().map(SystemName::value).orElse("-"),
            event.details(),
            event.text());
    return this;
  }

  private Behavior<Command> onCount(Count question) {
    question.replyTo().tell(new Counts(counts));
    return this;
  }

  private Behavior<Command> onSince(Since question) {
    List<EventView> after =
        events.stream().filter(event -> event.seq() > question.since().orElse(0L)).toList();
    int size = Math.min(question.limit(), after.size());
    List<EventView> page =
        question.since().isPresent()
            ? after.subList(0, size)
            : after.subList(after.size() - size, after.size());
    long next = page.isEmpty() ? last : page.get(page.size() - 1).seq();
    question.replyTo().tell(new EventPage(page, next));
    return this;
  }
}
