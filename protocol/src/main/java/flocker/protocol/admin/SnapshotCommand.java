package flocker.protocol.admin;

import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What an operator asks about the snapshots of one user system. */
public sealed interface SnapshotCommand extends AdminCommand {
  /** Whose snapshots. */
  SystemName system();

  /** The host whose copy is meant; empty: the master. */
  default Optional<HostName> host() {
    return Optional.empty();
  }

  /**
   * The newest {@code limit} snapshots, and who holds them. Answered by {@link SnapshotList}; a
   * desk answers for its own host alone.
   */
  record ListSnapshots(SystemName system, int limit, ActorRef<AdminReply> replyTo)
      implements SnapshotCommand {
    /** So that an answer fits one remoting frame. */
    public static final int MAX_LIMIT = 400;

    public ListSnapshots {
      if (limit < 1 || limit > MAX_LIMIT) {
        throw new IllegalArgumentException("a list has 1 to " + MAX_LIMIT + " snapshots");
      }
    }
  }

  /**
   * Takes a snapshot now, also if nothing has changed. Answered by {@link SnapshotView}.
   *
   * @param label by which it can be asked for afterwards; pinned from the beginning if there is one
   */
  record CreateSnapshot(SystemName system, Optional<String> label, ActorRef<AdminReply> replyTo)
      implements SnapshotCommand {
    public CreateSnapshot {
      // Refuses what cannot stand in a name.
      label = flocker.protocol.id.SnapshotMark.CHANGE.labelled(label).label();
    }
  }

  /**
   * Keeps a snapshot whatever the retention rules say, or leaves it to them again. Answered by
   * {@link Done} when a majority keeps that.
   */
  record PinSnapshot(
      SystemName system, SnapshotRef snapshot, boolean pinned, ActorRef<AdminReply> replyTo)
      implements SnapshotCommand {}

  /**
   * What a directory of a snapshot holds. Answered by {@link FileList}.
   *
   * @param path inside the user filesystem; links are followed and never lead out of it
   * @param after only entries whose names come after this; empty: from the first
   */
  record ListFiles(
      SystemName system,
      Optional<HostName> host,
      SnapshotRef snapshot,
      String path,
      String after,
      int limit,
      ActorRef<AdminReply> replyTo)
      implements SnapshotCommand {
    /** So that an answer fits one remoting frame. */
    public static final int MAX_LIMIT = 500;

    public ListFiles {
      checkPath(path);
      if (limit < 1 || limit > MAX_LIMIT) {
        throw new IllegalArgumentException("a list has 1 to " + MAX_LIMIT + " files");
      }
    }
  }

  /** A part of a file of a snapshot, from {@code offset} on. Answered by {@link FileChunk}. */
  record ReadFile(
      SystemName system,
      Optional<HostName> host,
      SnapshotRef snapshot,
      String path,
      long offset,
      ActorRef<AdminReply> replyTo)
      implements SnapshotCommand {
    public ReadFile {
      checkPath(path);
      if (offset < 0) {
        throw new IllegalArgumentException("an offset is never negative: " + offset);
      }
    }
  }

  /** What differs between two snapshots on one host. Answered by {@link DiffView}. */
  record DiffSnapshots(
      SystemName system,
      Optional<HostName> host,
      SnapshotRef from,
      SnapshotRef to,
      int limit,
      ActorRef<AdminReply> replyTo)
      implements SnapshotCommand {
    /** So that an answer fits one remoting frame. */
    public static final int MAX_LIMIT = 1000;

    public DiffSnapshots {
      if (limit < 1 || limit > MAX_LIMIT) {
        throw new IllegalArgumentException("a comparison shows 1 to " + MAX_LIMIT + " paths");
      }
    }
  }

  private static void checkPath(String path) {
    if (path == null || path.length() > 4096 || path.indexOf(0) >= 0) {
      throw new IllegalArgumentException("a path is at most 4096 characters, without NUL");
    }
  }
}
