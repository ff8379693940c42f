package flocker.node.authority;

import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityMessage.BarrierAnswer;
import flocker.protocol.authority.AuthorityMessage.RecordAnswer;
import flocker.protocol.authority.AuthorityMessage.Release;
import flocker.protocol.authority.AuthorityMessage.RenewAnswer;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The time in which this host is master: it holds an epoch until another is promised or it gives
 * the epoch up. A lease that lapses does not end it; an answer that names a newer epoch does, at
 * once.
 */
final class Tenure {
  private record Handover(Release release, long until, long nextAt) {}

  private final Ledger ledger;
  private final Conditions conditions;
  private final LeaseMemory memory;
  private final Lease lease;
  private final Barriers barriers;
  private final Records records;
  private Optional<Epoch> held = Optional.empty();
  private Optional<Handover> handover = Optional.empty();

  Tenure(Ledger ledger, Conditions conditions, LeaseMemory memory) {
    this.ledger = ledger;
    this.conditions = conditions;
    this.memory = memory;
    this.lease = new Lease(ledger, conditions);
    this.barriers = new Barriers(ledger, lease);
    this.records = new Records(ledger, conditions);
  }

  Optional<Epoch> held() {
    return held;
  }

  Lease lease() {
    return lease;
  }

  Barriers barriers() {
    return barriers;
  }

  Records records() {
    return records;
  }

  /** Elected: the lease begins with the vote request, because each yes was an acknowledgement. */
  void begin(Epoch epoch, long sentAt, long leaseMillis) {
    ledger.persist(new AuthorityEvent.Won(epoch));
    barriers.failAll("a new epoch began");
    records.begin(epoch);
    handover = Optional.empty();
    held = Optional.of(epoch);
    lease.begin(epoch);
    ledger.emit(new Effect.Elected(epoch));
    lease.held(sentAt, leaseMillis);
    lease.renew();
  }

  /** By the journal this host holds what it promised to itself, won, and never gave up. */
  void resume() {
    Epoch won = ledger.durable().won();
    boolean holds =
        won.compareTo(Epoch.ZERO) > 0
            && won.equals(ledger.promised())
            && ledger.promisedToSelf()
            && ledger.durable().released().compareTo(won) < 0;
    if (holds) {
      held = Optional.of(won);
      records.begin(won);
      lease.begin(won);
      ledger.emit(new Effect.MasterAgain(won));
      lease.renew();
    }
  }

  /** For ever: {@code by} is promised. */
  void end(Epoch by) {
    held.ifPresent(
        epoch -> {
          finish("epoch " + by + " has begun");
          ledger.emit(new Effect.Deposed(epoch, by));
        });
  }

  private void finish(String why) {
    held = Optional.empty();
    lease.end();
    barriers.failAll(why);
    records.end(why);
  }

  /**
   * Persisted, then sent, and final: a master that could still go on under the epoch would do so on
   * acknowledgements that it got before, while the target already runs.
   */
  void release(HostId target) {
    if (held.isEmpty()) {
      ledger.emit(new Effect.ReleaseFailed("this host holds no epoch"));
      return;
    }
    if (conditions.containerMayRun()) {
      ledger.emit(new Effect.ReleaseFailed("this host's container is not proven dead"));
      return;
    }
    Epoch epoch = held.get();
    ledger.persist(new AuthorityEvent.Released(epoch, target));
    finish("the epoch was released");
    memory.release(ledger.self(), epoch);
    Release release = new Release(epoch, target);
    tell(release);
    long now = ledger.now();
    handover = Optional.of(new Handover(release, now + ledger.leaseNanos(), now + pause()));
    ledger.emit(new Effect.ReleaseDone(epoch, target));
  }

  private long pause() {
    return ledger.setup().times().renewalInterval().toNanos();
  }

  private void tell(Release release) {
    SortedSet<HostId> all = new TreeSet<>(conditions.hosts());
    all.addAll(ledger.record().voters());
    all.remove(ledger.self());
    all.forEach(host -> ledger.send(host, release));
  }

  void renewed(HostId from, RenewAnswer answer) {
    if (!isMine(answer.epoch()) || deposedBy(answer.promised())) {
      return;
    }
    if (answer.acknowledged() && lease.acknowledged(from, answer)) {
      barriers.completeWhatCan();
    }
    if (!from.equals(ledger.self())) {
      records.shown(from, answer.record());
    }
  }

  void barrierAnswered(HostId from, BarrierAnswer answer) {
    if (isMine(answer.epoch()) && !deposedBy(answer.promised()) && answer.recorded()) {
      barriers.recorded(from, answer);
    }
  }

  void recordAnswered(HostId from, RecordAnswer answer) {
    if (isMine(answer.epoch()) && !deposedBy(answer.promised())) {
      records.kept(from, answer);
    }
  }

  private boolean isMine(Epoch epoch) {
    return held.equals(Optional.of(epoch));
  }

  private boolean deposedBy(Epoch promised) {
    boolean newer = held.isPresent() && promised.compareTo(held.get()) > 0;
    // The newer epoch that this host itself is asking for does not depose it.
    if (newer && !promised.equals(ledger.durable().asked())) {
      end(promised);
      return true;
    }
    return newer;
  }

  long nextWake() {
    long handoverAt = handover.map(Handover::nextAt).orElse(Long.MAX_VALUE);
    return held.isPresent() ? Math.min(lease.nextWake(), handoverAt) : handoverAt;
  }

  void tick() {
    if (held.isPresent() && lease.renewalDue()) {
      if (ledger.promised().equals(held.get())) {
        lease.renew();
        barriers.repeat();
      } else {
        lease.skip();
      }
    }
    handover.filter(h -> ledger.now() >= h.nextAt).ifPresent(this::repeat);
  }

  /** A lost release costs the target a whole lease of silence, so it is said again. */
  private void repeat(Handover h) {
    if (ledger.now() >= h.until || ledger.promised().compareTo(h.release.epoch()) > 0) {
      handover = Optional.empty();
    } else {
      tell(h.release);
      handover = Optional.of(new Handover(h.release, h.until, ledger.now() + pause()));
    }
  }
}
