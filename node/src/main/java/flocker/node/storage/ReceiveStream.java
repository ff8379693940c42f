package flocker.node.storage;

import java.io.OutputStream;

/**
 * A receive in progress. Write all of the stream to {@link #sink()}; then {@link #finish()} closes
 * it and waits until the snapshot is there. {@link #close()} before that aborts: it closes the pipe
 * and waits until the receiver has ended, after which nothing of the stream is left behind.
 */
public interface ReceiveStream extends AutoCloseable {
  /**
   * Where the stream goes; blocks when storage is slower. A write fails when the receiver has ended
   * early or the stream does not fit: then {@link #finish()} tells why.
   */
  OutputStream sink();

  /** Closes the sink and waits; returns when the received snapshot is durable. */
  void finish() throws StorageFault;

  /**
   * Aborts if not finished; returns when the receiver has ended. If the whole stream had been
   * written, the snapshot may be there all the same. Safe to call twice and from another thread.
   */
  @Override
  void close();
}
