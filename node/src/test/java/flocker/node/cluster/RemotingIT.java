package flocker.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import flocker.node.cluster.PeerProgram.Ping;
import flocker.node.cluster.PeerProgram.Pong;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Messages to fixed paths flow between processes whatever membership says: before there is a
 * cluster, while joining, while unreachable, and after a restart on the same address. Figures go to
 * {@code target/remoting-figures.txt}.
 */
class RemotingIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration EVERY = Duration.ofMillis(50);

  @TempDir Path dir;

  private ActorSystem<Void> here;
  private TestProbe<Pong> probe;
  private Peer b;
  private Peer c;
  private long pings;

  @BeforeAll
  static void onlyInItsTier() {
    assumeTrue(
        Arrays.asList(System.getProperty("flocker.tiers", "").split(",", -1)).contains("container"),
        "NOT RUN: remoting between real processes needs -Dflocker.tiers=container");
  }

  @BeforeEach
  void start() throws IOException {
    here =
        ActorSystem.create(
            PeerProgram.guardian(),
            PekkoConfig.SYSTEM,
            PekkoConfig.of("127.0.4.1", Nodes.freePort("127.0.4.1"), Nodes.extra()));
    probe = TestProbe.create(Pong.class, here);
    b = new Peer("127.0.4.2", Nodes.freePort("127.0.4.2"));
    c = new Peer("127.0.4.3", Nodes.freePort("127.0.4.3"));
  }

  @AfterEach
  void stop() {
    b.kill();
    c.kill();
    Nodes.stop(here);
  }

  @Test
  void messagesFlowWhateverMembershipSays() throws Exception {
    figure("members of nothing", flows(b));

    Cluster cluster = Cluster.get(here);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    await().atMost(PATIENCE).until(() -> upAddresses().size() == 1);
    c.say("join " + cluster.selfMember().address());
    await().atMost(PATIENCE).until(() -> upAddresses().size() == 2);
    c.kill();
    await().atMost(PATIENCE).until(() -> unreachable().size() == 1);
    figure("one is a member, the other is not", flows(b));

    b.say("join " + cluster.selfMember().address());
    await().atMost(PATIENCE).until(() -> members().contains(b.address()));
    assertThat(upAddresses()).as("b cannot be Up while c is unreachable").hasSize(2);
    figure("the other is joining", flows(b));

    b.signal("STOP");
    await().atMost(PATIENCE).until(() -> unreachable().contains(b.address()));
    b.signal("CONT");
    figure("the other was stopped until unreachable", flows(b));

    b.kill();
    b.start();
    figure("the other was killed and started again", flows(b));

    await().atMost(PATIENCE).until(() -> unreachable().contains(b.address()));
    b.say("join " + cluster.selfMember().address());
    figure("its new incarnation asks to join", flows(b));

    c.start();
    c.say("join " + cluster.selfMember().address());
    await().atMost(PATIENCE).until(() -> upAddresses().size() == 3 && unreachable().isEmpty());
    figure("all are members again", flows(b));
    figure("all are members again", flows(c));
  }

  @Test
  void aFastRestartOnTheSameAddressReplacesItsPredecessor() throws Exception {
    Cluster cluster = Cluster.get(here);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    for (int round = 1; round <= 3; round++) {
      b.say("join " + cluster.selfMember().address());
      long began = System.nanoTime();
      await().atMost(PATIENCE).until(() -> b.up());
      figure("round " + round + ": join of a new incarnation until Up", began);
      assertThat(upAddresses()).hasSize(2);
      b.kill();
      b.start();
      figure("round " + round + ": restarted, not joined", flows(b));
    }
  }

  /** Pings until this very process has answered; returns when it began. */
  private long flows(Peer peer) {
    long began = System.nanoTime();
    ActorRef<Ping> voter =
        ActorRefResolver.get(here).resolveActorRef(peer.address() + PeerProgram.VOTER);
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(EVERY)
        .until(
            () -> {
              voter.tell(new Ping(++pings, probe.getRef()));
              return answered(peer);
            });
    return began;
  }

  private boolean answered(Peer peer) {
    try {
      return probe.receiveMessage(EVERY).pid() == peer.process.pid();
    } catch (AssertionError e) {
      // No answer within the time; the next ping is due.
      return false;
    }
  }

  private Set<Address> members() {
    return StreamSupport.stream(Cluster.get(here).state().getMembers().spliterator(), false)
        .map(Member::address)
        .collect(Collectors.toSet());
  }

  private Set<Address> upAddresses() {
    return StreamSupport.stream(Cluster.get(here).state().getMembers().spliterator(), false)
        .filter(member -> member.status() == MemberStatus.up())
        .map(Member::address)
        .collect(Collectors.toSet());
  }

  private Set<Address> unreachable() {
    return Cluster.get(here).state().getUnreachable().stream()
        .map(Member::address)
        .collect(Collectors.toSet());
  }

  private static void figure(String what, long began) {
    try {
      Files.writeString(
          Path.of("target", "remoting-figures.txt"),
          String.format("%-55s %6d ms%n", what, (System.nanoTime() - began) / 1_000_000),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A host in a process of its own. */
  private final class Peer {
    private final String host;
    private final int port;
    private Process process;
    private BufferedReader out;

    Peer(String host, int port) throws IOException {
      this.host = host;
      this.port = port;
      start();
    }

    void start() throws IOException {
      process =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-XX:+UseSerialGC",
                      "-XX:TieredStopAtLevel=1",
                      "-cp",
                      System.getProperty("java.class.path"),
                      PeerProgram.class.getName(),
                      host,
                      Integer.toString(port)))
              .redirectError(dir.resolve("stderr-" + host).toFile())
              .start();
      out = process.inputReader(StandardCharsets.UTF_8);
      expect("ready");
    }

    Address address() {
      return new Address("pekko", PekkoConfig.SYSTEM, host, port);
    }

    void say(String line) throws IOException {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    }

    boolean up() throws IOException {
      say("state");
      String state = out.readLine();
      while (state != null && state.contains(" ")) {
        state = out.readLine();
      }
      return "up".equals(state);
    }

    void signal(String name) throws IOException, InterruptedException {
      assertThat(
              new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                  .start()
                  .waitFor())
          .isZero();
    }

    void kill() {
      process.destroyForcibly();
    }

    private void expect(String word) throws IOException {
      for (String line = out.readLine(); !word.equals(line); line = out.readLine()) {
        assertThat(line).as("output of the peer").isNotNull();
      }
    }
  }
}
