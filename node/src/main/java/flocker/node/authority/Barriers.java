package flocker.node.authority;

import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityMessage.BarrierAnswer;
import flocker.protocol.authority.AuthorityMessage.RecordBarrier;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The barriers of a master that are under way: a position is done once a majority of the voters has
 * recorded it, and only said to be done while the lease is valid. Without the second half a master
 * that stood still would count answers that waited, after a later master was rolled back behind
 * them.
 *
 * <p>The data is on enough other hosts before the position comes here: recorded first, the loss of
 * the one host that has it would lock out all others for ever.
 */
final class Barriers {
  private record UnderWay(Epoch epoch, Position position, long since, Set<HostId> recorded) {}

  private static final long LONGEST_LEASES = 40;

  private final Ledger ledger;
  private final Lease lease;
  private final Map<Long, UnderWay> underWay = new LinkedHashMap<>();

  Barriers(Ledger ledger, Lease lease) {
    this.ledger = ledger;
    this.lease = lease;
  }

  int count() {
    return underWay.size();
  }

  void begin(long barrier, Epoch epoch, Position position) {
    if (position.compareTo(ledger.durable().barrier()) > 0) {
      ledger.persist(new AuthorityEvent.BarrierKept(position));
    }
    UnderWay one = new UnderWay(epoch, position, ledger.now(), new HashSet<>());
    one.recorded.add(ledger.self());
    underWay.put(barrier, one);
    send(barrier, one);
    completeWhatCan();
  }

  private void send(long barrier, UnderWay one) {
    for (HostId voter : ledger.record().voters()) {
      if (!one.recorded.contains(voter)) {
        ledger.send(voter, new RecordBarrier(one.epoch, barrier, one.position));
      }
    }
  }

  /** Asks again those who have not answered; gives up what nobody can be waiting for any more. */
  void repeat() {
    Iterator<Map.Entry<Long, UnderWay>> all = underWay.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Long, UnderWay> entry = all.next();
      UnderWay one = entry.getValue();
      if (ledger.now() - one.since > LONGEST_LEASES * ledger.leaseNanos()) {
        all.remove();
        ledger.emit(new Effect.BarrierFailed(entry.getKey(), "a majority did not answer in time"));
      } else {
        send(entry.getKey(), one);
      }
    }
  }

  void recorded(HostId from, BarrierAnswer answer) {
    UnderWay one = underWay.get(answer.barrier());
    if (one != null && one.epoch.equals(answer.epoch())) {
      one.recorded.add(from);
      completeWhatCan();
    }
  }

  /** Called again when a lease is held: an answer may have come while there was none. */
  void completeWhatCan() {
    if (!lease.valid()) {
      return;
    }
    for (Map.Entry<Long, UnderWay> entry : List.copyOf(underWay.entrySet())) {
      long count = entry.getValue().recorded.stream().filter(ledger::isVoter).count();
      if (count >= ledger.record().majority()) {
        underWay.remove(entry.getKey());
        ledger.emit(new Effect.BarrierDone(entry.getKey(), entry.getValue().position));
      }
    }
  }

  void failAll(String why) {
    underWay.keySet().forEach(barrier -> ledger.emit(new Effect.BarrierFailed(barrier, why)));
    underWay.clear();
  }
}
