package flocker.node.container.rootfs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes tar archives on the spot, honest and hostile ones. */
final class Archive {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");
  private final int uid;
  private final int gid;

  /** Entries belong to this user. */
  Archive(int uid, int gid) {
    this.uid = uid;
    this.gid = gid;
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  Archive directory(String name) {
    return put(entry(name + "/", TarConstants.LF_DIR), 0755, "");
  }

  Archive file(String name, String content) {
    return file(name, 0644, content);
  }

  Archive file(String name, int mode, String content) {
    return put(entry(name, TarConstants.LF_NORMAL), mode, content);
  }

  Archive withAttribute(String name, String attribute, String value) {
    TarArchiveEntry entry = entry(name, TarConstants.LF_NORMAL);
    entry.addPaxHeader("SCHILY.xattr." + attribute, value);
    return put(entry, 0644, "");
  }

  Archive link(String name, String target) {
    TarArchiveEntry entry = entry(name, TarConstants.LF_SYMLINK);
    entry.setLinkName(target);
    return put(entry, 0777, "");
  }

  Archive hardLink(String name, String target) {
    TarArchiveEntry entry = entry(name, TarConstants.LF_LINK);
    entry.setLinkName(target);
    return put(entry, 0644, "");
  }

  Archive special(String name, byte type) {
    return put(entry(name, type), 0600, "");
  }

  /** A header that promises so many bytes, and none of them. */
  byte[] promising(String name, long size) {
    TarArchiveEntry entry = entry(name, TarConstants.LF_NORMAL);
    entry.setSize(size);
    byte[] header = new byte[512];
    entry.writeEntryHeader(header);
    return header;
  }

  private TarArchiveEntry entry(String name, byte type) {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setModTime(1_600_000_000_000L);
    return entry;
  }

  private Archive put(TarArchiveEntry entry, int mode, String content) {
    try {
      byte[] data = content.getBytes(StandardCharsets.UTF_8);
      entry.setSize(data.length);
      entry.setMode(mode);
      entry.setUserId(uid);
      entry.setGroupId(gid);
      tar.putArchiveEntry(entry);
      tar.write(data);
      tar.closeArchiveEntry();
      return this;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  byte[] bytes() {
    try {
      tar.close();
      return bytes.toByteArray();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Without the zeros at the end. */
  byte[] withoutEnd() {
    byte[] whole = bytes();
    int length = whole.length;
    while (length >= 512 && isZero(whole, length - 512)) {
      length -= 512;
    }
    return Arrays.copyOf(whole, length);
  }

  private static boolean isZero(byte[] all, int from) {
    for (int i = from; i < from + 512; i++) {
      if (all[i] != 0) {
        return false;
      }
    }
    return true;
  }

  static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    }
    return packed.toByteArray();
  }
}
