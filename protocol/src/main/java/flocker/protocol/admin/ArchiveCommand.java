package flocker.protocol.admin;

import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What an operator asks about a user system's filesystem as a file outside Flocker. */
public sealed interface ArchiveCommand extends AdminCommand {
  /** Whose filesystem. */
  SystemName system();

  /** The host that does it and where the file will be; empty: the master. */
  Optional<HostName> host();

  /**
   * Writes a snapshot to a file or folder of the host that does it. Answered by {@link
   * OperationView} once the export has begun.
   *
   * @param snapshot empty: one that is taken now, on the master
   */
  record ExportSystem(
      SystemName system,
      Optional<HostName> host,
      Optional<SnapshotRef> snapshot,
      ExportTarget target,
      ActorRef<AdminReply> replyTo)
      implements ArchiveCommand {}
}
