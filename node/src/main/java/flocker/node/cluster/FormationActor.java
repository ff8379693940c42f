package flocker.node.cluster;

import flocker.node.time.BootClock;
import flocker.protocol.formation.FormationView;
import flocker.protocol.formation.PromiseAnswer;
import flocker.protocol.formation.PromiseRequest;
import flocker.protocol.id.HostId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import scala.Option;

/**
 * Carries out what {@link Formation} decides, as long as the actor system lives. It writes a small
 * file before it promises, so spawn it with {@code DispatcherSelector.blocking()}.
 */
public final class FormationActor extends AbstractBehavior<FormationActor.Command> {
  private static final Duration TICK_BEFORE_MEMBER = Duration.ofMillis(100);
  private static final Duration TICK_AS_MEMBER = Duration.ofSeconds(1);

  /** What it can be told. */
  public sealed interface Command {}

  /** Where does this host stand? */
  public record Describe(ActorRef<FormationView> replyTo) implements Command {}

  /** A founder asks for this voter's promise. */
  public record AskPromise(PromiseRequest request, ActorRef<PromiseAnswer> replyTo)
      implements Command {}

  /** A founder gives this voter's promise back. */
  public record GiveBackPromise(PromiseRequest request, ActorRef<PromiseAnswer> replyTo)
      implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private record Told(FormationInput input) implements Command {}

  /**
   * To the owner of the actor system: only a new one can become a member again. Voters, leases and
   * streams do not need membership: choose the moment.
   */
  public record RestartNeeded(String reason) {}

  /**
   * What it works with.
   *
   * @param hosts every host that may answer, this one or not
   * @param owner is told once if the actor system has to be started anew
   */
  public record Parts(
      FormationSetting setting,
      Set<HostId> hosts,
      FormationPeers peers,
      PromiseStore promises,
      BootClock clock,
      ActorRef<RestartNeeded> owner) {
    public Parts {
      hosts = Set.copyOf(hosts);
    }
  }

  private final Parts parts;
  private final TimerScheduler<Command> timers;
  private final Cluster cluster;
  private final Formation formation;

  private FormationActor(ActorContext<Command> context, TimerScheduler<Command> timers, Parts parts)
      throws IOException {
    super(context);
    this.parts = parts;
    this.timers = timers;
    this.cluster = Cluster.get(context.getSystem());
    long now = parts.clock().nanos();
    this.formation =
        new Formation(
            parts.setting(), parts.hosts(), parts.promises().load(now, Formation.PROMISE), now);
    context.getSelf().tell(Tick.INSTANCE);
  }

  /** Starts to look for the cluster at once. Stops with an exception if a promise is unreadable. */
  public static Behavior<Command> create(Parts parts) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  try {
                    return new FormationActor(context, timers, parts);
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                }));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessageEquals(Tick.INSTANCE, this::onTick)
        .onMessage(Told.class, told -> onInput(told.input()))
        .onMessage(Describe.class, this::onDescribe)
        .onMessage(AskPromise.class, this::onAskPromise)
        .onMessage(GiveBackPromise.class, this::onGiveBackPromise)
        .build();
  }

  private Behavior<Command> onTick() {
    onInput(membership());
    onInput(new FormationInput.Tick());
    boolean member = formation.view(parts.clock().nanos()).member();
    timers.startSingleTimer(
        Tick.INSTANCE, Tick.INSTANCE, member ? TICK_AS_MEMBER : TICK_BEFORE_MEMBER);
    return this;
  }

  private Behavior<Command> onInput(FormationInput input) {
    String before = formation.view(parts.clock().nanos()).why();
    perform(formation.on(input, parts.clock().nanos()));
    FormationView after = formation.view(parts.clock().nanos());
    if (!after.why().equals(before)) {
      getContext()
          .getLog()
          .info(
              "Formation is {}{}", after.phase(), after.why().isEmpty() ? "" : ": " + after.why());
    }
    return this;
  }

  private Behavior<Command> onDescribe(Describe describe) {
    describe.replyTo().tell(formation.view(parts.clock().nanos()));
    return this;
  }

  private Behavior<Command> onAskPromise(AskPromise ask) {
    List<FormationEffect> first = new ArrayList<>();
    PromiseAnswer answer = formation.promise(ask.request(), parts.clock().nanos(), first);
    ask.replyTo().tell(perform(first) ? answer : notKept(answer));
    return this;
  }

  private Behavior<Command> onGiveBackPromise(GiveBackPromise back) {
    List<FormationEffect> first = new ArrayList<>();
    PromiseAnswer answer = formation.withdraw(back.request(), first);
    back.replyTo().tell(perform(first) ? answer : notKept(answer));
    return this;
  }

  private static PromiseAnswer notKept(PromiseAnswer answer) {
    return new PromiseAnswer(
        answer.voter(), answer.attempt(), false, "the promise could not be written to disk");
  }

  /** False if a promise could not be kept; what comes after it is not done then. */
  private boolean perform(List<FormationEffect> effects) {
    for (FormationEffect effect : effects) {
      if (effect instanceof FormationEffect.Keep keep && !keep(keep.promise())) {
        return false;
      }
      perform(effect);
    }
    return true;
  }

  private void perform(FormationEffect effect) {
    if (effect instanceof FormationEffect.Poll poll) {
      HostId host = poll.host();
      getContext()
          .pipeToSelf(
              parts.peers().view(host),
              (view, failure) ->
                  new Told(
                      failure == null && view.host().equals(host)
                          ? new FormationInput.Heard(view)
                          : new FormationInput.NotHeard(host, reason(view, failure))));
    } else if (effect instanceof FormationEffect.Ask ask) {
      ask(ask.voter(), ask.attempt());
    } else if (effect instanceof FormationEffect.GiveBack back) {
      parts.peers().withdraw(back.voter(), request(back.attempt()));
    } else if (effect instanceof FormationEffect.Found) {
      cluster.manager().tell(Join.create(cluster.selfMember().address()));
    } else if (effect instanceof FormationEffect.Join join) {
      join(join.address());
    } else if (effect instanceof FormationEffect.Restart restart) {
      parts.owner().tell(new RestartNeeded(restart.reason()));
    }
  }

  private void join(String uri) {
    Option<Address> address = AddressFromURIString.unapply(uri);
    if (address.isDefined() && address.get().hasGlobalScope()) {
      cluster.manager().tell(Join.create(address.get()));
    } else {
      getContext().getLog().warn("A member gave '{}' as its address, which is none", uri);
    }
  }

  private void ask(HostId voter, long attempt) {
    getContext()
        .pipeToSelf(
            parts.peers().promise(voter, request(attempt)),
            (answer, failure) ->
                new Told(
                    new FormationInput.Answered(
                        failure == null && answer.voter().equals(voter)
                            ? answer
                            : new PromiseAnswer(voter, attempt, false, reason(answer, failure)))));
  }

  private PromiseRequest request(long attempt) {
    return new PromiseRequest(parts.setting().cluster(), parts.setting().self(), attempt);
  }

  private boolean keep(Optional<FormationPromise> promise) {
    try {
      parts.promises().save(promise);
      return true;
    } catch (IOException e) {
      getContext()
          .getLog()
          .error(
              "A promise to the founder of the cluster could not be written ({}). This host"
                  + " promises nothing until it can: check the disk of the state directory.",
              e.toString());
      return false;
    }
  }

  private FormationInput.Membership membership() {
    ClusterEvent.CurrentClusterState state = cluster.state();
    return new FormationInput.Membership(
        cluster.selfMember().uniqueAddress().toString(),
        cluster.isTerminated(),
        names(StreamSupport.stream(state.getMembers().spliterator(), false)),
        names(state.getUnreachable().stream()));
  }

  private static List<String> names(Stream<Member> members) {
    return members.map(member -> member.uniqueAddress().toString()).sorted().toList();
  }

  private static String reason(Object answer, Throwable failure) {
    if (failure == null) {
      return "another host answers at its address: " + answer;
    }
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause.getClass().getSimpleName()
        + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
  }
}
