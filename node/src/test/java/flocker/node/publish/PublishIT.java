package flocker.node.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import flocker.protocol.admin.Publish;
import flocker.protocol.id.SystemId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a published port costs against a direct connection in the same run, for one host and for two
 * on the way. Figures go to {@code target/publish-figures.txt}.
 */
class PublishIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String CONTAINER = "127.0.3.9";
  private static final long BYTES = 1L << 30;
  private static final int ROUND_TRIPS = 5_000;

  private static ActorTestKit kit;

  @BeforeAll
  static void onlyInItsTier() {
    assumeTrue(
        Arrays.asList(System.getProperty("flocker.tiers", "").split(",", -1)).contains("container"),
        "NOT RUN: the speed of published ports needs -Dflocker.tiers=container");
    kit = ActorTestKit.create();
  }

  @AfterAll
  static void stop() {
    if (kit != null) {
      kit.shutdownTestKit();
    }
  }

  @Test
  void costsLittle() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName(CONTAINER))) {
      Thread acceptor = new Thread(() -> serve(server), "figures");
      acceptor.setDaemon(true);
      acceptor.start();
      int number = freePort("127.0.3.1");
      Publish port = new Publish(Optional.empty(), number, server.getLocalPort());
      publisher("127.0.3.1", port, new Route.ToContainer(CONTAINER));
      publisher("127.0.3.2", port, new Route.ToHost("127.0.3.1"));
      for (int round = 1; round <= 3; round++) {
        double direct = measure("direct", CONTAINER, server.getLocalPort());
        double one = measure("one host on the way", "127.0.3.1", number);
        double two = measure("two hosts on the way", "127.0.3.2", number);
        assertThat(one).isGreaterThan(direct / 50);
        assertThat(two).isGreaterThan(direct / 100);
      }
    }
  }

  private static double measure(String what, String address, int port) throws IOException {
    try (Socket client = new Socket(address, port)) {
      client.setTcpNoDelay(true);
      client.setSoTimeout((int) PATIENCE.toMillis());
      InputStream in = client.getInputStream();
      OutputStream out = client.getOutputStream();
      long[] nanos = new long[ROUND_TRIPS];
      for (int i = 0; i < ROUND_TRIPS; i++) {
        long began = System.nanoTime();
        out.write('p');
        assertThat(in.read()).isEqualTo('p');
        nanos[i] = System.nanoTime() - began;
      }
      Arrays.sort(nanos);
      out.write('b');
      byte[] buffer = new byte[128 * 1024];
      long began = System.nanoTime();
      long got = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        got += n;
      }
      double rate = got / 1048576.0 / ((System.nanoTime() - began) / 1e9);
      assertThat(got).isEqualTo(BYTES);
      Files.writeString(
          Path.of("target", "publish-figures.txt"),
          String.format(
              "%-22s %6.0f MiB/s, round trip median %4d us, p99 %5d us%n",
              what, rate, nanos[ROUND_TRIPS / 2] / 1000, nanos[ROUND_TRIPS * 99 / 100] / 1000),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      return rate;
    }
  }

  /** Answers each p with a p, and a b with many bytes and the end. */
  private static void serve(ServerSocket server) {
    try {
      while (true) {
        try (Socket client = server.accept()) {
          client.setTcpNoDelay(true);
          InputStream in = client.getInputStream();
          OutputStream out = client.getOutputStream();
          for (int c = in.read(); c == 'p'; c = in.read()) {
            out.write('p');
          }
          byte[] buffer = new byte[128 * 1024];
          for (long sent = 0; sent < BYTES; sent += buffer.length) {
            out.write(buffer);
          }
        }
      }
    } catch (IOException e) {
      // Closed: the test is over.
      return;
    }
  }

  private static void publisher(String host, Publish port, Route route) {
    ActorRef<PublisherActor.Command> publisher =
        kit.spawn(
            PublisherActor.create(
                new PublisherActor.Setting(
                    new SystemId("0000000000000001"),
                    host,
                    PublishLimits.DEFAULT,
                    System::nanoTime,
                    kit.<PortAlarm>createTestProbe().getRef())));
    publisher.tell(new PublisherActor.SetPorts(List.of(port)));
    publisher.tell(new PublisherActor.SetRoute(route));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                AskPattern.ask(
                        publisher, PublisherActor.Describe::new, PATIENCE, kit.system().scheduler())
                    .toCompletableFuture()
                    .join()
                    .ports()
                    .get(port)
                    .isEmpty());
  }

  private static int freePort(String host) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return socket.getLocalPort();
    }
  }
}
