package flocker.node.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.io.Inet;
import org.apache.pekko.io.TcpSO;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.AsPublisher;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;

/**
 * Moves bytes between TCP connections, with Pekko Streams: back-pressure from end to end, each
 * direction closed by itself, keep-alive on both. Decides nothing.
 */
final class PortForwarder {
  /** How long one attempt to connect may take. */
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private static final int BACKLOG = 512;

  private final ActorSystem<?> system;
  private final Tcp tcp;

  PortForwarder(ActorSystem<?> system) {
    this.system = system;
    this.tcp = Tcp.get(system);
  }

  /** A bound port. */
  record Listener(InetSocketAddress at, Tcp.ServerBinding binding) {
    /** Accepts nobody any more; connections go on. */
    CompletionStage<Done> unbind() {
      return binding.unbind().thenApply(nothing -> Done.getInstance());
    }
  }

  /** A connection from a client; nothing is read from it until it is served. */
  static final class Client {
    private final InetSocketAddress from;
    private final UniqueKillSwitch killSwitch;
    private final CompletableFuture<Flow<ByteString, ByteString, NotUsed>> upstream;
    private final CompletionStage<Done> closed;

    private Client(
        InetSocketAddress from,
        UniqueKillSwitch killSwitch,
        CompletableFuture<Flow<ByteString, ByteString, NotUsed>> upstream,
        CompletionStage<Done> closed) {
      this.from = from;
      this.killSwitch = killSwitch;
      this.upstream = upstream;
      this.closed = closed;
    }

    InetSocketAddress from() {
      return from;
    }

    /** When both directions have ended, be it by failure. Never fails. */
    CompletionStage<Done> closed() {
      return closed;
    }

    void serve(Upstream with) {
      upstream.complete(with.flow());
    }

    /** Ends the connection, and what it is led to, with a TCP reset. */
    void reset() {
      IOException why = new IOException("reset");
      killSwitch.abort(why);
      upstream.completeExceptionally(why);
    }
  }

  /** A connection to a target, before bytes flow. To be used or dropped within seconds. */
  final class Upstream {
    private final Subscriber<ByteString> in;
    private final Publisher<ByteString> out;

    private Upstream(Subscriber<ByteString> in, Publisher<ByteString> out) {
      this.in = in;
      this.out = out;
    }

    void drop() {
      Source.<ByteString>failed(new IOException("dropped"))
          .runWith(Sink.fromSubscriber(in), system);
      Source.fromPublisher(out).runWith(Sink.cancelled(), system);
    }

    private Flow<ByteString, ByteString, NotUsed> flow() {
      return Flow.fromSinkAndSource(Sink.fromSubscriber(in), Source.fromPublisher(out));
    }
  }

  /** Listens; fails if the address cannot be bound. Port 0 takes any free one. */
  CompletionStage<Listener> bind(InetSocketAddress at, Consumer<Client> onAccept) {
    return tcp.bind(at.getHostString(), at.getPort(), BACKLOG, options(), true, Optional.empty())
        .to(Sink.foreach(connection -> onAccept.accept(accept(connection))))
        .run(system)
        .thenApply(binding -> new Listener(binding.localAddress(), binding));
  }

  /**
   * Connects; fails within {@link #CONNECT_TIMEOUT}.
   *
   * @param localAddress to connect from, or empty for the kernel's choice
   */
  CompletionStage<Upstream> connect(Target target, Optional<String> localAddress) {
    Flow<ByteString, ByteString, CompletionStage<Tcp.OutgoingConnection>> flow =
        tcp.outgoingConnection(
            new InetSocketAddress(target.address(), target.port()),
            localAddress.map(address -> new InetSocketAddress(address, 0)),
            options(),
            true,
            Optional.of(CONNECT_TIMEOUT),
            Optional.empty());
    Pair<
            Pair<Subscriber<ByteString>, CompletionStage<Tcp.OutgoingConnection>>,
            Publisher<ByteString>>
        ends =
            Source.<ByteString>asSubscriber()
                .viaMat(flow, Keep.both())
                .toMat(Sink.asPublisher(AsPublisher.WITHOUT_FANOUT), Keep.both())
                .run(system);
    return ends.first()
        .second()
        .thenApply(connection -> new Upstream(ends.first().first(), ends.second()));
  }

  private Client accept(Tcp.IncomingConnection connection) {
    CompletableFuture<Flow<ByteString, ByteString, NotUsed>> upstream = new CompletableFuture<>();
    CompletableFuture<Done> sent = new CompletableFuture<>();
    CompletableFuture<Done> received = new CompletableFuture<>();
    BidiFlow<ByteString, ByteString, ByteString, ByteString, UniqueKillSwitch> ends =
        BidiFlow.fromGraph(KillSwitches.<ByteString, ByteString>singleBidi());
    Flow<ByteString, ByteString, UniqueKillSwitch> handler =
        endOf(received)
            .viaMat(ends.join(Flow.completionStageFlow(upstream)), Keep.right())
            .via(endOf(sent));
    UniqueKillSwitch killSwitch = connection.handleWith(handler, system);
    return new Client(
        connection.remoteAddress(), killSwitch, upstream, sent.thenCombine(received, (s, r) -> r));
  }

  private static Flow<ByteString, ByteString, NotUsed> endOf(CompletableFuture<Done> ended) {
    return Flow.<ByteString>create()
        .watchTermination(
            (nothing, done) -> {
              done.whenComplete((ok, failure) -> ended.complete(Done.getInstance()));
              return nothing;
            });
  }

  private static List<Inet.SocketOption> options() {
    return List.of(TcpSO.tcpNoDelay(true), TcpSO.keepAlive(true), QuickKeepAlive.INSTANCE);
  }

  /** A peer that lost its power is noticed after two minutes of silence, not after two hours. */
  private static final class QuickKeepAlive extends Inet.AbstractSocketOption {
    private static final QuickKeepAlive INSTANCE = new QuickKeepAlive();
    private static final int IDLE_SECONDS = 60;
    private static final int INTERVAL_SECONDS = 10;
    private static final int PROBES = 6;

    @Override
    public void afterConnect(Socket socket) {
      try {
        socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
        socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
        socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
