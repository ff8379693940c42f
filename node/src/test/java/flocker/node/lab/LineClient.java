package flocker.node.lab;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection to the append server ({@code deploy/user-systems/appendd.c}); every wait bounded.
 */
final class LineClient implements Closeable {
  static final int PORT = 7000;

  private final Socket socket = new Socket();
  private final BufferedReader in;
  private final String boot;

  /** Connects, and waits until somebody answers: a connection may be held while no master is. */
  LineClient(String address, Duration limit) throws IOException {
    int millis = Math.toIntExact(limit.toMillis());
    try {
      socket.connect(new InetSocketAddress(address, PORT), millis);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(millis);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      boot = ask("who");
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Which run of the server answers; another one after each start of the user system. */
  String boot() {
    return boot;
  }

  /** Returns when the line is fsynced. */
  void append(String line) throws IOException {
    ask("append " + line);
  }

  /** Everything that the live filesystem holds. */
  List<String> lines() throws IOException {
    int count = Integer.parseInt(ask("read 1"));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(line());
    }
    return lines;
  }

  private String ask(String command) throws IOException {
    socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
    String answer = line();
    if (!answer.startsWith("ok ")) {
      throw new IOException(answer);
    }
    return answer.substring(3);
  }

  private String line() throws IOException {
    String line = in.readLine();
    if (line == null) {
      throw new EOFException("the connection was closed");
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
