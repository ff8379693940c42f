package flocker.node.authority;

import flocker.node.cluster.CourierActor;
import flocker.node.time.BootClock;
import flocker.protocol.authority.AuthorityDurable;
import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * Carries out what an {@link Authority} decides: journals its events, and only then sends its
 * messages and tells its owner. One per authority and host, at {@code /user/systems/<id>/voter}.
 */
public final class VoterActor
    extends EventSourcedBehavior<VoterActor.Command, AuthorityEvent, AuthorityDurable> {

  /** What a voter can be told. */
  public sealed interface Command {}

  /** An input of this host. */
  public record Tell(Input input) implements Command {}

  /** A message that the courier brought. */
  public record Arrived(CourierActor.Delivered delivered) implements Command {}

  /** Asks for the state, for status pages. */
  public record Describe(ActorRef<AuthorityView> replyTo) implements Command {}

  private enum Wake implements Command {
    INSTANCE
  }

  /** An effect that concerns this host: everything but Persist and Send. */
  public record Notice(flocker.node.authority.Effect effect) {}

  /**
   * @param initial the record to begin with where the journal has none
   * @param random of candidacy ids and jitter
   * @param owner gets the notices
   */
  public record Settings(
      Authority.Setup setup,
      AuthorityRecord initial,
      RandomGenerator random,
      BootClock clock,
      ActorRef<CourierActor.Command> courier,
      ActorRef<Notice> owner) {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Settings settings;
  private Authority authority;
  private boolean started;
  private boolean recovered;
  private long wakeAt = Long.MAX_VALUE;

  /**
   * Asks what a voter knows, for an actor beside it.
   *
   * @param seen what the asker is told then; without a view if none came in time
   */
  public static <T> void look(
      ActorContext<T> asker,
      ActorRef<Command> voter,
      Duration within,
      Function<Optional<AuthorityView>, T> seen) {
    asker.ask(
        AuthorityView.class,
        voter,
        within,
        Describe::new,
        (view, failure) -> seen.apply(Optional.ofNullable(view)));
  }

  /**
   * A voter that restarts with back-off when its journal fails; its state is read from disk again.
   */
  public static Behavior<Command> create(Settings settings) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new VoterActor(context, timers, settings)));
  }

  private VoterActor(
      ActorContext<Command> context, TimerScheduler<Command> timers, Settings settings) {
    super(
        PersistenceId.of("authority", settings.setup().system().value()),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
    this.context = context;
    this.timers = timers;
    this.settings = settings;
    settings
        .courier()
        .tell(
            new CourierActor.Register(
                settings.setup().system(),
                context.messageAdapter(CourierActor.Delivered.class, Arrived::new)));
  }

  @Override
  public AuthorityDurable emptyState() {
    return AuthorityDurable.initial(settings.initial());
  }

  @Override
  public EventHandler<AuthorityDurable, AuthorityEvent> eventHandler() {
    return (state, event) -> {
      recovered = true;
      return state.apply(event);
    };
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(200, 2).withDeleteEventsOnSnapshot();
  }

  @Override
  public SignalHandler<AuthorityDurable> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.class, (state, signal) -> onRecovered(state))
        .build();
  }

  private void onRecovered(AuthorityDurable state) {
    boolean restarted = recovered || lastSequenceNumber(context) > 0;
    authority =
        new Authority(
            settings.setup(), state, restarted, settings.random(), settings.clock().nanos());
    context.getSelf().tell(Wake.INSTANCE);
  }

  @Override
  public CommandHandler<Command, AuthorityEvent, AuthorityDurable> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(Tell.class, tell -> step(tell.input()))
        .onCommand(
            Arrived.class,
            arrived ->
                step(new Input.Received(arrived.delivered().from(), arrived.delivered().message())))
        .onCommand(Wake.class, wake -> step(new Input.Tick()))
        .onCommand(Describe.class, this::describe)
        .build();
  }

  private Effect<AuthorityEvent, AuthorityDurable> describe(Describe describe) {
    describe.replyTo().tell(authority.view(settings.clock().nanos()));
    return Effect().none();
  }

  private Effect<AuthorityEvent, AuthorityDurable> step(Input input) {
    long now = settings.clock().nanos();
    List<flocker.node.authority.Effect> effects = new ArrayList<>();
    if (!started) {
      started = true;
      tellWhatIsKnown(authority.durable());
      effects.addAll(authority.start(now));
    }
    effects.addAll(authority.on(input, now));
    List<AuthorityEvent> events = new ArrayList<>();
    List<flocker.node.authority.Effect> rest = new ArrayList<>();
    for (flocker.node.authority.Effect effect : effects) {
      if (effect instanceof flocker.node.authority.Effect.Persist persist) {
        events.add(persist.event());
      } else {
        rest.add(effect);
      }
    }
    if (input instanceof Input.StreamsEnded) {
      // The vote is decided: streams of the promised epoch are welcome, whichever that is now.
      rest.add(promised(authority.durable()));
    }
    if (events.isEmpty()) {
      perform(rest);
      return Effect().none();
    }
    return Effect().persist(events).thenRun(state -> perform(rest));
  }

  private void tellWhatIsKnown(AuthorityDurable durable) {
    tell(new flocker.node.authority.Effect.RecordChanged(durable.record()));
    tell(promised(durable));
  }

  private flocker.node.authority.Effect promised(AuthorityDurable durable) {
    return new flocker.node.authority.Effect.PromiseMade(
        durable.promised(), durable.promisedTo().orElse(settings.setup().self()));
  }

  private void tell(flocker.node.authority.Effect effect) {
    settings.owner().tell(new Notice(effect));
  }

  private void perform(List<flocker.node.authority.Effect> effects) {
    for (flocker.node.authority.Effect effect : effects) {
      if (effect instanceof flocker.node.authority.Effect.Send send) {
        settings
            .courier()
            .tell(new CourierActor.Post(settings.setup().system(), send.to(), send.message()));
      } else {
        tell(effect);
      }
    }
    schedule();
  }

  private void schedule() {
    long at = authority.nextWake();
    if (at == wakeAt && timers.isTimerActive(Wake.INSTANCE)) {
      return;
    }
    wakeAt = at;
    if (at == Long.MAX_VALUE) {
      timers.cancel(Wake.INSTANCE);
    } else {
      long delay = Math.max(at - settings.clock().nanos(), 0);
      timers.startSingleTimer(Wake.INSTANCE, Wake.INSTANCE, Duration.ofNanos(delay));
    }
  }
}
