package flocker.protocol.admin;

import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What an operator asks about who is master of a user system, and what that may lose. */
public sealed interface MastershipCommand extends AdminCommand {
  /** The longest reason that is kept. */
  int MAX_REASON = 200;

  /** Which system. */
  SystemName system();

  /**
   * Makes sure that what was written until now survives the loss of any one host. Answered by
   * {@link BarrierView}.
   *
   * @param copies how many other hosts that could be master must have it, 0 to 254
   * @param timeoutMillis when to give up; 100 to 3,600,000
   */
  record TakeBarrier(
      SystemName system, int copies, long timeoutMillis, ActorRef<AdminReply> replyTo)
      implements MastershipCommand {
    public TakeBarrier {
      if (copies < 0 || copies > 254) {
        throw new IllegalArgumentException("a barrier's copies are 0 to 254");
      }
      if (timeoutMillis < 100 || timeoutMillis > 3_600_000) {
        throw new IllegalArgumentException("a barrier waits for 100 ms to 1 h");
      }
    }
  }

  /** How much may be lost with the master. Answered by {@link Done}. */
  record SetLossPolicy(SystemName system, LossPolicy policy, ActorRef<AdminReply> replyTo)
      implements MastershipCommand {}

  /**
   * No host takes over, hands over or gives up by itself until {@link Resume}. What runs goes on.
   * Answered by {@link Done}.
   */
  record Pause(SystemName system, String reason, ActorRef<AdminReply> replyTo)
      implements MastershipCommand {
    public Pause {
      checkReason(reason);
    }
  }

  /**
   * The opposite of {@link Pause}; also forgets the counted take-overs. Answered by {@link Done}.
   */
  record Resume(SystemName system, String reason, ActorRef<AdminReply> replyTo)
      implements MastershipCommand {
    public Resume {
      checkReason(reason);
    }
  }

  /**
   * Asks what {@link Promote} would leave behind. Answered by {@link PromotionView}.
   *
   * @param to empty: the host that is asked
   */
  record DescribePromotion(SystemName system, Optional<HostName> to, ActorRef<AdminReply> replyTo)
      implements MastershipCommand {}

  /**
   * Makes a host master although its copy may lack what others or barriers have, and although the
   * system is paused. Never without a majority. Answered by {@link Done}.
   *
   * @param to empty: the host that is asked
   * @param confirmation the system's name once more; anything else is refused
   */
  record Promote(
      SystemName system,
      Optional<HostName> to,
      String confirmation,
      String reason,
      ActorRef<AdminReply> replyTo)
      implements MastershipCommand {
    public Promote {
      checkReason(reason);
    }
  }

  private static void checkReason(String reason) {
    if (reason.isBlank()
        || reason.length() > MAX_REASON
        || reason.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a reason is one line of 1 to " + MAX_REASON + " characters");
    }
  }
}
