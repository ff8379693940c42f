package flocker.node.storage;

import java.io.InputStream;

/**
 * A send in progress. Read {@link #bytes()} to its end, then call {@link #finish()}: only that
 * tells whether the stream is whole, because a send that dies looks like a normal end.
 */
public interface SendStream extends AutoCloseable {
  /** The stream; blocks. When reading fails, {@link #finish()} tells why. */
  InputStream bytes();

  /** Waits for the sender's end and throws what it said if it failed. */
  void finish() throws StorageFault;

  /** Ends it, finished or not; safe to call twice and from another thread. */
  @Override
  void close();
}
