package flocker.node.replication;

import flocker.node.storage.Dataset;
import flocker.node.storage.SendStream;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.replication.Payload;
import flocker.protocol.replication.StreamDigest;
import flocker.protocol.replication.Trailer;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/** A stream that is read from storage while it is sent. */
final class SendJob implements StreamBytes {
  private final Storage storage;
  private final Dataset dataset;
  private final int chunkBytes;
  private final MessageDigest digest = StreamDigest.start();
  private SendStream stream;
  private boolean closed;
  private long chunks;
  private long bytes;

  SendJob(Storage storage, Dataset dataset, int chunkBytes) {
    this.storage = storage;
    this.dataset = dataset;
    this.chunkBytes = chunkBytes;
  }

  @Override
  public void open(Optional<SnapshotName> base, SnapshotName to) throws StorageFault {
    SendStream opened = storage.send(dataset, base, to);
    synchronized (this) {
      stream = opened;
      if (!closed) {
        return;
      }
    }
    opened.close();
  }

  @Override
  public Optional<Payload> read() throws StorageFault {
    byte[] part = new byte[chunkBytes];
    int length;
    try {
      // Into an array of full size: the other readNBytes reads 8 KiB at a time and copies them.
      length = stream.bytes().readNBytes(part, 0, chunkBytes);
    } catch (IOException e) {
      // Storage knows why.
      stream.finish();
      throw new StorageFault(StorageFault.Kind.IO, "reading the stream failed: " + e, e);
    }
    if (length == 0) {
      return Optional.empty();
    }
    if (length < chunkBytes) {
      part = Arrays.copyOf(part, length);
    }
    digest.update(part);
    chunks++;
    bytes += part.length;
    return Optional.of(Payload.wrap(part));
  }

  @Override
  public Trailer trailer() throws StorageFault {
    stream.finish();
    return new Trailer(chunks, bytes, StreamDigest.of(digest), true);
  }

  @Override
  public Trailer brokenTrailer() {
    return new Trailer(chunks, bytes, StreamDigest.of(digest), false);
  }

  @Override
  public long take(Bandwidth bandwidth, int partBytes, long now) {
    return bandwidth.take(partBytes, now);
  }

  @Override
  public void close() {
    SendStream opened;
    synchronized (this) {
      closed = true;
      opened = stream;
    }
    if (opened != null) {
      opened.close();
    }
  }
}
