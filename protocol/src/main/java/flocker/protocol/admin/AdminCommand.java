package flocker.protocol.admin;

import flocker.protocol.WireMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What an operator asks of a node. Each is answered by one {@link AdminReply}: the type named here,
 * or an {@link AdminRefusal}. A node that is not the right one forwards it, {@code replyTo}
 * unchanged.
 */
public sealed interface AdminCommand extends WireMessage
    permits AdminCommand.DescribeReadiness,
        AdminCommand.DescribeCluster,
        AdminCommand.ListSystems,
        AdminCommand.DescribeSystem,
        AdminCommand.CreateSystem,
        AdminCommand.StartSystem,
        AdminCommand.StopSystem,
        AdminCommand.DestroySystem,
        AdminCommand.ExecInSystem,
        AdminCommand.DescribeLogs,
        AdminCommand.SwitchOver,
        AdminCommand.ListStashes,
        AdminCommand.ListEvents,
        AdminCommand.ListOperations,
        AdminCommand.DescribeOperation,
        HistoryCommand,
        ArchiveCommand,
        SnapshotCommand,
        StashCommand,
        MastershipCommand,
        VerifyCommand {
  /** Who gets the answer. */
  ActorRef<AdminReply> replyTo();

  /** Is this node part of a working cluster? Answered by {@link ReadinessView}, always at once. */
  record DescribeReadiness(ActorRef<AdminReply> replyTo) implements AdminCommand {}

  /** The whole cluster as this node sees it, at once. Answered by {@link ClusterView}. */
  record DescribeCluster(ActorRef<AdminReply> replyTo) implements AdminCommand {}

  /** Answered by {@link SystemList}. */
  record ListSystems(ActorRef<AdminReply> replyTo) implements AdminCommand {}

  /** Answered by {@link SystemDetail}. */
  record DescribeSystem(SystemName system, ActorRef<AdminReply> replyTo) implements AdminCommand {}

  /**
   * Imports and starts a new user system; the host that gets the request becomes its first master.
   * Answered by {@link OperationView} once the import has begun.
   */
  record CreateSystem(NewSystem system, ActorRef<AdminReply> replyTo) implements AdminCommand {}

  /** Answered by {@link Done} when the container runs. */
  record StartSystem(SystemName system, ActorRef<AdminReply> replyTo) implements AdminCommand {}

  /** Answered by {@link Done} when the container is proven dead; it stays stopped. */
  record StopSystem(SystemName system, ActorRef<AdminReply> replyTo) implements AdminCommand {}

  /**
   * Destroys the system with all its copies. Answered by {@link Done}.
   *
   * @param confirmation the system's name once more; anything else is refused
   */
  record DestroySystem(SystemName system, String confirmation, ActorRef<AdminReply> replyTo)
      implements AdminCommand {}

  /** Runs a command inside, on the master. Answered by {@link ExecView}. */
  record ExecInSystem(
      SystemName system, List<String> command, Duration limit, ActorRef<AdminReply> replyTo)
      implements AdminCommand {
    /** Longest a command may run. */
    public static final Duration MAX_LIMIT = Duration.ofMinutes(10);

    private static final int MAX_WORDS = 1024;
    private static final int MAX_TEXT = 64 << 10;

    public ExecInSystem {
      command = List.copyOf(command);
      if (command.isEmpty() || command.get(0).isEmpty()) {
        throw new IllegalArgumentException("the command to run must not be empty");
      }
      if (command.size() > MAX_WORDS
          || command.stream().mapToInt(String::length).sum() > MAX_TEXT
          || command.stream().anyMatch(word -> word.indexOf(0) >= 0)) {
        throw new IllegalArgumentException(
            "a command has at most 1024 words and 64 KiB, and no NUL");
      }
      if (limit.isNegative() || limit.isZero() || limit.compareTo(MAX_LIMIT) > 0) {
        throw new IllegalArgumentException("a command's time limit is 1 to 600 seconds");
      }
    }
  }

  /** The newest output of the system's init on its master. Answered by {@link LogsView}. */
  record DescribeLogs(SystemName system, int maxBytes, ActorRef<AdminReply> replyTo)
      implements AdminCommand {
    /** So that an answer fits one remoting frame. */
    public static final int MAX_BYTES = 64 << 10;

    public DescribeLogs {
      if (maxBytes < 1 || maxBytes > MAX_BYTES) {
        throw new IllegalArgumentException("logs are 1 to " + MAX_BYTES + " bytes");
      }
    }
  }

  /**
   * Moves the master without loss. Answered by {@link SwitchoverView} when the new master runs.
   *
   * @param to empty: the host whose copy is newest
   */
  record SwitchOver(SystemName system, Optional<HostName> to, ActorRef<AdminReply> replyTo)
      implements AdminCommand {}

  /** Stashes on all hosts in contact, of one system or all. Answered by {@link StashList}. */
  record ListStashes(Optional<SystemName> system, ActorRef<AdminReply> replyTo)
      implements AdminCommand {}

  /**
   * Events of this node, at once (possibly none), oldest first: the first {@code limit} with a
   * number greater than {@code since}, or the newest {@code limit} if it is empty. Answered by
   * {@link EventPage}.
   */
  record ListEvents(Optional<Long> since, int limit, ActorRef<AdminReply> replyTo)
      implements AdminCommand {
    /** So that an answer fits one remoting frame. */
    public static final int MAX_LIMIT = 500;

    public ListEvents {
      if (since.isPresent() && since.get() < 0) {
        throw new IllegalArgumentException("an event's number is never negative: " + since.get());
      }
      if (limit < 1 || limit > MAX_LIMIT) {
        throw new IllegalArgumentException("a page has 1 to " + MAX_LIMIT + " events");
      }
    }
  }

  /** Long work that this node knows, newest first. Answered by {@link OperationList}. */
  record ListOperations(ActorRef<AdminReply> replyTo) implements AdminCommand {}

  /** Answered by {@link OperationView}. */
  record DescribeOperation(OperationId operation, ActorRef<AdminReply> replyTo)
      implements AdminCommand {}
}
