package flocker.node.storage.zfs;

import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * The first record of a send stream: what it will make and what it builds on. Read before {@code
 * zfs receive} gets a byte, because zfs-fuse looks for another dataset with the base's GUID when
 * the target is missing.
 *
 * <p>Source: {@code dmu_replay_record_t} and {@code struct drr_begin} of {@code zfs_ioctl.h}; the
 * layout is the same in zfs-fuse and OpenZFS.
 *
 * @param from the base's GUID; empty for a full stream
 */
record StreamHeader(
    Optional<SnapshotGuid> from, SnapshotGuid to, SnapshotName name, Instant created) {
  /** The length of every record. */
  static final int LENGTH = 312;

  /** An incremental stream without a change is its first and its last record. */
  static final int EMPTY_STREAM_LENGTH = 2 * LENGTH;

  private static final int BEGIN = 0;
  private static final int END = 5;
  private static final long MAGIC = 0x2F5bacbacL;
  private static final int SUBSTREAM = 1;
  private static final int NAME_OFFSET = 56;
  private static final int NAME_LENGTH = 256;

  static StreamHeader read(byte[] record) throws StorageFault {
    if (record.length < LENGTH) {
      throw bad("it ends after " + record.length + " bytes");
    }
    ByteBuffer in = inOrder(record);
    if (in.getInt(0) != BEGIN || in.getLong(8) != MAGIC) {
      throw bad("it does not begin like one");
    }
    if ((in.getLong(16) & 3) != SUBSTREAM) {
      throw bad("it is a package of several");
    }
    long created = in.getLong(24);
    String full = text(record);
    int at = full.indexOf('@');
    if (at < 0 || created < 0 || created > Instant.MAX.getEpochSecond()) {
      throw bad("its snapshot has no name or time");
    }
    try {
      long from = in.getLong(48);
      return new StreamHeader(
          from == 0 ? Optional.empty() : Optional.of(new SnapshotGuid(from)),
          new SnapshotGuid(in.getLong(40)),
          new SnapshotName(full.substring(at + 1)),
          Instant.ofEpochSecond(created));
    } catch (IllegalArgumentException e) {
      throw bad("its snapshot's name is not legal");
    }
  }

  /** True if {@code stream}, a whole incremental stream, carries nothing. */
  static boolean isEmptyStream(byte[] stream) throws StorageFault {
    read(stream);
    return stream.length == EMPTY_STREAM_LENGTH && inOrder(stream).getInt(LENGTH) == END;
  }

  private static ByteBuffer inOrder(byte[] record) {
    ByteBuffer in = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    return in.getLong(8) == MAGIC ? in : in.order(ByteOrder.BIG_ENDIAN);
  }

  private static String text(byte[] record) {
    int end = NAME_OFFSET;
    while (end < NAME_OFFSET + NAME_LENGTH && record[end] != 0) {
      end++;
    }
    return new String(record, NAME_OFFSET, end - NAME_OFFSET, StandardCharsets.US_ASCII);
  }

  private static StorageFault bad(String why) {
    return new StorageFault(Kind.BAD_STREAM, "not a stream of one snapshot: " + why);
  }
}
