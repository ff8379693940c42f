package flocker.node.journal;

import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.id.Epoch;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;

/** The smallest voter: keeps the highest number it was told, as an event per number. */
final class LineKeeper
    extends EventSourcedBehavior<LineKeeper.Command, AuthorityEvent, AuthorityEvent.Won> {
  interface Command {}

  record Keep(long number, ActorRef<Done> replyTo) implements Command {}

  record Tell(ActorRef<Long> replyTo) implements Command {}

  private LineKeeper(String id) {
    super(PersistenceId.ofUniqueId(id));
  }

  static Behavior<Command> create(String id) {
    return Behaviors.setup(context -> new LineKeeper(id));
  }

  @Override
  public AuthorityEvent.Won emptyState() {
    return new AuthorityEvent.Won(Epoch.ZERO);
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(100, 2).withDeleteEventsOnSnapshot();
  }

  @Override
  public CommandHandler<Command, AuthorityEvent, AuthorityEvent.Won> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(
            Keep.class,
            keep ->
                Effect()
                    .persist(new AuthorityEvent.Asked(new Epoch(keep.number())))
                    .thenRun(() -> keep.replyTo().tell(Done.getInstance())))
        .onCommand(
            Tell.class, (state, tell) -> Effect().reply(tell.replyTo(), state.epoch().value()))
        .build();
  }

  @Override
  public EventHandler<AuthorityEvent.Won, AuthorityEvent> eventHandler() {
    return newEventHandlerBuilder()
        .forAnyState()
        .onEvent(AuthorityEvent.Asked.class, asked -> new AuthorityEvent.Won(asked.epoch()))
        .build();
  }
}
