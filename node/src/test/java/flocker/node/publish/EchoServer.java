package flocker.node.publish;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Says its name and a newline, then sends back what it gets until the client's end, then ends. */
final class EchoServer implements AutoCloseable {
  private final ServerSocket socket;
  private final String name;

  EchoServer(String address, int port, String name) throws IOException {
    this.socket = new ServerSocket(port, 600, InetAddress.getByName(address));
    this.name = name;
    Thread acceptor = new Thread(this::accept, "echo-" + name);
    acceptor.setDaemon(true);
    acceptor.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        Thread server = new Thread(() -> echo(client), "echo-" + name + "-client");
        server.setDaemon(true);
        server.start();
      }
    } catch (IOException e) {
      // Closed: the test is over.
      return;
    }
  }

  private void echo(Socket client) {
    try (client;
        InputStream in = client.getInputStream();
        OutputStream out = client.getOutputStream()) {
      out.write((name + "\n").getBytes(StandardCharsets.US_ASCII));
      in.transferTo(out);
      client.shutdownOutput();
    } catch (IOException e) {
      // The client or the forwarder reset it, which is what some tests want.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
