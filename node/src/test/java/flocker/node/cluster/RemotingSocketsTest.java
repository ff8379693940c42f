package flocker.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The kernel's own word on sockets of this process. */
class RemotingSocketsTest {
  private static final Duration SILENCE = Duration.ofMillis(4321);

  @Test
  void setsTheOptionOnBothEndsOfRemotingConnectionsAndOnNoOther() throws IOException {
    InetAddress here = InetAddress.getByName("127.0.6.1");
    try (ServerSocket remoting = new ServerSocket(0, 5, here);
        ServerSocket other = new ServerSocket(0, 5, here);
        Socket out = new Socket(here, remoting.getLocalPort());
        Socket in = remoting.accept();
        Socket otherOut = new Socket(here, other.getLocalPort());
        Socket otherIn = other.accept()) {
      RemotingSockets sockets = new RemotingSockets(remoting.getLocalPort(), SILENCE);
      assertThat(sockets.apply()).isEqualTo(2);
      assertThat(sockets.apply()).isZero();
      assertThat(values(sockets)).filteredOn(value -> value == SILENCE.toMillis()).hasSize(2);
      assertThat(List.of(out, in, otherOut, otherIn)).allMatch(Socket::isConnected);
      try (Socket later = new Socket(here, remoting.getLocalPort())) {
        assertThat(later.isConnected()).isTrue();
        assertThat(sockets.apply()).isEqualTo(1);
      }
    }
  }

  private static List<Integer> values(RemotingSockets sockets) throws IOException {
    try (var fds = Files.list(Path.of("/proc/self/fd"))) {
      return fds.map(fd -> sockets.timeoutOf(Integer.parseInt(fd.getFileName().toString())))
          .toList();
    }
  }
}
