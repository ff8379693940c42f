package flocker.protocol.admin;

import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.pekko.actor.typed.ActorRef;

/** What an operator asks about one stash, on the host that has it. */
public sealed interface StashCommand extends AdminCommand {
  /** As {@link StashView#name} has it. */
  String stash();

  /** Which host is meant; empty: the only one that has a stash of that name. */
  Optional<HostName> host();

  /** Shape of a stash's name; anything else is refused. */
  Pattern NAME = Pattern.compile("[0-9a-f]{16}-[A-Za-z0-9][A-Za-z0-9_.:-]{0,80}");

  private static void check(String stash) {
    if (stash == null || !NAME.matcher(stash).matches()) {
      throw new IllegalArgumentException(
          "not the name of a stash, see 'flocker stash list': '" + Quote.shortened(stash) + "'");
    }
  }

  /** Answered by {@link StashDetail}. */
  record DescribeStash(String stash, Optional<HostName> host, ActorRef<AdminReply> replyTo)
      implements StashCommand {
    public DescribeStash {
      check(stash);
    }
  }

  /**
   * Destroys a version for ever. Answered by {@link Done}.
   *
   * @param confirmation the stash's name once more; anything else is refused
   */
  record DestroyStash(
      String stash, Optional<HostName> host, String confirmation, ActorRef<AdminReply> replyTo)
      implements StashCommand {
    public DestroyStash {
      check(stash);
    }
  }
}
