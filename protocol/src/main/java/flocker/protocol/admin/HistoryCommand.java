package flocker.protocol.admin;

import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What an operator asks about a user system's past: what is kept of it, and going back to it. */
public sealed interface HistoryCommand extends AdminCommand {
  /** Whose past. */
  SystemName system();

  /** Which host is meant; empty: the system's master. */
  default Optional<HostName> host() {
    return Optional.empty();
  }

  /**
   * What retention keeps and destroys on one host. Answered by {@link RetentionView}; nothing is
   * destroyed by it.
   *
   * @param host empty: the master
   * @param rules to try out instead of those in force
   * @param limit so many of the newest snapshots are shown; all are counted
   */
  record DescribeRetention(
      SystemName system,
      Optional<HostName> host,
      Optional<RetentionRules> rules,
      int limit,
      ActorRef<AdminReply> replyTo)
      implements HistoryCommand {
    /** So that an answer fits one remoting frame. */
    public static final int MAX_LIMIT = 1000;

    public DescribeRetention {
      if (limit < 0 || limit > MAX_LIMIT) {
        throw new IllegalArgumentException("a plan shows 0 to " + MAX_LIMIT + " snapshots");
      }
    }
  }

  /**
   * Changes how much is kept; what is left out stays as it is. Answered by {@link Done} when a
   * majority keeps it.
   *
   * @param confirmation the system's name once more, because snapshots may be destroyed by it
   */
  record SetRetention(
      SystemName system,
      Optional<RetentionRules> retention,
      Optional<RetentionRules> onSlaves,
      String confirmation,
      ActorRef<AdminReply> replyTo)
      implements HistoryCommand {}

  /** What a roll-back would do. Answered by {@link RollBackView}. */
  record DescribeRollBack(SystemName system, VersionRef to, ActorRef<AdminReply> replyTo)
      implements HistoryCommand {}

  /**
   * Makes an earlier version, or a stash of the master, the live one; what is live becomes a stash.
   * Answered by {@link OperationView} once it has begun; the operation ends when no later failover
   * can undo it.
   *
   * @param confirmation the system's name once more, because the system stops for it
   */
  record RollBack(
      SystemName system, VersionRef to, String confirmation, ActorRef<AdminReply> replyTo)
      implements HistoryCommand {}
}
