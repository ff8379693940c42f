package flocker.node.storage.memory;

import flocker.node.storage.Snapshot;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The send stream of the in-memory storage: what it makes, what it builds on, the difference, and a
 * checksum of all that.
 */
final class MemoryStream {
  private static final long MAGIC = 0x464c4f434b4d454dL;
  private static final int CHECKSUM = Long.BYTES;

  private final Optional<SnapshotGuid> from;
  private final SnapshotGuid to;
  private final SnapshotName name;
  private final Instant created;
  private final byte[] delta;

  MemoryStream(
      Optional<SnapshotGuid> from,
      SnapshotGuid to,
      SnapshotName name,
      Instant created,
      byte[] delta) {
    this.from = from;
    this.to = to;
    this.name = name;
    this.created = created;
    this.delta = delta;
  }

  /** Empty for a full stream. */
  Optional<SnapshotGuid> from() {
    return from;
  }

  Snapshot makes() {
    return new Snapshot(name, to, created);
  }

  long length() {
    return delta.length;
  }

  /** What the snapshot holds, if {@code base} is what its base holds. */
  Tree applyTo(Tree base) throws IOException {
    return Tree.apply(base, delta);
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(MAGIC);
      out.writeLong(from.map(SnapshotGuid::value).orElse(0L));
      out.writeLong(to.value());
      out.writeUTF(name.value());
      out.writeLong(created.getEpochSecond());
      out.writeInt(delta.length);
      out.write(delta);
      out.writeLong(checksum(bytes.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static MemoryStream decode(byte[] bytes) throws StorageFault {
    int body = bytes.length - CHECKSUM;
    if (body < 0) {
      throw bad("it ends too early");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readLong() != MAGIC) {
        throw bad("it does not begin like one");
      }
      long from = in.readLong();
      SnapshotGuid to = new SnapshotGuid(in.readLong());
      SnapshotName name = new SnapshotName(in.readUTF());
      Instant created = Instant.ofEpochSecond(in.readLong());
      byte[] delta = in.readNBytes(in.readInt());
      if (in.available() != CHECKSUM || in.readLong() != checksum(Arrays.copyOf(bytes, body))) {
        throw bad("its checksum is not right");
      }
      return new MemoryStream(
          from == 0 ? Optional.empty() : Optional.of(new SnapshotGuid(from)),
          to,
          name,
          created,
          delta);
    } catch (IOException | RuntimeException e) {
      throw bad(e.toString());
    }
  }

  private static long checksum(byte[] bytes) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    return checksum.getValue();
  }

  private static StorageFault bad(String why) {
    return new StorageFault(Kind.BAD_STREAM, "not a stream of one snapshot: " + why);
  }
}
