package flocker.node.authority;

import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityMessage.OfferRecord;
import flocker.protocol.authority.AuthorityMessage.RecordAnswer;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The changes of the record by a master: one at a time, one voter at a time.
 *
 * <p>A change counts when the record, together with the promise and the newest barrier, is kept by
 * a majority of the old and of the new voters; only then may the next begin. Before its first
 * change a master re-records what there is under its own epoch, so that a change that an earlier
 * master left half done can no longer win over it. Without these two, a few changes on either side
 * of a cut make two majorities that do not meet.
 */
final class Records {
  private record Wanted(OptionalLong request, SortedSet<HostId> voters, String document) {}

  private record Change(
      OptionalLong request, AuthorityRecord record, SortedSet<HostId> before, Set<HostId> kept) {}

  private static final int MOST_WAITING = 64;

  private final Ledger ledger;
  private final Conditions conditions;
  private final Deque<Wanted> waiting = new ArrayDeque<>();
  private Optional<Change> change = Optional.empty();
  private Epoch epoch = Epoch.ZERO;
  // Invariant: true only if the present record was counted under the epoch that is held.
  private boolean settled;

  Records(Ledger ledger, Conditions conditions) {
    this.ledger = ledger;
    this.conditions = conditions;
  }

  boolean changing() {
    return change.isPresent();
  }

  void begin(Epoch of) {
    end("a new epoch began");
    epoch = of;
    settled = false;
  }

  void end(String why) {
    change
        .map(Change::request)
        .filter(OptionalLong::isPresent)
        .ifPresent(
            r -> ledger.emit(new Effect.RecordFailed(r.getAsLong(), "outcome unknown: " + why)));
    waiting.forEach(
        w ->
            w.request()
                .ifPresent(r -> ledger.emit(new Effect.RecordFailed(r, "not begun: " + why))));
    waiting.clear();
    change = Optional.empty();
  }

  void want(Input.RecordWanted wanted) {
    if (waiting.size() >= MOST_WAITING) {
      fail(wanted, MOST_WAITING + " changes wait already; try again later");
      return;
    }
    waiting.add(
        new Wanted(
            OptionalLong.of(wanted.request()), new TreeSet<>(wanted.voters()), wanted.document()));
    next();
  }

  private void fail(Input.RecordWanted wanted, String why) {
    ledger.emit(new Effect.RecordFailed(wanted.request(), why));
  }

  private void next() {
    while (change.isEmpty() && !waiting.isEmpty()) {
      if (!settled) {
        start(OptionalLong.empty(), ledger.record().voters(), ledger.record().document());
        continue;
      }
      Wanted wanted = waiting.removeFirst();
      String refusal = refusal(wanted.voters);
      if (refusal.isEmpty()) {
        start(wanted.request, wanted.voters, wanted.document);
      } else {
        wanted
            .request()
            .ifPresent(request -> ledger.emit(new Effect.RecordFailed(request, refusal)));
      }
    }
  }

  private String refusal(SortedSet<HostId> voters) {
    Set<HostId> added = new HashSet<>(voters);
    added.removeAll(ledger.record().voters());
    Set<HostId> removed = new HashSet<>(ledger.record().voters());
    removed.removeAll(voters);
    if (voters.isEmpty() || !voters.contains(ledger.self())) {
      return "the master stays a voter; hand over to another host first";
    }
    if (added.size() + removed.size() > 1) {
      return "one voter at a time: asked to add " + added + " and remove " + removed;
    }
    return "";
  }

  private void start(OptionalLong request, SortedSet<HostId> voters, String document) {
    RecordVersion version = new RecordVersion(epoch, ledger.record().version().number() + 1);
    AuthorityRecord record = new AuthorityRecord(version, voters, document);
    Change begun = new Change(request, record, ledger.record().voters(), new HashSet<>());
    ledger.persist(new AuthorityEvent.RecordKept(record));
    ledger.emit(new Effect.RecordChanged(record));
    begun.kept.add(ledger.self());
    change = Optional.of(begun);
    SortedSet<HostId> all = new TreeSet<>(conditions.hosts());
    all.addAll(begun.before);
    all.addAll(voters);
    all.remove(ledger.self());
    all.forEach(this::offer);
    count(begun);
  }

  private void offer(HostId to) {
    ledger.send(to, new OfferRecord(epoch, ledger.record(), epoch, ledger.durable().barrier()));
  }

  /** A host has told which record it keeps: brings it up to date, or the own one to the front. */
  void shown(HostId from, RecordVersion kept) {
    int order = kept.compareTo(ledger.record().version());
    boolean missing =
        change.isPresent()
            && !change.get().kept.contains(from)
            && (change.get().record.voters().contains(from) || change.get().before.contains(from));
    if (order < 0 || missing) {
      offer(from);
    } else if (order > 0 && change.isEmpty() && kept.epoch().compareTo(epoch) < 0) {
      // Half done by an earlier master: settled by re-recording what this majority elected with.
      start(OptionalLong.empty(), ledger.record().voters(), ledger.record().document());
    }
  }

  void kept(HostId from, RecordAnswer answer) {
    if (change.isPresent()
        && answer.kept().equals(change.get().record.version())
        && answer.promised().equals(epoch)) {
      change.get().kept.add(from);
      count(change.get());
    }
  }

  private void count(Change one) {
    if (!majority(one.kept, one.before) || !majority(one.kept, one.record.voters())) {
      return;
    }
    change = Optional.empty();
    settled = true;
    one.request.ifPresent(r -> ledger.emit(new Effect.RecordDone(r, one.record)));
    next();
  }

  private static boolean majority(Set<HostId> kept, Set<HostId> voters) {
    return kept.stream().filter(voters::contains).count() >= voters.size() / 2 + 1;
  }
}
