package flocker.node.api;

import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.EventPage;
import flocker.protocol.admin.RefusalCode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.pattern.Patterns;

/** Asks the node's admin actor; silence becomes a refusal, so that every question has an answer. */
final class AdminGate {
  private static final Duration EVENT_POLL = Duration.ofMillis(200);

  private final ActorSystem<?> system;
  private final ActorRef<AdminCommand> admin;

  AdminGate(ActorSystem<?> system, ActorRef<AdminCommand> admin) {
    this.system = system;
    this.admin = admin;
  }

  /** Asks once; {@code silence} is the message if no answer comes in time. */
  CompletionStage<AdminReply> ask(
      Function<ActorRef<AdminReply>, AdminCommand> command, Duration timeout, String silence) {
    try {
      return AskPattern.<AdminCommand, AdminReply>ask(
              admin, command::apply, timeout, system.scheduler())
          .exceptionally(fault -> new AdminRefusal(RefusalCode.TIMED_OUT, silence));
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedFuture(
          new AdminRefusal(RefusalCode.BAD_REQUEST, e.getMessage()));
    }
  }

  /** Asks for events again and again until there is one or {@code wait} has passed. */
  CompletionStage<AdminReply> events(
      Optional<Long> since, int limit, Duration wait, String silence) {
    Duration timeout = Duration.ofSeconds(5);
    return ask(replyTo -> new AdminCommand.ListEvents(since, limit, replyTo), timeout, silence)
        .thenCompose(
            reply -> {
              boolean again = reply instanceof EventPage page && page.events().isEmpty();
              if (!again || wait.compareTo(EVENT_POLL) < 0) {
                return CompletableFuture.completedFuture(reply);
              }
              return Patterns.after(
                  EVENT_POLL, system, () -> events(since, limit, wait.minus(EVENT_POLL), silence));
            });
  }
}
