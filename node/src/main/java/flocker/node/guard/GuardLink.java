package flocker.node.guard;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection to one guard: lines there, lines back. Never blocks longer than it is told. Not
 * thread-safe: its pair's lock guards it.
 */
final class GuardLink implements Closeable {
  private static final int LONGEST_ANSWER_BYTES = 64 * 1024;

  private final SocketChannel channel;
  private final ByteBuffer incoming = ByteBuffer.allocate(8192);
  private final StringBuilder partial = new StringBuilder();
  // Every line is answered by one line, in order.
  private int unanswered;

  private GuardLink(SocketChannel channel) {
    this.channel = channel;
  }

  /** Connects at once or fails: nobody listens, or the guard does not accept. */
  static GuardLink connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
        throw new IOException(socket + " does not accept connections");
      }
      return new GuardLink(channel);
    } catch (IOException failure) {
      channel.close();
      throw failure;
    }
  }

  /** Sends a line without waiting. A guard that does not read for so long is as good as dead. */
  void send(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII));
    channel.write(bytes);
    if (bytes.hasRemaining()) {
      throw new IOException("the guard does not read what it is told");
    }
    unanswered++;
  }

  /** The answers that have arrived since the last look. */
  List<String> answers() throws IOException {
    List<String> lines = new ArrayList<>();
    int count = channel.read(incoming);
    while (count > 0) {
      incoming.flip();
      partial.append(StandardCharsets.US_ASCII.decode(incoming));
      incoming.clear();
      if (partial.length() > LONGEST_ANSWER_BYTES) {
        throw new IOException("the guard's answer does not end");
      }
      for (int end = partial.indexOf("\n"); end >= 0; end = partial.indexOf("\n")) {
        lines.add(partial.substring(0, end));
        partial.delete(0, end + 1);
      }
      count = channel.read(incoming);
    }
    if (count < 0 && lines.isEmpty()) {
      throw new EOFException("the guard has ended");
    }
    unanswered -= lines.size();
    return lines;
  }

  /** Sends a line and waits for its answer; answers to earlier lines are dropped. */
  String ask(String line, Duration limit) throws IOException {
    send(line);
    long end = System.nanoTime() + limit.toNanos();
    try (Selector selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_READ);
      while (true) {
        List<String> lines = answers();
        if (unanswered == 0) {
          return lines.get(lines.size() - 1);
        }
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new IOException("the guard does not answer within " + limit.toMillis() + " ms");
        }
        selector.selectedKeys().clear();
        selector.select(left);
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
