package flocker.node.change;

import flocker.node.time.BootClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * All sources of one filesystem as one. The interval is always among them: while a source of the
 * kernel is active it only catches what that cannot see, at the latest {@code interval-max} after
 * the last look.
 */
public final class ChangesActor extends AbstractBehavior<ChangeSource> {
  private record Told(SourceStatus status) implements ChangeSource {}

  // Several misses in a row are usual: a file that is closed after its last write was seen.
  private static final Damper.Limits EVENTS =
      new Damper.Limits(Duration.ZERO, 4, Duration.ofMillis(50), Duration.ofSeconds(1));
  // Each of our own snapshots writes to the disk too: wait whether one is being taken.
  private static final Damper.Limits BLOCKS =
      new Damper.Limits(Duration.ofMillis(60), 0, Duration.ofMillis(200), Duration.ofSeconds(2));

  /**
   * @param pace of the interval
   * @param watches the sources of the kernel that were chosen
   * @param listener is called from actors and must not block
   * @param statuses all sources, each time one of them changes; likewise
   */
  public record Parts(
      Pace pace,
      Map<SourceName, Watch.Factory> watches,
      BootClock clock,
      Consumer<ChangeDetected> listener,
      Consumer<List<SourceStatus>> statuses) {
    public Parts {
      watches = Map.copyOf(watches);
    }
  }

  private final Parts parts;
  private final ActorRef<ChangeSource> self;
  private final List<ActorRef<ChangeSource>> sources = new ArrayList<>();
  private final ActorRef<ChangeSource> interval;
  private final Map<String, SourceStatus> statuses = new TreeMap<>();
  private boolean relaxed;

  private ChangesActor(ActorContext<ChangeSource> context, Parts parts) {
    super(context);
    this.parts = parts;
    this.self = context.getSelf();
    this.interval =
        context.spawn(
            IntervalSourceActor.create(parts.pace(), parts.clock(), this::passOn),
            IntervalSourceActor.NAME);
    sources.add(interval);
    statuses.put(
        IntervalSourceActor.NAME,
        new SourceStatus(
            IntervalSourceActor.NAME,
            Watch.State.ACTIVE,
            "looks at the latest every " + parts.pace().max().toMillis() + " ms"));
    parts.watches().forEach(this::watch);
    parts.statuses().accept(List.copyOf(statuses.values()));
  }

  public static Behavior<ChangeSource> create(Parts parts) {
    return Behaviors.setup(context -> new ChangesActor(context, parts));
  }

  private void watch(SourceName name, Watch.Factory factory) {
    statuses.put(name.word(), new SourceStatus(name.word(), Watch.State.STARTING, ""));
    sources.add(
        getContext()
            .spawn(
                WatchActor.create(
                    new WatchActor.Parts(
                        name,
                        factory,
                        name == SourceName.BLOCK_TRACE ? BLOCKS : EVENTS,
                        parts.clock(),
                        this::passOn,
                        status -> self.tell(new Told(status)))),
                name.word()));
  }

  /** From any source's thread: whoever looks tells all sources what came of it. */
  private void passOn(ChangeDetected change) {
    parts
        .listener()
        .accept(
            new ChangeDetected(
                change.source(),
                change.atBootNanos(),
                written -> {
                  change.feedback().settled(written);
                  self.tell(new ChangeSource.Looked(change.source(), written));
                }));
  }

  @Override
  public Receive<ChangeSource> createReceive() {
    return newReceiveBuilder()
        .onMessage(ChangeSource.Looked.class, this::onLooked)
        .onMessage(ChangeSource.Remounted.class, this::onRemounted)
        .onMessage(Told.class, this::onTold)
        .onMessage(ChangeSource.Stop.class, stop -> Behaviors.stopped())
        .build();
  }

  private Behavior<ChangeSource> onLooked(ChangeSource.Looked looked) {
    sources.forEach(source -> source.tell(looked));
    return this;
  }

  private Behavior<ChangeSource> onRemounted(ChangeSource.Remounted remounted) {
    sources.forEach(source -> source.tell(remounted));
    return this;
  }

  private Behavior<ChangeSource> onTold(Told told) {
    SourceStatus status = told.status();
    getContext()
        .getLog()
        .info(
            "change-source source={} state={} detail={}",
            status.name(),
            status.state(),
            status.detail());
    statuses.put(status.name(), status);
    boolean active =
        statuses.values().stream()
            .anyMatch(
                each ->
                    each.name().equals(SourceName.FANOTIFY.word())
                        && each.state() == Watch.State.ACTIVE);
    if (active != relaxed) {
      relaxed = active;
      interval.tell(new ChangeSource.Relax(active));
    }
    parts.statuses().accept(List.copyOf(statuses.values()));
    return this;
  }
}
