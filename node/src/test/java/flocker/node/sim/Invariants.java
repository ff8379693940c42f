package flocker.node.sim;

import flocker.node.authority.Effect;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The promises, looked at whenever something happens that could break one. A host whose machine
 * stood still is left out until it holds a lease asked for after that (see the README: G2 does not
 * cover a clock that stands still).
 */
final class Invariants {
  private record Kept(Snap snap, Epoch epoch) {}

  private final Cluster cluster;
  private final Map<Epoch, HostId> granted = new HashMap<>();
  private final Set<Epoch> forcedEpochs = new HashSet<>();
  private final Map<Position, Snap> positions = new HashMap<>();
  private final List<Snap> all = new ArrayList<>();
  private final List<Kept> barriers = new ArrayList<>();
  private final Map<SimHost, Effect.LeaseHeld> beliefs = new LinkedHashMap<>();
  private long containerSeenAt;

  Invariants(Cluster cluster) {
    this.cluster = cluster;
  }

  /** A snapshot exists now; its number was never used before. */
  void snapped(Snap snap) {
    Snap before = positions.put(snap.position(), snap);
    if (before != null) {
      throw new Violation("SEQ", snap + " on " + snap.madeOn() + " after " + before);
    }
    all.add(snap);
  }

  /** A voter tells nobody before this; the candidate's streams have ended. */
  void promised(SimHost voter, Epoch epoch, HostId to) {
    SimHost candidate = cluster.host(to);
    // Of an epoch that is won already the voter only learns; its winner may have crashed before it
    // told anybody.
    boolean asked =
        candidate != null
            && candidate.jvm()
            && !granted.containsKey(epoch)
            && !candidate.journal().won().equals(epoch);
    if (!asked || !candidate.storage()) {
      return;
    }
    Position told = candidate.replica().position();
    boolean ownWord = voter == candidate && candidate.node().forced();
    if (ownWord || forcedEpochs.contains(epoch)) {
      return; // an operator's word
    }
    if (voter != candidate && voter.storage() && voter.replica().unsnapped() > 0) {
      throw new Violation(
          "BEHIND",
          voter
              + " has "
              + voter.replica().unsnapped()
              + " writes after its newest snapshot and votes for "
              + candidate);
    }
    if (voter.storage() && voter.replica().position().compareTo(told) > 0) {
      throw new Violation(
          "BEHIND",
          voter + " at " + voter.replica().position() + " votes for " + candidate + " at " + told);
    }
    if (voter.journal().barrier().compareTo(told) > 0) {
      throw new Violation(
          "BEHIND",
          voter
              + " knows barrier "
              + voter.journal().barrier()
              + " and votes for "
              + candidate
              + " at "
              + told);
    }
  }

  void elected(SimHost host, Epoch epoch) {
    HostId before = granted.put(epoch, host.id());
    if (before != null) {
      throw new Violation("G1", "epoch " + epoch + " granted to " + before + " and " + host);
    }
  }

  /** By its journal; it may have crashed before it knew. */
  void masterAgain(SimHost host, Epoch epoch) {
    if (!granted.getOrDefault(epoch, host.id()).equals(host.id())) {
      throw new Violation("G1", "epoch " + epoch + " granted to " + host + " and another");
    }
    granted.put(epoch, host.id());
  }

  void leaseHeld(SimHost host, Effect.LeaseHeld held) {
    host.leaseHeld(held.sentAt(), held.endsAt());
    beliefs.put(host, held);
    for (Map.Entry<SimHost, Effect.LeaseHeld> entry : beliefs.entrySet()) {
      SimHost other = entry.getKey();
      boolean lasts = entry.getValue().endsAt() > other.local();
      if (other != host && lasts && !host.tainted() && !other.tainted()) {
        long millis = (entry.getValue().endsAt() - other.local()) / World.MILLI;
        throw new Violation(
            "LEASE",
            host
                + " holds epoch "
                + held.epoch()
                + " while the lease of "
                + other
                + " (epoch "
                + entry.getValue().epoch()
                + ") lasts "
                + millis
                + " ms more");
      }
    }
  }

  long believedUntil(SimHost host) {
    Effect.LeaseHeld held = beliefs.get(host);
    return held == null ? Long.MIN_VALUE : held.endsAt();
  }

  void beliefEnds(SimHost host) {
    beliefs.remove(host);
  }

  void containerStarts(SimHost host) {
    for (SimHost other : cluster.hosts()) {
      if (other != host && other.container() != null && !host.tainted() && !other.tainted()) {
        throw new Violation(
            "G2",
            "container starts on "
                + host
                + " (epoch "
                + host.container()
                + ") while it runs on "
                + other
                + " (epoch "
                + other.container()
                + ")");
      }
    }
    checkBarriers(host);
  }

  private void checkBarriers(SimHost host) {
    for (Kept kept : barriers) {
      boolean later = host.container().compareTo(kept.epoch) >= 0;
      if (later && !host.tainted() && !host.replica().head().contains(kept.snap)) {
        throw new Violation(
            "G4",
            "master "
                + host
                + " (epoch "
                + host.container()
                + ", head "
                + host.replica().head()
                + ") lacks barrier "
                + kept.snap);
      }
    }
  }

  void barrierDone(SimHost host, Snap snap, Epoch epoch) {
    if (host.tainted()) {
      return;
    }
    barriers.add(new Kept(snap, epoch));
    for (SimHost other : cluster.hosts()) {
      if (other.container() != null) {
        checkBarriers(other);
      }
    }
  }

  /** An operator wants this epoch granted; the vote may come after the try has ended. */
  void forcedAsked(Epoch epoch) {
    forcedEpochs.add(epoch);
  }

  /** An operator makes {@code host} master, whatever its copy lacks. */
  void forced(SimHost host) {
    barriers.removeIf(kept -> !host.replica().head().contains(kept.snap));
  }

  /** An operator wants to go behind these. */
  void rolledBack(Snap to) {
    barriers.removeIf(kept -> !to.contains(kept.snap));
  }

  void streamApplied(SimHost host, Epoch epoch) {
    if (epoch.compareTo(host.journal().promised()) < 0) {
      throw new Violation(
          "G3",
          host
              + " receives a stream of epoch "
              + epoch
              + " after it promised "
              + host.journal().promised());
    }
  }

  void afterEvent() {
    for (SimHost host : cluster.hosts()) {
      if (host.container() != null) {
        containerSeenAt = cluster.world().now();
        return;
      }
    }
  }

  /** After everything was healed and time enough has passed. */
  void atEnd(long healedAt, long allowed) {
    Set<Snap> held = new HashSet<>();
    for (SimHost host : cluster.hosts()) {
      if (host.storage() && !host.destroyed()) {
        hold(held, host.replica().head());
        host.replica().stashes().forEach(stash -> hold(held, stash));
      }
    }
    for (Kept kept : barriers) {
      if (!held.contains(kept.snap) && cluster.storageHosts() > 1) {
        throw new Violation("G4", "barrier " + kept.snap + " is nowhere");
      }
    }
    for (Snap snap : all) {
      if (!held.contains(snap) && !cluster.byName(snap.madeOn()).destroyed()) {
        throw new Violation("G5", snap + " made on " + snap.madeOn() + " is nowhere");
      }
    }
    boolean masterPossible = cluster.masterPossible();
    if (masterPossible && containerSeenAt < healedAt + allowed) {
      throw new Violation(
          "G6",
          "no container at the end: last seen at "
              + containerSeenAt / 1e9
              + ", healed at "
              + healedAt / 1e9);
    }
  }

  private static void hold(Set<Snap> held, Snap newest) {
    Snap at = newest;
    while (at != null && held.add(at)) {
      at = at.parent();
    }
  }
}
