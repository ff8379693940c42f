package flocker.node.storage.memory;

import flocker.node.storage.SendStream;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/** A send of bytes that are there already. */
final class MemorySend extends InputStream implements SendStream {
  private final Faults faults;
  private final byte[] content;
  private final StorageFault fault;
  private int next;
  private boolean ended;
  private boolean closed;
  private StorageFault broken;

  /** {@code fault}: what {@link #finish} throws, or null. */
  MemorySend(Faults faults, byte[] content, StorageFault fault) {
    this.faults = faults;
    int cut = faults.takeCut();
    boolean shorter = cut >= 0 && cut < content.length;
    this.content = shorter ? Arrays.copyOf(content, cut) : content;
    this.fault = shorter ? new StorageFault(Kind.IO, "the send broke off, as wanted") : fault;
  }

  @Override
  public InputStream bytes() {
    return this;
  }

  @Override
  public synchronized int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public synchronized int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (closed) {
      throw new IOException("the send was closed");
    }
    try {
      faults.check();
    } catch (StorageFault e) {
      broken = e;
      throw new IOException(e.getMessage(), e);
    }
    if (next == content.length) {
      ended = true;
      return -1;
    }
    int count = Math.min(length, content.length - next);
    System.arraycopy(content, next, into, offset, count);
    next += count;
    return count;
  }

  @Override
  public synchronized void finish() throws StorageFault {
    if (broken != null) {
      throw broken;
    }
    if (!ended) {
      throw new StorageFault(Kind.OTHER, "the send was finished before its end was read");
    }
    if (fault != null) {
      throw fault;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
