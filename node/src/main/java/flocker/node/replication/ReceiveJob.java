package flocker.node.replication;

import flocker.node.storage.Dataset;
import flocker.node.storage.ReceiveStream;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.replication.Failure;
import flocker.protocol.replication.Payload;
import flocker.protocol.replication.StreamDigest;
import flocker.protocol.replication.StreamPlan;
import flocker.protocol.replication.StreamPlan.Mode;
import flocker.protocol.replication.Trailer;
import flocker.protocol.replication.Version;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/**
 * The writing end of one stream. All methods but {@link #cancel()} block, and are called one after
 * the other, {@link #end()} last and always.
 *
 * <p>The last part that came is always kept back: storage commits at the last record of a stream,
 * which it cannot have before the trailer was found to agree. Then {@code end()} without {@code
 * finish()} leaves no snapshot behind.
 */
final class ReceiveJob {
  private final Storage storage;
  private final Dataset live;
  private final Stasher stasher;
  private final StreamPlan plan;
  private final MessageDigest digest = StreamDigest.start();

  private ReceiveStream stream;
  private boolean cancelled;
  private Optional<Payload> heldBack = Optional.empty();
  private long chunks;
  private long bytes;

  ReceiveJob(Storage storage, Dataset live, Stasher stasher, StreamPlan plan) {
    this.storage = storage;
    this.live = live;
    this.stasher = stasher;
    this.plan = plan;
  }

  /** What it came to. */
  record Result(Version version, Optional<Dataset> stash) {}

  /**
   * @return false if the copy is not what the plan was made for; nothing has been done then
   */
  boolean open() throws StorageFault {
    stopIfCancelled();
    Optional<List<Version>> found = versionsIfThere();
    List<Version> have = found.orElse(List.of());
    boolean exists = plan.mode() != Mode.NEW;
    Optional<Version> newest =
        have.isEmpty() ? Optional.empty() : Optional.of(have.get(have.size() - 1));
    if (found.isPresent() != exists || !newest.map(Version::guid).equals(plan.onto())) {
      return false;
    }
    Optional<SnapshotName> base =
        have.stream()
            .filter(version -> plan.base().equals(Optional.of(version.guid())))
            .map(Version::name)
            .findFirst();
    if (plan.base().isPresent() && base.isEmpty()) {
      return false;
    }
    refuseWithoutSpace();
    if (plan.mode() == Mode.REPLACE) {
      if (base.isPresent() && plan.base().equals(plan.onto())) {
        // A clone of the newest snapshot would leave the live one without any of its own.
        return false;
      }
      stasher.prepare(base);
    }
    start(storage.receive(target(), base.isPresent()));
    return true;
  }

  private Optional<List<Version>> versionsIfThere() throws StorageFault {
    try {
      return Optional.of(versions(storage.snapshots(live)));
    } catch (StorageFault e) {
      if (e.kind() == StorageFault.Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void refuseWithoutSpace() throws StorageFault {
    if (plan.estimatedBytes().isEmpty() || plan.mode() == Mode.EXTEND) {
      return;
    }
    long needed = plan.estimatedBytes().get();
    long free = storage.pool().freeBytes();
    if (needed > free) {
      throw new StreamFault(
          Failure.NO_SPACE,
          "the stream has about " + needed + " bytes, and " + free + " are free here");
    }
  }

  private synchronized void start(ReceiveStream opened) {
    stream = opened;
    if (cancelled) {
      throw new StreamFault(Failure.SUPERSEDED, "ended before it began");
    }
  }

  private Dataset target() {
    return plan.mode() == Mode.REPLACE ? stasher.temporary() : live;
  }

  /** Takes the next part and lets the one before it through. */
  void write(Payload part) throws StorageFault {
    stopIfCancelled();
    chunks++;
    bytes += part.length();
    part.addTo(digest);
    Optional<Payload> through = heldBack;
    heldBack = Optional.of(part);
    if (through.isPresent()) {
      pour(through.get());
    }
  }

  /** Lets the last part through if {@code trailer} agrees, and waits until all is durable. */
  Result finish(Trailer trailer) throws StorageFault {
    stopIfCancelled();
    if (!trailer.exitOk()) {
      throw new StreamFault(Failure.SENDER, "the sender's storage failed");
    }
    if (trailer.chunks() != chunks || trailer.bytes() != bytes) {
      throw new StreamFault(
          Failure.DIGEST, "sent were " + trailer.bytes() + " bytes, " + bytes + " have arrived");
    }
    if (!trailer.digest().equals(StreamDigest.of(digest))) {
      throw new StreamFault(Failure.DIGEST, "the bytes that arrived are not those that were sent");
    }
    if (heldBack.isPresent()) {
      pour(heldBack.get());
    }
    stream.finish();
    Version received =
        storage
            .newest(target())
            .map(snapshot -> new Version(snapshot.name(), snapshot.guid()))
            .orElseThrow(
                () -> new StreamFault(Failure.WRONG_SNAPSHOT, "no snapshot came of the stream"));
    if (!received.equals(plan.to())) {
      throw new StreamFault(
          Failure.WRONG_SNAPSHOT, received + " came of the stream, not " + plan.to());
    }
    stopIfCancelled();
    return new Result(received, plan.mode() == Mode.REPLACE ? swap() : Optional.empty());
  }

  private Optional<Dataset> swap() throws StorageFault {
    return Optional.of(stasher.swap("the history of " + plan.to().name() + " does not contain it"));
  }

  private void pour(Payload part) throws StorageFault {
    try {
      part.writeTo(stream.sink());
    } catch (IOException e) {
      // The pipe broke because the receiving command ended; it knows why.
      stream.finish();
      throw new StorageFault(StorageFault.Kind.IO, "writing to the receiver failed: " + e, e);
    }
  }

  private void stopIfCancelled() {
    synchronized (this) {
      if (!cancelled) {
        return;
      }
    }
    throw new StreamFault(Failure.SUPERSEDED, "another stream, or the end of all, came before");
  }

  /** Makes a call that blocks in here end soon; from any thread. */
  void cancel() {
    ReceiveStream opened;
    synchronized (this) {
      cancelled = true;
      opened = stream;
    }
    if (opened != null) {
      opened.close();
    }
  }

  /**
   * Waits until the receiving command has ended. What an unfinished replacement left is {@link
   * Stasher#recover}'s to put right.
   */
  void end() {
    ReceiveStream opened;
    synchronized (this) {
      opened = stream;
    }
    heldBack = Optional.empty();
    if (opened != null) {
      opened.close();
    }
  }

  static List<Version> versions(List<Snapshot> snapshots) {
    return snapshots.stream()
        .map(snapshot -> new Version(snapshot.name(), snapshot.guid()))
        .toList();
  }
}
