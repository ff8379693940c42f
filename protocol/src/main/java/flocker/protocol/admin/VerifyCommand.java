package flocker.protocol.admin;

import flocker.protocol.id.SnapshotGuid;
import org.apache.pekko.actor.typed.ActorRef;

/** Comparing the copies of one user system, file by file. */
public sealed interface VerifyCommand extends AdminCommand {
  /** Whose copies. */
  SystemName system();

  /**
   * Compares every slave's copy with the master's, at the newest snapshot that both have. Answered
   * by {@link OperationView} once it has begun; it ends well if nothing differs.
   */
  record Verify(SystemName system, ActorRef<AdminReply> replyTo) implements VerifyCommand {}

  /**
   * What one host holds in a folder of a snapshot. Answered by {@link FolderDigest}, at once: ask
   * again until it is ready. A host works at one folder at a time.
   *
   * @param folder from the root of the user filesystem, without {@code /} before or after it;
   *     empty: the root
   * @param after only entries whose names come after this; empty: from the first
   */
  record DigestFolder(
      SystemName system,
      SnapshotGuid snapshot,
      String folder,
      String after,
      ActorRef<AdminReply> replyTo)
      implements VerifyCommand {
    public DigestFolder {
      if (folder == null || folder.length() > 4096 || folder.indexOf(0) >= 0) {
        throw new IllegalArgumentException("a path is at most 4096 characters, without NUL");
      }
      if (folder.startsWith("/") || ("/" + folder + "/").contains("/../")) {
        throw new IllegalArgumentException("a folder is below the root: " + folder);
      }
    }
  }
}
