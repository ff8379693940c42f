package flocker.node.replication;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotName;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Replaces a live dataset by another version and keeps the old one as a stash. Blocks. Nothing is
 * destroyed but what this class made itself and did not finish.
 *
 * <p>Order of calls: {@link #recover}; then {@link #prepare}, fill {@link #temporary()}, {@link
 * #swap}, or again {@code recover} to give it up.
 */
public final class Stasher {
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int MOST_SAME_NAMES = 100;
  private static final int MOST_PROMOTIONS = 20;

  /** What {@link #recover} found and did. */
  public enum Recovery {
    /** There was nothing to do. */
    NOTHING,
    /** The old version is live, as before. */
    UNDONE,
    /** The new version is live, and the old one a stash. */
    FINISHED
  }

  private final Storage storage;
  private final Dataset live;
  private final HostId host;
  private final Supplier<Instant> wallClock;
  private Position replaced = Position.NONE;
  private Optional<SnapshotName> base = Optional.empty();

  public Stasher(Storage storage, Dataset live, HostId host, Supplier<Instant> wallClock) {
    this.storage = storage;
    this.live = live;
    this.host = host;
    this.wallClock = wallClock;
  }

  /** Where the new version is made. */
  public Dataset temporary() {
    return new Dataset("tmp/" + live.path());
  }

  /**
   * Undoes or finishes what a crash, or a fault, left. To be called before any position is told.
   */
  public Recovery recover() throws StorageFault {
    boolean liveExists = storage.exists(live);
    boolean temporaryExists = storage.exists(temporary());
    List<Dataset> clones = temporaryExists ? clonesOf(temporary()) : List.of();
    boolean liveIsClone = liveExists && clones.contains(live);
    boolean othersAreClones = clones.stream().anyMatch(each -> !each.equals(live));
    List<StashPlan.Step> steps =
        StashPlan.recovery(
            new StashPlan.Found(liveExists, temporaryExists, liveIsClone, othersAreClones));
    Recovery done = Recovery.NOTHING;
    for (StashPlan.Step step : steps) {
      switch (step) {
        case PROMOTE_LIVE -> storage.promote(live);
        case PROMOTE_OTHERS -> {
          for (Dataset clone : clonesOf(temporary())) {
            storage.promote(clone);
          }
        }
        case DESTROY_TEMPORARY -> {
          storage.destroy(temporary());
          done = Recovery.UNDONE;
        }
        case TEMPORARY_TO_LIVE -> {
          storage.rename(temporary(), live);
          done = Recovery.FINISHED;
        }
      }
    }
    return done;
  }

  /**
   * Takes what a dataset that was writable holds, and is in no snapshot, into one. Its name has no
   * position. Read-only afterwards.
   *
   * @return true if there was nothing of that kind: the copy is what its newest snapshot is
   */
  public boolean settle() throws StorageFault {
    List<Snapshot> before = storage.snapshots(live);
    SnapshotName name = keep();
    boolean clean =
        !before.isEmpty() && storage.unchanged(live, before.get(before.size() - 1).name(), name);
    if (clean) {
      storage.destroySnapshot(live, name);
    }
    return clean;
  }

  /** Like {@link #settle}, but the snapshot stays, also if it holds nothing new. */
  public SnapshotName keep() throws StorageFault {
    storage.mount(live);
    storage.unmount(live);
    SnapshotName name =
        freeName("flocker-stash-" + UTC.format(wallClock.get()), storage.snapshots(live));
    storage.snapshot(live, name);
    storage.setReadOnly(live, true);
    return name;
  }

  /**
   * Makes the temporary dataset, independent of the live one, as it was at {@code common}. Without
   * a common snapshot there is none yet, and a full stream makes it. The live one stays what it is,
   * though its snapshots up to {@code common} are the temporary one's until {@link #recover} or
   * {@link #swap}.
   */
  public void prepare(Optional<SnapshotName> common) throws StorageFault {
    replaced = storage.position(live);
    base = common;
    if (common.isPresent()) {
      storage.cloneFrom(live, common.get(), temporary());
      storage.promote(temporary());
    }
  }

  private List<Dataset> clonesOf(Dataset of) throws StorageFault {
    return storage.origins().entrySet().stream()
        .filter(each -> each.getValue().dataset().equals(of))
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * Makes the temporary dataset as {@code snapshot} of {@code from} was, which is the live one or a
   * stash; independent of both, with all snapshots that lead to it.
   */
  public void prepareFrom(Dataset from, SnapshotName snapshot) throws StorageFault {
    replaced = storage.position(live);
    base = Optional.of(snapshot);
    storage.cloneFrom(from, snapshot, temporary());
    for (int i = 0; storage.origin(temporary()).isPresent(); i++) {
      if (i == MOST_PROMOTIONS) {
        throw new StorageFault(
            StorageFault.Kind.OTHER, temporary() + " is still a clone after " + i + " promotions");
      }
      storage.promote(temporary());
    }
  }

  /**
   * The new version becomes live, the old one a stash.
   *
   * @param reason for people
   * @return the stash
   */
  public Dataset swap(String reason) throws StorageFault {
    Dataset stash = freeStash();
    storage.setReadOnly(temporary(), true);
    storage.setReadOnly(live, true);
    storage.setProperty(live, "stash-reason", reason);
    storage.setProperty(live, "stash-owner", host.value());
    storage.setProperty(live, "stash-at", wallClock.get().toString());
    storage.setProperty(live, "stash-base", base.map(SnapshotName::value).orElse("none"));
    storage.rename(live, stash);
    storage.rename(temporary(), live);
    return stash;
  }

  private Dataset freeStash() throws StorageFault {
    String name =
        "stash/"
            + live.path()
            + "-"
            + replaced.epoch()
            + "-"
            + Math.max(0, replaced.sequence())
            + "-"
            + UTC.format(wallClock.get());
    for (int i = 1; i <= MOST_SAME_NAMES; i++) {
      Dataset stash = new Dataset(i == 1 ? name : name + "." + i);
      if (!storage.exists(stash)) {
        return stash;
      }
    }
    throw new StorageFault(StorageFault.Kind.EXISTS, "too many stashes named " + name);
  }

  private static SnapshotName freeName(String name, List<Snapshot> taken) throws StorageFault {
    for (int i = 1; i <= MOST_SAME_NAMES; i++) {
      SnapshotName free = new SnapshotName(i == 1 ? name : name + "." + i);
      if (taken.stream().noneMatch(snapshot -> snapshot.name().equals(free))) {
        return free;
      }
    }
    throw new StorageFault(StorageFault.Kind.EXISTS, "too many snapshots named " + name);
  }
}
