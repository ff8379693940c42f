package flocker.node.authority;

import flocker.protocol.authority.AuthorityDurable;
import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityMessage;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The journal's state and the effects of the step under way; shared by the parts of one {@link
 * Authority}.
 *
 * <p>Invariant: {@code durable} already contains every event of the step, so a part that reads it
 * later in the same step sees what will be on disk before anybody is told.
 */
final class Ledger {
  private final Authority.Setup setup;
  private final RandomGenerator random;
  private AuthorityDurable durable;
  private List<Effect> effects = new ArrayList<>();
  private long now;

  Ledger(Authority.Setup setup, AuthorityDurable durable, RandomGenerator random, long now) {
    this.setup = setup;
    this.durable = durable;
    this.random = random;
    this.now = now;
  }

  void begin(long at) {
    now = at;
  }

  List<Effect> take() {
    List<Effect> taken = List.copyOf(effects);
    effects = new ArrayList<>();
    return taken;
  }

  void persist(AuthorityEvent event) {
    durable = durable.apply(event);
    effects.add(new Effect.Persist(event));
  }

  void emit(Effect effect) {
    effects.add(effect);
  }

  void send(HostId to, AuthorityMessage message) {
    effects.add(new Effect.Send(to, message));
  }

  /** Nanoseconds of this step. */
  long now() {
    return now;
  }

  Authority.Setup setup() {
    return setup;
  }

  HostId self() {
    return setup.self();
  }

  AuthorityDurable durable() {
    return durable;
  }

  AuthorityRecord record() {
    return durable.record();
  }

  Epoch promised() {
    return durable.promised();
  }

  boolean promisedToSelf() {
    return durable.promisedTo().filter(self()::equals).isPresent();
  }

  /** Of this host, and greater than any that it knows of or that {@code seen} names. */
  Epoch nextEpoch(Epoch seen) {
    Epoch newest = promised();
    for (Epoch other : new Epoch[] {durable.asked(), durable.won(), seen}) {
      newest = newest.compareTo(other) >= 0 ? newest : other;
    }
    return newest.next(setup.index());
  }

  boolean isVoter(HostId host) {
    return record().voters().contains(host);
  }

  long leaseNanos() {
    return setup.times().lease().toNanos();
  }

  long leaseMillis() {
    return setup.times().lease().toMillis();
  }

  /** From 0 to {@code bound}, both included. */
  long jitter(long bound) {
    return bound <= 0 ? 0 : random.nextLong(bound + 1);
  }

  /** A number that no earlier question of this host carried. */
  long freshId() {
    return random.nextLong() >>> 2;
  }
}
