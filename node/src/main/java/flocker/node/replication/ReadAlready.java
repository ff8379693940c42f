package flocker.node.replication;

import flocker.protocol.id.SnapshotName;
import flocker.protocol.replication.Payload;
import flocker.protocol.replication.StreamDigest;
import flocker.protocol.replication.Trailer;
import java.security.MessageDigest;
import java.util.Optional;

/** A short stream that was read when its snapshot was taken, and is sent to each slave. */
final class ReadAlready implements StreamBytes {
  private final Payload stream;
  private boolean given;

  ReadAlready(Payload stream) {
    this.stream = stream;
  }

  @Override
  public void open(Optional<SnapshotName> base, SnapshotName to) {}

  @Override
  public Optional<Payload> read() {
    Optional<Payload> part = given ? Optional.empty() : Optional.of(stream);
    given = true;
    return part;
  }

  @Override
  public Trailer trailer() {
    MessageDigest digest = StreamDigest.start();
    stream.addTo(digest);
    return new Trailer(1, stream.length(), StreamDigest.of(digest), true);
  }

  @Override
  public Trailer brokenTrailer() {
    return new Trailer(0, 0, StreamDigest.of(StreamDigest.start()), false);
  }

  /** Counts, but does not wait: it is short, and what it holds would be lost with this host. */
  @Override
  public long take(Bandwidth bandwidth, int partBytes, long now) {
    return Math.min(now, bandwidth.take(partBytes, now));
  }

  @Override
  public void close() {}
}
