package flocker.node.cluster;

import flocker.protocol.WireMessage;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/**
 * A host in a process of its own, that can be stopped and killed: answers pings at the path of a
 * voter. Arguments: address, port. Commands on standard input: {@code join URI}, {@code state}.
 */
final class PeerProgram {
  static final String VOTER = "/user/systems/0000000000000001/voter";

  /** Asks for the incarnation. */
  record Ping(long number, ActorRef<Pong> replyTo) implements WireMessage {}

  /** Answered by the process of that pid. */
  record Pong(long number, long pid) implements WireMessage {}

  private PeerProgram() {}

  static Behavior<Void> guardian() {
    return Behaviors.setup(
        context -> {
          context.spawn(
              Behaviors.<Void>setup(
                  systems -> {
                    systems.spawn(
                        Behaviors.<Void>setup(
                            system -> {
                              system.spawn(voter(), "voter");
                              return Behaviors.empty();
                            }),
                        "0000000000000001");
                    return Behaviors.empty();
                  }),
              "systems");
          return Behaviors.empty();
        });
  }

  private static Behavior<Ping> voter() {
    return Behaviors.receive(Ping.class)
        .onMessage(
            Ping.class,
            ping -> {
              ping.replyTo().tell(new Pong(ping.number(), ProcessHandle.current().pid()));
              return Behaviors.same();
            })
        .build();
  }

  // A program, not a test: its output is what the test waits for.
  public static void main(String[] args) throws Exception {
    ActorSystem<Void> system =
        ActorSystem.create(
            guardian(),
            PekkoConfig.SYSTEM,
            PekkoConfig.of(args[0], Integer.parseInt(args[1]), Nodes.extra()));
    Cluster cluster = Cluster.get(system);
    System.out.println("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.startsWith("join ")) {
        cluster.manager().tell(Join.create(AddressFromURIString.parse(line.substring(5))));
      } else if (line.equals("state")) {
        System.out.println(cluster.selfMember().status().toString().toLowerCase(Locale.ROOT));
      }
    }
    system.terminate();
  }
}
