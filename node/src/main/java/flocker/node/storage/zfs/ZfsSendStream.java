package flocker.node.storage.zfs;

import flocker.node.storage.SendStream;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Objects;

/** A {@code zfs send} whose output this JVM reads from a pipe of its own. */
final class ZfsSendStream extends StallWatch.Transfer implements SendStream {
  private static final String STOOD_STILL = "the send stood still for too long and was given up";

  private final ZfsRunner.Running running;
  private final FileChannel channel;
  private final StallWatch watch;
  private final ZfsSettings.Deadlines deadlines;
  private final InputStream bytes = new Bytes();
  private volatile boolean ended;
  private volatile boolean stalled;
  private boolean done;

  private ZfsSendStream(
      ZfsRunner.Running running,
      FileChannel channel,
      StallWatch watch,
      ZfsSettings.Deadlines deadlines) {
    this.running = running;
    this.channel = channel;
    this.watch = watch;
    this.deadlines = deadlines;
  }

  static ZfsSendStream start(ZfsShell shell, List<String> argv, StallWatch watch)
      throws StorageFault {
    try (Pipe pipe = new Pipe()) {
      FileChannel channel = pipe.reader();
      try {
        ZfsRunner.Running running =
            shell.runner().start(argv, ZfsRunner.nothing(), pipe.commandWrites());
        ZfsSendStream stream = new ZfsSendStream(running, channel, watch, shell.deadlines());
        watch.add(stream);
        return stream;
      } catch (StorageFault e) {
        closeQuietly(channel);
        throw e;
      }
    }
  }

  @Override
  public InputStream bytes() {
    return bytes;
  }

  @Override
  public synchronized void finish() throws StorageFault {
    watch.remove(this);
    if (stalled) {
      throw new StorageFault(Kind.TIMEOUT, STOOD_STILL);
    }
    if (!ended) {
      throw new StorageFault(Kind.OTHER, "the send was finished before its end was read");
    }
    if (done) {
      return;
    }
    ZfsRunner.Result result = running.await(deadlines.command());
    done = true;
    closeQuietly(channel);
    var unused = result.orFault();
  }

  /** The closed pipe ends the sender; a daemon that does not notice is not waited for long. */
  @Override
  public void close() {
    watch.remove(this);
    closeQuietly(channel);
    synchronized (this) {
      if (done) {
        return;
      }
      done = true;
      try {
        var unused = running.await(deadlines.command());
      } catch (StorageFault e) {
        // The runner has logged it, and killed the command; the pipe is closed, that is all there
        // is to do.
        running.kill();
      }
    }
  }

  @Override
  void expire() {
    stalled = true;
    closeQuietly(channel);
  }

  static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // A pipe's end that cannot be closed is closed.
      assert !channel.isOpen();
    }
  }

  private final class Bytes extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      if (ended) {
        return -1;
      }
      watch.blocking(ZfsSendStream.this);
      try {
        int count = channel.read(ByteBuffer.wrap(into, offset, length));
        ended = count < 0;
        return count;
      } catch (ClosedChannelException e) {
        throw new IOException(stalled ? STOOD_STILL : "the send was closed", e);
      } finally {
        watch.unblocked(ZfsSendStream.this);
      }
    }
  }
}
