package flocker.node.cluster;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/**
 * Sets TCP_USER_TIMEOUT on this process's remoting connections, which neither Pekko nor the JDK
 * can. Without it a connection whose packets were dropped for a while stays silent for up to that
 * long again after the network has healed (the kernel doubles its pause between retransmissions: 47
 * s after a cut of 60 s, measured), and no vote gets through. With it the kernel gives such a
 * connection up, and remoting makes a new one within two seconds of the healing.
 *
 * <p>Finds the sockets in /proc/self/fd. Linux only. Owned by one {@link LinkKeeperActor}.
 */
final class RemotingSockets {
  private static final Path FDS = Path.of("/proc/self/fd");
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_USER_TIMEOUT = 18;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCKADDR_BYTES = 128;

  /** The part of libc that this needs. */
  public interface Libc {
    int getsockname(int fd, @Out byte[] address, @In @Out int[] length);

    int getpeername(int fd, @Out byte[] address, @In @Out int[] length);

    int setsockopt(int fd, int level, int name, @In int[] value, int length);

    int getsockopt(int fd, int level, int name, @Out int[] value, @In @Out int[] length);
  }

  private final Libc libc;
  private final int port;
  private final int millis;
  // Sockets that were looked at when they were connected, by their name in /proc.
  private final Set<String> done = new HashSet<>();

  /**
   * @param port of remoting, the same on all hosts
   * @param silence how long sent data may go unacknowledged
   */
  RemotingSockets(int port, Duration silence) {
    this.libc = LibraryLoader.create(Libc.class).load("c");
    this.port = port;
    this.millis = (int) silence.toMillis();
  }

  /** Sets the option on connections made since the last call; returns on how many. */
  int apply() throws IOException {
    int count = 0;
    Set<String> present = new HashSet<>();
    try (DirectoryStream<Path> fds = Files.newDirectoryStream(FDS)) {
      for (Path path : fds) {
        String socket = target(path);
        if (socket.startsWith("socket:")) {
          present.add(socket);
          int fd = Integer.parseInt(path.getFileName().toString());
          if (!done.contains(socket) && look(fd, socket)) {
            count++;
          }
        }
      }
    }
    done.retainAll(present);
    return count;
  }

  /** The option's value on a connection of remoting, for tests; -1 for other files. */
  int timeoutOf(int fd) {
    int[] value = new int[1];
    int[] length = {Integer.BYTES};
    return libc.getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, value, length) == 0 ? value[0] : -1;
  }

  private boolean look(int fd, String socket) {
    byte[] address = new byte[SOCKADDR_BYTES];
    if (libc.getpeername(fd, address, new int[] {SOCKADDR_BYTES}) != 0) {
      return false;
    }
    done.add(socket);
    boolean ours = port(address) == port;
    if (!ours && libc.getsockname(fd, address, new int[] {SOCKADDR_BYTES}) == 0) {
      ours = port(address) == port;
    }
    return ours
        && libc.setsockopt(
                fd, IPPROTO_TCP, TCP_USER_TIMEOUT, new int[] {millis}, Integer.BYTES)
            == 0;
  }

  /** Family in the machine's byte order, which is small on all that we run on; port in network's. */
  private static int port(byte[] address) {
    int family = (address[0] & 0xff) | (address[1] & 0xff) << 8;
    return family == AF_INET || family == AF_INET6
        ? (address[2] & 0xff) << 8 | (address[3] & 0xff)
        : -1;
  }

  private static String target(Path fd) throws IOException {
    try {
      return Files.readSymbolicLink(fd).toString();
    } catch (NoSuchFileException e) {
      // Closed since the directory was read.
      return "";
    }
  }
}
