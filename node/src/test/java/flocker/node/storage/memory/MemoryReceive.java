package flocker.node.storage.memory;

import flocker.node.storage.ReceiveStream;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A receive that collects the stream and does everything when it is finished. */
final class MemoryReceive implements ReceiveStream {
  /** Takes the whole stream. */
  @FunctionalInterface
  interface Taker {
    void take(byte[] bytes) throws StorageFault;
  }

  private final Faults faults;
  private final Taker taker;
  private final Runnable atEnd;
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
  private final OutputStream sink = new Sink();
  private boolean ended;
  private StorageFault broken;

  MemoryReceive(Faults faults, Taker taker, Runnable atEnd) {
    this.faults = faults;
    this.taker = taker;
    this.atEnd = atEnd;
  }

  @Override
  public OutputStream sink() {
    return sink;
  }

  @Override
  public synchronized void finish() throws StorageFault {
    if (ended) {
      throw new StorageFault(Kind.OTHER, "the receive has ended already");
    }
    ended = true;
    try {
      if (broken != null) {
        throw broken;
      }
      faults.check();
      taker.take(collected.toByteArray());
    } finally {
      atEnd.run();
    }
  }

  @Override
  public synchronized void close() {
    if (!ended) {
      ended = true;
      atEnd.run();
    }
  }

  private final class Sink extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      synchronized (MemoryReceive.this) {
        if (ended) {
          throw new IOException("the receive has ended");
        }
        try {
          faults.check();
        } catch (StorageFault e) {
          broken = e;
          throw new IOException(e.getMessage(), e);
        }
        collected.write(bytes, offset, length);
      }
    }
  }
}
