package flocker.node.storage.zfs;

import flocker.node.storage.ReceiveStream;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Objects;

/**
 * A {@code zfs receive} that this JVM feeds through a pipe of its own. The stream's first record is
 * held back until it has been looked at; a stream that does not fit never reaches ZFS.
 */
final class ZfsReceiveStream extends StallWatch.Transfer implements ReceiveStream {
  /** What the owner of the stream does at its turning points. */
  interface Owner {
    /** The receive is about to start. */
    void begins();

    /** Refuses a stream that does not fit, before ZFS sees any of it. */
    void admit(StreamHeader header) throws StorageFault;

    /** ZFS has the whole stream and says that all is well. */
    void received(StreamHeader header) throws StorageFault;

    /** It ended otherwise. {@code admitted}: ZFS has seen at least a part. */
    void ended(boolean admitted, boolean mayStillHappen);
  }

  private static final String STOOD_STILL = "the receive stood still for too long and was given up";

  private final ZfsRunner.Running running;
  private final FileChannel channel;
  private final StallWatch watch;
  private final ZfsSettings.Deadlines deadlines;
  private final Owner owner;
  private final OutputStream sink = new Sink();
  private final byte[] first = new byte[StreamHeader.LENGTH];
  private int firstLength;
  private volatile StreamHeader header;
  private volatile StorageFault refusal;
  private volatile boolean stalled;
  private boolean done;

  private ZfsReceiveStream(
      ZfsRunner.Running running,
      FileChannel channel,
      StallWatch watch,
      ZfsSettings.Deadlines deadlines,
      Owner owner) {
    this.running = running;
    this.channel = channel;
    this.watch = watch;
    this.deadlines = deadlines;
    this.owner = owner;
  }

  static ZfsReceiveStream start(ZfsShell shell, List<String> argv, StallWatch watch, Owner owner)
      throws StorageFault {
    try (Pipe pipe = new Pipe()) {
      FileChannel channel = pipe.writer();
      try {
        ZfsRunner.Running running =
            shell.runner().start(argv, pipe.commandReads(), ProcessBuilder.Redirect.PIPE);
        owner.begins();
        ZfsReceiveStream stream =
            new ZfsReceiveStream(running, channel, watch, shell.deadlines(), owner);
        watch.add(stream);
        return stream;
      } catch (StorageFault e) {
        ZfsSendStream.closeQuietly(channel);
        throw e;
      }
    }
  }

  @Override
  public OutputStream sink() {
    return sink;
  }

  @Override
  public synchronized void finish() throws StorageFault {
    if (done) {
      throw new StorageFault(Kind.OTHER, "the receive has ended already");
    }
    watch.remove(this);
    ZfsSendStream.closeQuietly(channel);
    done = true;
    boolean mayStillHappen = true;
    boolean well = false;
    try {
      ZfsRunner.Result result = running.await(stalled ? deadlines.command() : deadlines.bulk());
      mayStillHappen = false;
      if (stalled) {
        throw new StorageFault(Kind.TIMEOUT, STOOD_STILL);
      }
      if (refusal != null) {
        throw refusal;
      }
      var unused = result.orFault();
      if (header == null) {
        throw new StorageFault(Kind.BAD_STREAM, "the stream ends within its first record");
      }
      owner.received(header);
      well = true;
    } finally {
      if (!well) {
        owner.ended(header != null, mayStillHappen);
      }
    }
  }

  @Override
  public void close() {
    watch.remove(this);
    ZfsSendStream.closeQuietly(channel);
    synchronized (this) {
      if (done) {
        return;
      }
      done = true;
      boolean mayStillHappen = true;
      try {
        var unused = running.await(stalled ? deadlines.command() : deadlines.stall());
        mayStillHappen = false;
      } catch (StorageFault e) {
        // The runner has logged and killed it; the owner is told that its outcome is unknown.
        running.kill();
      } finally {
        owner.ended(header != null, mayStillHappen);
      }
    }
  }

  @Override
  void expire() {
    stalled = true;
    ZfsSendStream.closeQuietly(channel);
  }

  private final class Sink extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, from.length);
      int held = Math.min(first.length - firstLength, length);
      if (held > 0) {
        System.arraycopy(from, offset, first, firstLength, held);
        firstLength += held;
        if (firstLength == first.length) {
          admit();
        }
      }
      if (length > held) {
        pass(ByteBuffer.wrap(from, offset + held, length - held));
      }
    }

    private void admit() throws IOException {
      try {
        StreamHeader read = StreamHeader.read(first);
        owner.admit(read);
        header = read;
      } catch (StorageFault e) {
        refusal = e;
        ZfsSendStream.closeQuietly(channel);
        throw new IOException(e.getMessage(), e);
      }
      pass(ByteBuffer.wrap(first));
    }

    private void pass(ByteBuffer bytes) throws IOException {
      watch.blocking(ZfsReceiveStream.this);
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
          watch.blocking(ZfsReceiveStream.this);
        }
      } catch (ClosedChannelException e) {
        throw new IOException(stalled ? STOOD_STILL : "the receive was closed", e);
      } finally {
        watch.unblocked(ZfsReceiveStream.this);
      }
    }
  }
}
