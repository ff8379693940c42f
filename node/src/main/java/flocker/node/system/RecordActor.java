package flocker.node.system;

import flocker.node.authority.Effect;
import flocker.node.authority.Input;
import flocker.node.authority.VoterActor;
import flocker.node.supervisor.Phase;
import flocker.node.supervisor.SupervisorEvent;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.system.CatalogMessage;
import flocker.protocol.system.Documents;
import flocker.protocol.system.SystemRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The changes of one system's record that this host is asked for, one after the other: each begins
 * with the record as the one before has left it, so that none undoes another.
 */
public final class RecordActor extends AbstractBehavior<RecordActor.Command> {
  /** What it can be told. */
  public sealed interface Command {}

  /** Change the document; only on the system's master. */
  public record Amend(UnaryOperator<SystemRecord> change, ActorRef<CatalogMessage.Changed> replyTo)
      implements Command {}

  /** Run the container, or stop it; answered when that is so. */
  public record SetRun(boolean run, ActorRef<AdminReply> replyTo) implements Command {}

  record News(SystemNews news) implements Command {}

  private record RunRecorded(SetRun order, CatalogMessage.Changed changed) implements Command {}

  private final ActorRef<VoterActor.Command> voter;
  private final RunOrders runs;
  private final Deque<Amend> waiting = new ArrayDeque<>();
  private Optional<ActorRef<CatalogMessage.Changed>> underWay = Optional.empty();
  private AuthorityRecord record;
  private SystemRecord wanted;
  private Phase phase = Phase.STANDBY;
  private boolean rests = true;
  private long request;

  static Behavior<Command> create(
      ActorRef<VoterActor.Command> voter, AuthorityRecord record, SystemRecord wanted) {
    return Behaviors.setup(context -> new RecordActor(context, voter, record, wanted));
  }

  private RecordActor(
      ActorContext<Command> context,
      ActorRef<VoterActor.Command> voter,
      AuthorityRecord record,
      SystemRecord wanted) {
    super(context);
    this.voter = voter;
    this.record = record;
    this.wanted = wanted;
    this.runs = new RunOrders(wanted.name());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Amend.class, this::onAmend)
        .onMessage(SetRun.class, this::onSetRun)
        .onMessage(RunRecorded.class, this::onRunRecorded)
        .onMessage(News.class, m -> onNews(m.news()))
        .build();
  }

  private Behavior<Command> onAmend(Amend order) {
    waiting.add(order);
    next();
    return this;
  }

  private Behavior<Command> onSetRun(SetRun order) {
    return onAmend(
        new Amend(
            now -> now.withRun(order.run()).withAutomation(now.automation().withHandedOver(false)),
            getContext()
                .messageAdapter(
                    CatalogMessage.Changed.class, outcome -> new RunRecorded(order, outcome))));
  }

  private void next() {
    if (underWay.isPresent() || waiting.isEmpty()) {
      return;
    }
    request++;
    Amend order = waiting.removeFirst();
    underWay = Optional.of(order.replyTo());
    try {
      String document = Documents.write(order.change().apply(wanted));
      voter.tell(new VoterActor.Tell(new Input.RecordWanted(request, record.voters(), document)));
    } catch (IllegalArgumentException impossible) {
      ended(CatalogMessage.Changed.refused(impossible.getMessage()));
    }
  }

  private Behavior<Command> onNews(SystemNews news) {
    if (news instanceof SystemNews.Recorded recorded) {
      record = recorded.record();
      wanted = recorded.wanted();
    } else if (news instanceof SystemNews.Decided decided) {
      onDecided(decided.effect());
    } else if (news instanceof SystemNews.Supervised supervised) {
      if (supervised.event() instanceof SupervisorEvent.PhaseChanged changed) {
        phase = changed.to();
      } else if (supervised.event() instanceof SupervisorEvent.Resting resting) {
        rests = resting.resting();
      }
      answerRuns();
    }
    return this;
  }

  private void onDecided(Effect effect) {
    if (effect instanceof Effect.RecordDone done && done.request() == request) {
      ended(CatalogMessage.Changed.done());
    } else if (effect instanceof Effect.RecordFailed failed && failed.request() == request) {
      ended(new CatalogMessage.Changed(CatalogMessage.Outcome.UNKNOWN, failed.why()));
    }
  }

  private void ended(CatalogMessage.Changed outcome) {
    underWay.ifPresent(replyTo -> replyTo.tell(outcome));
    underWay = Optional.empty();
    next();
  }

  private Behavior<Command> onRunRecorded(RunRecorded recorded) {
    if (recorded.changed().outcome() != CatalogMessage.Outcome.DONE) {
      recorded
          .order()
          .replyTo()
          .tell(
              new AdminRefusal(
                  RefusalCode.TIMED_OUT,
                  "no majority has said that it keeps the order: " + recorded.changed().message()));
      return this;
    }
    runs.add(recorded.order());
    answerRuns();
    return this;
  }

  private void answerRuns() {
    runs.answered(phase, rests).forEach(answer -> answer.order().replyTo().tell(answer.reply()));
  }
}
