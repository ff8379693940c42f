package flocker.node.api;

import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.RefusalCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.server.Route;

/** A real API server on the loopback whose admin actor answers what a test told it to. */
public final class CannedNode implements AutoCloseable {
  /** Told as an answer: say nothing at all. */
  public static final Function<AdminCommand, AdminReply> SILENCE = command -> null;

  private final ActorTestKit kit = ActorTestKit.create("canned");
  private final Map<Class<?>, Function<AdminCommand, AdminReply>> answers =
      new ConcurrentHashMap<>();
  private final BlockingQueue<AdminCommand> asked = new LinkedBlockingQueue<>();
  private final ServerBinding binding;

  public CannedNode(List<Route> more) {
    this((system, admin) -> more);
  }

  /** With routes that ask the canned admin actor themselves. */
  public CannedNode(BiFunction<ActorSystem<?>, ActorRef<AdminCommand>, List<Route>> more) {
    ActorRef<AdminCommand> admin =
        kit.spawn(
            Behaviors.receiveMessage(
                command -> {
                  asked.add(command);
                  AdminReply reply =
                      answers
                          .getOrDefault(
                              command.getClass(),
                              any -> new AdminRefusal(RefusalCode.UNAVAILABLE, "nothing is canned"))
                          .apply(command);
                  if (reply != null) {
                    command.replyTo().tell(reply);
                  }
                  return Behaviors.same();
                }));
    binding =
        ApiServer.start(kit.system(), admin, "127.0.0.1", 0, more.apply(kit.system(), admin))
            .toCompletableFuture()
            .join();
  }

  /** From now on, commands of this type get this answer. */
  public CannedNode answer(Class<? extends AdminCommand> command, AdminReply reply) {
    return answer(command, any -> reply);
  }

  /** From now on, commands of this type get what the function says. */
  public CannedNode answer(
      Class<? extends AdminCommand> command, Function<AdminCommand, AdminReply> reply) {
    answers.put(command, reply);
    return this;
  }

  /** Forgets what was canned and asked. */
  public void reset() {
    answers.clear();
    asked.clear();
  }

  /** The oldest command not yet looked at. */
  public AdminCommand asked() {
    AdminCommand command = asked.poll();
    if (command == null) {
      throw new AssertionError("the node was not asked anything");
    }
    return command;
  }

  /** True if there was no (further) command. */
  public boolean askedNothing() {
    return asked.isEmpty();
  }

  public String url() {
    return "http://127.0.0.1:" + binding.localAddress().getPort();
  }

  /** The cluster of the golden file: systems shop (running on b) and mail (no master). */
  public static ClusterView cluster() {
    Path golden =
        Path.of(
            System.getProperty("flocker.root", ".."),
            "protocol/src/test/resources/admin/cluster-view.json");
    try {
      return AdminJson.tolerant().readValue(golden.toFile(), ClusterView.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
