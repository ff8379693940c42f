package flocker.node.cluster;

import java.io.IOException;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Sees to it that connections between hosts are soon made anew after the network was cut; see
 * {@link RemotingSockets}. It reads /proc, so spawn it with {@code DispatcherSelector.blocking()}.
 */
public final class LinkKeeperActor extends AbstractBehavior<LinkKeeperActor.Command> {
  /**
   * Sent data that is not acknowledged for this long ends the connection. Longer than a lost packet
   * or two need, shorter than an operator's patience.
   */
  static final Duration SILENCE = Duration.ofSeconds(4);

  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Nothing is told to it. */
  public sealed interface Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private final RemotingSockets sockets;
  private boolean failed;

  private LinkKeeperActor(ActorContext<Command> context, int port) {
    super(context);
    this.sockets = new RemotingSockets(port, SILENCE);
  }

  /** {@code port} is that of remoting, on this and the other hosts. */
  public static Behavior<Command> create(int port) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Tick.INSTANCE, Tick.INSTANCE, EVERY);
                  return new LinkKeeperActor(context, port);
                }));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessageEquals(Tick.INSTANCE, this::onTick).build();
  }

  private Behavior<Command> onTick() {
    try {
      sockets.apply();
      failed = false;
    } catch (IOException e) {
      if (!failed) {
        failed = true;
        getContext()
            .getLog()
            .warn(
                "The timeouts of connections to other hosts could not be set ({}). After a long cut"
                    + " of the network they may be silent for some time; it is tried again every"
                    + " second.",
                e.toString());
      }
    }
    return this;
  }
}
