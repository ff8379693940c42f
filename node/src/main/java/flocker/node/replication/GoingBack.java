package flocker.node.replication;

import flocker.node.storage.Dataset;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SnapshotName;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes an earlier version of a copy, or a stash, the live one, and keeps what was live as a stash.
 * Blocks. The copy is unmounted, read-only, and all that was written is in a snapshot.
 *
 * @param live the copy
 */
public record GoingBack(Storage storage, Dataset live, HostId host, Supplier<Instant> wallClock) {
  /**
   * Which version is wanted.
   *
   * @param dataset the copy itself or one of its stashes
   */
  public record Target(Dataset dataset, SnapshotName snapshot) {
    @Override
    public String toString() {
      return dataset + "@" + snapshot;
    }
  }

  /**
   * How it ended; one of the two.
   *
   * @param stash where what was live is now
   * @param undone why the old version is live as before
   */
  public record Outcome(Optional<Dataset> stash, String undone) {
    /** Whether the wanted version is live. */
    public boolean done() {
      return stash.isPresent();
    }

    /** For people. */
    @Override
    public String toString() {
      return stash
          .map(each -> "what was live is kept as " + each.path())
          .orElse(undone + "; the old version is live");
    }
  }

  /**
   * Goes back. What fails is undone, or finished if it had come to the swap; safe to repeat when it
   * throws, and then it is not known which of the two it is.
   *
   * @param epoch new, granted for this; the wanted version's first snapshot is its first position
   */
  public Outcome to(Target target, Epoch epoch) throws StorageFault {
    Stasher stasher = new Stasher(storage, live, host, wallClock);
    Optional<Outcome> before = settled(stasher, epoch, "an earlier attempt was undone");
    if (before.filter(Outcome::done).isPresent()) {
      return before.get();
    }
    try {
      stasher.prepareFrom(target.dataset(), target.snapshot());
      storage.snapshot(stasher.temporary(), SnapshotName.of(epoch, 0, wallClock.get()));
      storage.setProperty(stasher.temporary(), "epoch", epoch.toString());
      Dataset stash = stasher.swap("roll-back to " + target.snapshot());
      dropIfEmpty(target.dataset());
      return new Outcome(Optional.of(stash), "");
    } catch (StorageFault fault) {
      return settled(stasher, epoch, fault.getMessage())
          .orElse(new Outcome(Optional.empty(), fault.getMessage()));
    }
  }

  /** After a fault or crash: what it has come to; empty if there was nothing to put right. */
  private Optional<Outcome> settled(Stasher stasher, Epoch epoch, String why) throws StorageFault {
    return switch (stasher.recover()) {
      case NOTHING ->
          storage.position(live).epoch().equals(epoch) ? newestStash() : Optional.empty();
      case UNDONE -> Optional.of(new Outcome(Optional.empty(), why));
      case FINISHED -> newestStash();
    };
  }

  /** The one that was made last. */
  private Optional<Outcome> newestStash() throws StorageFault {
    Optional<Dataset> newest = Optional.empty();
    String at = "";
    for (Dataset each : storage.datasets()) {
      if (each.path().startsWith("stash/" + live.path() + "-")) {
        String made = storage.property(each, "stash-at").orElse("");
        if (newest.isEmpty() || made.compareTo(at) >= 0) {
          newest = Optional.of(each);
          at = made;
        }
      }
    }
    return newest.map(stash -> new Outcome(Optional.of(stash), ""));
  }

  /**
   * A stash that became the live version has no snapshot of its own left: all that it was is in the
   * live one. It was never writable since.
   */
  private void dropIfEmpty(Dataset from) throws StorageFault {
    if (!from.equals(live) && storage.snapshots(from).isEmpty() && storage.readOnly(from)) {
      storage.destroy(from);
    }
  }
}
