package flocker.node.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import flocker.protocol.admin.Publish;
import flocker.protocol.id.SystemId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Real sockets on loopback addresses: 127.0.2.1 is this host, 127.0.2.2 another, 127.0.2.9 the
 * container. Clients come from 127.0.0.1.
 */
class PublisherActorTest {
  private static final String HOST = "127.0.2.1";
  private static final String OTHER_HOST = "127.0.2.2";
  private static final String CONTAINER = "127.0.2.9";
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final SystemId SYSTEM = new SystemId("0000000000000001");
  private static final PublishLimits LIMITS = new PublishLimits(4, Duration.ofSeconds(30), 64);

  private static final ActorTestKit KIT = ActorTestKit.create();

  private final AtomicLong skew = new AtomicLong();
  private final List<AutoCloseable> open = new ArrayList<>();
  private TestProbe<PortAlarm> alarms;

  @BeforeEach
  void probe() {
    alarms = KIT.createTestProbe();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void leadsToTheContainerWithBothHalvesOfTheConnection() throws Exception {
    EchoServer server = server(CONTAINER, 0, "container");
    Publish port = new Publish(Optional.empty(), freePort(HOST), server.port());
    ActorRef<PublisherActor.Command> publisher = publisher(HOST, port);
    publisher.tell(new PublisherActor.SetRoute(new Route.ToContainer(CONTAINER)));
    byte[] sent = new byte[5_000_000];
    new Random(1).nextBytes(sent);
    Socket client = connect(port);
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              try {
                client.getOutputStream().write(sent);
                client.shutdownOutput();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    assertThat(line(client)).isEqualTo("container");
    client.getInputStream().transferTo(got);
    writer.join();
    assertThat(got.toByteArray()).isEqualTo(sent);
    await().atMost(PATIENCE).until(() -> describe(publisher).served() == 0);
  }

  @Test
  void leadsThroughAnotherHostToTheContainer() throws Exception {
    EchoServer server = server(CONTAINER, 0, "container");
    int number = freePort(HOST);
    Publish port = new Publish(Optional.empty(), number, server.port());
    ActorRef<PublisherActor.Command> slave = publisher(HOST, port);
    ActorRef<PublisherActor.Command> master = publisher(OTHER_HOST, port);
    master.tell(new PublisherActor.SetOtherHosts(Set.of(HOST)));
    master.tell(new PublisherActor.SetRoute(new Route.ToContainer(CONTAINER)));
    slave.tell(new PublisherActor.SetRoute(new Route.ToHost(OTHER_HOST)));
    assertThat(line(connect(port))).isEqualTo("container");
  }

  @Test
  void holdsDuringATakeOverAndServesThen() throws Exception {
    EchoServer server = server(CONTAINER, 0, "container");
    Publish port = new Publish(Optional.empty(), freePort(HOST), server.port());
    ActorRef<PublisherActor.Command> publisher = publisher(HOST, port);
    Socket early = connect(port);
    early.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
    await().atMost(PATIENCE).until(() -> describe(publisher).held() == 1);
    publisher.tell(new PublisherActor.SetRoute(new Route.ToContainer(CONTAINER)));
    assertThat(line(early)).isEqualTo("container");
    assertThat(line(early)).isEqualTo("hello");
  }

  @Test
  void waitsForAServerThatIsStillStarting() throws Exception {
    int containerPort = freePort(CONTAINER);
    Publish port = new Publish(Optional.empty(), freePort(HOST), containerPort);
    ActorRef<PublisherActor.Command> publisher = publisher(HOST, port);
    publisher.tell(new PublisherActor.SetRoute(new Route.ToContainer(CONTAINER)));
    Socket first = connect(port);
    Socket second = connect(port);
    await().atMost(PATIENCE).until(() -> describe(publisher).held() == 2);
    server(CONTAINER, containerPort, "late");
    assertThat(line(first)).isEqualTo("late");
    assertThat(line(second)).isEqualTo("late");
  }

  @Test
  void resetsWhatWasLedElsewhereWhenTheRouteChanges() throws Exception {
    EchoServer server = server(CONTAINER, 0, "container");
    Publish port = new Publish(Optional.empty(), freePort(HOST), server.port());
    ActorRef<PublisherActor.Command> publisher = publisher(HOST, port);
    publisher.tell(new PublisherActor.SetRoute(new Route.ToContainer(CONTAINER)));
    Socket client = connect(port);
    assertThat(line(client)).isEqualTo("container");
    publisher.tell(new PublisherActor.SetRoute(Route.Hold.INSTANCE));
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
    assertThat(describe(publisher).resets()).containsEntry("ROUTE_CHANGED", 1L);
  }

  @Test
  void resetsMoreThanItMayHoldAndWhatItHeldTooLong() throws Exception {
    Publish port = new Publish(Optional.empty(), freePort(HOST), 1);
    ActorRef<PublisherActor.Command> publisher = publisher(HOST, port);
    List<Socket> held = new ArrayList<>();
    for (int i = 1; i <= LIMITS.held(); i++) {
      held.add(connect(port));
      long count = i;
      await().atMost(PATIENCE).until(() -> describe(publisher).held() == count);
    }
    Socket tooMany = connect(port);
    assertThatThrownBy(() -> tooMany.getInputStream().read()).isInstanceOf(IOException.class);
    skew.set(LIMITS.hold().toNanos());
    publisher.tell(new PublisherActor.SetRoute(new Route.ToHost(HOST)));
    for (Socket each : held) {
      assertThatThrownBy(() -> each.getInputStream().read()).isInstanceOf(IOException.class);
    }
    assertThat(describe(publisher).held()).isZero();
  }

  @Test
  void twoHostsThatTakeEachOtherForTheMasterDoNotLoop() throws Exception {
    EchoServer server = server(CONTAINER, 0, "container");
    Publish port = new Publish(Optional.empty(), freePort(HOST), server.port());
    ActorRef<PublisherActor.Command> here = publisher(HOST, port);
    ActorRef<PublisherActor.Command> there = publisher(OTHER_HOST, port);
    here.tell(new PublisherActor.SetOtherHosts(Set.of(OTHER_HOST)));
    there.tell(new PublisherActor.SetOtherHosts(Set.of(HOST)));
    here.tell(new PublisherActor.SetRoute(new Route.ToHost(OTHER_HOST)));
    there.tell(new PublisherActor.SetRoute(new Route.ToHost(HOST)));
    Socket client = connect(port);
    await().atMost(PATIENCE).until(() -> describe(there).held() == 1);
    assertThat(describe(here).served()).isEqualTo(1);
    assertThat(describe(here).held()).isZero();
    there.tell(new PublisherActor.SetRoute(new Route.ToContainer(CONTAINER)));
    assertThat(line(client)).isEqualTo("container");
  }

  @Test
  void aPortInUseIsAnAlarmAndTriedAgain() throws Exception {
    ServerSocket squatter = new ServerSocket(0, 1, InetAddress.getByName(HOST));
    open.add(squatter);
    Publish port = new Publish(Optional.empty(), squatter.getLocalPort(), 1);
    ActorRef<PublisherActor.Command> publisher = unready(HOST, port);
    PortAlarm alarm = alarms.receiveMessage(PATIENCE);
    assertThat(alarm.port()).isEqualTo(port);
    assertThat(alarm.problem().orElseThrow()).contains(HOST + ":" + squatter.getLocalPort());
    assertThat(describe(publisher).ports().get(port)).isEqualTo(alarm.problem());
    squatter.close();
    assertThat(alarms.receiveMessage(PATIENCE))
        .isEqualTo(new PortAlarm(SYSTEM, port, Optional.empty()));
    connect(port);
  }

  @Test
  void unbindsAndResetsWhatIsNoLongerPublishedOrStopped() throws Exception {
    EchoServer server = server(CONTAINER, 0, "container");
    Publish first = new Publish(Optional.empty(), freePort(HOST), server.port());
    ActorRef<PublisherActor.Command> publisher = publisher(HOST, first);
    publisher.tell(new PublisherActor.SetRoute(new Route.ToContainer(CONTAINER)));
    Socket client = connect(first);
    assertThat(line(client)).isEqualTo("container");
    Publish second = new Publish(Optional.empty(), freePort(HOST), server.port());
    publisher.tell(new PublisherActor.SetPorts(List.of(second)));
    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
    await().atMost(PATIENCE).until(() -> refused(first));
    await().atMost(PATIENCE).until(() -> !refused(second));
    Socket other = connect(second);
    assertThat(line(other)).isEqualTo("container");
    publisher.tell(PublisherActor.Stop.INSTANCE);
    assertThatThrownBy(() -> other.getInputStream().read()).isInstanceOf(IOException.class);
    await().atMost(PATIENCE).until(() -> refused(second));
  }

  private EchoServer server(String address, int port, String name) throws IOException {
    EchoServer server = new EchoServer(address, port, name);
    open.add(server);
    return server;
  }

  private ActorRef<PublisherActor.Command> unready(String host, Publish... ports) {
    ActorRef<PublisherActor.Command> publisher =
        KIT.spawn(
            PublisherActor.create(
                new PublisherActor.Setting(
                    SYSTEM, host, LIMITS, () -> System.nanoTime() + skew.get(), alarms.getRef())));
    open.add(() -> publisher.tell(PublisherActor.Stop.INSTANCE));
    publisher.tell(new PublisherActor.SetPorts(Arrays.asList(ports)));
    return publisher;
  }

  private ActorRef<PublisherActor.Command> publisher(String host, Publish... ports) {
    ActorRef<PublisherActor.Command> publisher = unready(host, ports);
    await()
        .atMost(PATIENCE)
        .until(() -> describe(publisher).ports().values().stream().allMatch(Optional::isEmpty));
    return publisher;
  }

  private static PublisherView describe(ActorRef<PublisherActor.Command> publisher) {
    return AskPattern.ask(
            publisher, PublisherActor.Describe::new, PATIENCE, KIT.system().scheduler())
        .toCompletableFuture()
        .join();
  }

  private Socket connect(Publish port) throws IOException {
    Socket client = new Socket();
    open.add(client);
    client.setSoTimeout((int) PATIENCE.toMillis());
    client.connect(new InetSocketAddress(HOST, port.port()), (int) PATIENCE.toMillis());
    return client;
  }

  private static boolean refused(Publish port) {
    try (Socket probe = new Socket(HOST, port.port())) {
      return !probe.isConnected();
    } catch (IOException e) {
      return true;
    }
  }

  private static String line(Socket client) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = client.getInputStream().read(); c != '\n'; c = client.getInputStream().read()) {
      assertThat(c).as("end of connection after '%s'", line).isNotNegative();
      line.append((char) c);
    }
    return line.toString();
  }

  private static int freePort(String host) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return socket.getLocalPort();
    }
  }
}
