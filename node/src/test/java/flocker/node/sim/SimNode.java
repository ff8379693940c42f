package flocker.node.sim;

import flocker.node.authority.Authority;
import flocker.node.authority.Effect;
import flocker.node.authority.Input;
import flocker.node.authority.LeaseTimes;
import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityMessage;
import flocker.protocol.authority.AuthorityMessage.BarrierAnswer;
import flocker.protocol.authority.AuthorityMessage.PreVoteRequest;
import flocker.protocol.authority.AuthorityMessage.RecordBarrier;
import flocker.protocol.authority.AuthorityMessage.Refusal;
import flocker.protocol.authority.AuthorityMessage.VoteAnswer;
import flocker.protocol.authority.AuthorityMessage.VoteRequest;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SystemId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGeneratorFactory;

/**
 * One incarnation of a host's JVM: drives the authority as its actor does. What a step persists is
 * on disk before anything else of it is done, and before the next input is given.
 */
final class SimNode {
  static final SystemId SYSTEM = new SystemId("0123456789abcdef");

  private final Cluster cluster;
  private final SimHost host;
  private final Authority authority;
  private final MasterLife life;
  private final Receiver receiver;
  private final Deque<Input> inbox = new ArrayDeque<>();
  private List<AuthorityEvent> writing = List.of();
  private boolean busy;
  private boolean forced;
  private long wakeAt = Long.MAX_VALUE;

  SimNode(Cluster cluster, SimHost host, LeaseTimes lease, boolean restarted) {
    this.cluster = cluster;
    this.host = host;
    this.authority =
        new Authority(
            new Authority.Setup(host.id(), host.index(), SYSTEM, host.storage(), lease),
            host.journal(),
            restarted,
            RandomGeneratorFactory.of("L64X128MixRandom")
                .create(cluster.world().random().nextLong()),
            host.local());
    this.life = new MasterLife(cluster, host, this, lease);
    this.receiver = new Receiver(cluster, host, this);
  }

  void start() {
    cluster.world().log(host.name(), () -> "JVM starts; journal " + host.journal());
    perform(authority.start(host.local()));
    give(new Input.HostsChanged(cluster.ids()));
    give(new Input.Paused(cluster.paused()));
    life.start();
    wake();
  }

  Authority authority() {
    return authority;
  }

  MasterLife life() {
    return life;
  }

  Receiver receiver() {
    return receiver;
  }

  /** An operator makes this host stand, whatever its copy lacks. */
  void promote() {
    cluster.count("forced");
    forced = true;
    give(new Input.StandForced());
  }

  boolean forced() {
    return forced;
  }

  /** The events of the step that is not on disk yet. */
  List<AuthorityEvent> writing() {
    return writing;
  }

  void give(Input input) {
    if (busy) {
      inbox.add(input);
    } else {
      step(input);
    }
  }

  private void step(Input input) {
    List<Effect> effects = authority.on(input, host.local());
    List<AuthorityEvent> events =
        effects.stream()
            .filter(Effect.Persist.class::isInstance)
            .map(e -> ((Effect.Persist) e).event())
            .toList();
    if (events.isEmpty()) {
      if (input instanceof Input.Tick && authority.nextWake() <= host.local()) {
        throw new Violation("WAKE", host + " wants a tick again at once");
      }
      finish(input, effects);
      return;
    }
    busy = true;
    writing = events;
    host.persist(
        events,
        () -> {
          busy = false;
          writing = List.of();
          finish(input, effects);
          while (!busy && !inbox.isEmpty()) {
            step(inbox.poll());
          }
        });
  }

  private void finish(Input input, List<Effect> effects) {
    perform(effects);
    if (input instanceof Input.StreamsEnded) {
      receiver.voteDecided();
    }
    wake();
  }

  private void wake() {
    long next = authority.nextWake();
    if (next < wakeAt) {
      wakeAt = next;
      host.later(
          next - host.local() + 1,
          () -> {
            if (wakeAt == next) {
              wakeAt = Long.MAX_VALUE;
              give(new Input.Tick());
            }
          });
    }
  }

  private void perform(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send) {
        cluster.network().send(host, send.to(), send.message());
      } else if (effect instanceof Effect.EndStreams end) {
        receiver.end(end.epoch());
      } else if (effect instanceof Effect.PromiseMade made) {
        cluster.invariants().promised(host, made.epoch(), made.to());
        receiver.promised(made.epoch());
      } else if (!(effect instanceof Effect.Persist)) {
        tell(effect);
      }
    }
  }

  private void tell(Effect effect) {
    boolean frequent = effect instanceof Effect.LeaseHeld || effect instanceof Effect.MasterHeard;
    if (!frequent) {
      cluster.world().log(host.name(), effect::toString);
    }
    if (effect instanceof Effect.Elected e) {
      cluster.invariants().elected(host, e.epoch());
      if (forced) {
        forced = false;
        cluster.invariants().forced(host);
      }
      life.elected(e.epoch());
    } else if (effect instanceof Effect.ElectionFailed) {
      forced = false;
      life.told(effect);
    } else if (effect instanceof Effect.MasterAgain e) {
      cluster.invariants().masterAgain(host, e.epoch());
      life.masterAgain(e.epoch());
    } else if (effect instanceof Effect.LeaseHeld e) {
      Effect.LeaseHeld believed = believed(e);
      cluster.invariants().leaseHeld(host, believed);
      life.leaseHeld(believed);
    } else if (effect instanceof Effect.LeaseLapsed e) {
      if (!believesLonger()) {
        cluster.invariants().beliefEnds(host);
        life.leaseLapsed(e.epoch());
      }
    } else if (effect instanceof Effect.Deposed e) {
      cluster.invariants().beliefEnds(host);
      life.deposed(e.epoch());
    } else if (effect instanceof Effect.ReleaseDone e) {
      if (!cluster.scenario().has(Bug.RELEASE_TAKEN_BACK)) {
        cluster.invariants().beliefEnds(host);
      }
      life.released(e.epoch());
    } else {
      life.told(effect);
    }
  }

  private boolean believesLonger() {
    return cluster.scenario().has(Bug.LEASE_FROM_REPLY) || cluster.scenario().has(Bug.MARGIN_ZERO);
  }

  private Effect.LeaseHeld believed(Effect.LeaseHeld held) {
    long ends = held.endsAt();
    if (cluster.scenario().has(Bug.LEASE_FROM_REPLY)) {
      ends += host.local() - held.sentAt();
    } else if (cluster.scenario().has(Bug.MARGIN_ZERO)) {
      ends = held.sentAt() + (long) ((held.endsAt() - held.sentAt()) / (1 - 0.012));
    }
    return new Effect.LeaseHeld(held.epoch(), held.sentAt(), ends);
  }

  /** A message has arrived. */
  void receive(HostId from, AuthorityMessage message) {
    if (cluster.scenario().has(Bug.SAME_EPOCH_TWICE) && forgedYes(from, message)) {
      return;
    }
    if (cluster.scenario().has(Bug.BARRIER_UNRECORDED) && message instanceof RecordBarrier m) {
      cluster
          .network()
          .send(host, from, new BarrierAnswer(m.epoch(), m.barrier(), true, m.epoch()));
      return;
    }
    AuthorityMessage as = message;
    if (message instanceof VoteRequest m) {
      if (m.forced()) {
        cluster.invariants().forcedAsked(m.epoch());
      }
      as =
          new VoteRequest(
              m.epoch(),
              m.candidacy(),
              flattered(m.position()),
              m.record(),
              m.leaseMillis(),
              m.forced());
    } else if (message instanceof PreVoteRequest m) {
      as =
          new PreVoteRequest(
              m.epoch(),
              m.candidacy(),
              flattered(m.position()),
              m.record(),
              m.leaseMillis(),
              m.forced());
    }
    give(new Input.Received(from, as));
  }

  private Position flattered(Position told) {
    Position own = host.storage() ? host.replica().position() : Position.NONE;
    Position barrier = host.journal().barrier();
    if (cluster.scenario().has(Bug.VOTE_FOR_STALER) && told.compareTo(own) < 0) {
      return own;
    }
    boolean behind = told.compareTo(own) >= 0 && told.compareTo(barrier) < 0;
    return cluster.scenario().has(Bug.VOTE_BEHIND_BARRIER) && behind ? barrier : told;
  }

  private boolean forgedYes(HostId from, AuthorityMessage message) {
    boolean again =
        message.epoch().equals(host.journal().promised())
            && host.journal().promisedTo().equals(Optional.of(from));
    if (again && message instanceof VoteRequest m) {
      cluster
          .network()
          .send(
              host,
              from,
              new VoteAnswer(
                  m.epoch(),
                  m.candidacy(),
                  Refusal.NONE,
                  m.epoch(),
                  Position.NONE,
                  false,
                  Optional.empty()));
      return true;
    } else if (again && message instanceof PreVoteRequest m) {
      cluster
          .network()
          .send(
              host,
              from,
              new AuthorityMessage.PreVoteAnswer(
                  m.epoch(),
                  m.candidacy(),
                  Refusal.NONE,
                  m.epoch(),
                  Position.NONE,
                  false,
                  Optional.empty()));
      return true;
    }
    return false;
  }
}
