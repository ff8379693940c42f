package flocker.node.admin;

import flocker.node.authority.Input;
import flocker.node.authority.VoterActor;
import flocker.node.system.Host;
import flocker.node.system.SystemReport;
import flocker.node.system.UserSystemActor;
import flocker.protocol.id.Position;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Makes sure that what is live on this master survives the loss of any one host: waits until
 * another host has it, has the voters record its position, and ends when a majority has.
 */
final class SealActor extends AbstractBehavior<SealActor.Command> {
  /** What it can be told. */
  sealed interface Command {}

  record Begin(ActorRef<Sealed> replyTo) implements Command {}

  /** The answer; {@code why} is empty if it is so. */
  record Sealed(boolean done, String why) {}

  private record Seen(SystemReport report) implements Command {}

  private enum Timer implements Command {
    LOOK,
    GIVE_UP
  }

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  /** A barrier that was asked for and is not recorded by then is asked for again. */
  private static final long AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

  private final TimerScheduler<Command> timers;
  private final Host host;
  private final ActorRef<UserSystemActor.Command> tree;
  private final ActorRef<VoterActor.Command> voter;
  private final Duration limit;
  private Optional<Position> wanted = Optional.empty();
  private long askedAt;
  private boolean asked;
  private ActorRef<Sealed> replyTo;

  static Behavior<Command> create(Host host, Trees.Tree tree, Duration limit) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new SealActor(context, timers, host, tree, limit)));
  }

  private SealActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Host host,
      Trees.Tree tree,
      Duration limit) {
    super(context);
    this.timers = timers;
    this.host = host;
    this.tree = tree.ref();
    this.limit = limit;
    this.voter =
        host.directory().at(host.config().self().id(), "/user/systems/" + tree.id() + "/voter");
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Begin.class, this::onBegin)
        .onMessage(Seen.class, this::onSeen)
        .onMessageEquals(Timer.LOOK, this::onLook)
        .onMessageEquals(
            Timer.GIVE_UP,
            () -> end(false, "no other host has confirmed it within " + limit.toSeconds() + " s"))
        .build();
  }

  private Behavior<Command> onBegin(Begin begin) {
    replyTo = begin.replyTo();
    timers.startSingleTimer(Timer.GIVE_UP, limit);
    return onLook();
  }

  private Behavior<Command> onLook() {
    tree.tell(
        new UserSystemActor.Describe(getContext().messageAdapter(SystemReport.class, Seen::new)));
    timers.startSingleTimer(Timer.LOOK, LOOK_EVERY);
    return this;
  }

  private Behavior<Command> onSeen(Seen seen) {
    SystemReport report = seen.report();
    if (!report.facts().master().equals(Optional.of(host.config().self().id()))) {
      return end(false, "this host is not master any more");
    }
    Position mark = wanted.orElse(report.facts().position());
    wanted = Optional.of(mark);
    if (report.facts().sealed().epoch().equals(mark.epoch())
        && report.facts().sealed().atLeast(mark)) {
      return end(true, "");
    }
    long now = host.clock().nanos();
    if (copied(report, mark) && (!asked || now - askedAt > AGAIN_NANOS)) {
      asked = true;
      askedAt = now;
      voter.tell(new VoterActor.Tell(new Input.BarrierWanted(now, mark)));
    }
    return this;
  }

  /** Recorded before another host has it, the loss of this one would lock out all others. */
  private boolean copied(SystemReport report, Position mark) {
    boolean alone =
        host.config().hosts().stream()
            .allMatch(e -> e.witness() || e.id().equals(host.config().self().id()));
    return alone
        || report.facts().replicas().stream()
            .flatMap(replica -> replica.confirmed().stream())
            .anyMatch(has -> has.epoch().equals(mark.epoch()) && has.atLeast(mark));
  }

  private Behavior<Command> end(boolean done, String why) {
    replyTo.tell(new Sealed(done, why));
    return Behaviors.stopped();
  }
}
