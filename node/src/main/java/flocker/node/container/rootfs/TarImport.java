package flocker.node.container.rootfs;

import flocker.node.container.rootfs.ImportFault.Kind;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Reads a tar archive, plain or gzip, entry by entry into a {@link TargetTree}. */
final class TarImport {
  private static final int RECORD_BYTES = 512;
  private static final int MAGIC_BYTES = 6;
  private static final String XATTR_HEADER = "SCHILY.xattr.";
  // A name that was not UTF-8, or a binary value that did not survive as text.
  private static final char UNREADABLE_CHARACTER = '\ufffd';

  private final TargetTree tree;
  private final ImportLimits limits;

  TarImport(TargetTree tree, ImportLimits limits) {
    this.tree = tree;
    this.limits = limits;
  }

  ImportReport run(InputStream archive) throws ImportFault {
    try {
      Counted plain = new Counted(decompressed(new BufferedInputStream(archive, 1 << 16)));
      TarArchiveInputStream tar = new TarArchiveInputStream(plain, StandardCharsets.UTF_8.name());
      long entriesRead = 0;
      while (true) {
        long before = plain.count;
        long padding = padding(tar.getCurrentEntry());
        TarArchiveEntry entry = tar.getNextEntry();
        if (entry == null) {
          mustBeWhole(entriesRead, plain.count - before - padding);
          return tree.finish();
        }
        entriesRead++;
        importEntry(tar, entry);
      }
    } catch (IOException | IllegalArgumentException damaged) {
      throw new ImportFault(
          Kind.UNREADABLE,
          "import stopped: the archive is damaged, truncated or no tar file: "
              + damaged.getMessage(),
          damaged);
    }
  }

  /** A whole archive ends with records of zeros; one cut off between entries does not. */
  private static void mustBeWhole(long entriesRead, long bytesAfterLastEntry) throws ImportFault {
    if (entriesRead == 0) {
      throw new ImportFault(Kind.UNREADABLE, "import refused: the archive holds nothing");
    }
    if (bytesAfterLastEntry < RECORD_BYTES) {
      throw new ImportFault(
          Kind.UNREADABLE, "import stopped: the archive is truncated: its end mark is missing");
    }
  }

  private static long padding(TarArchiveEntry entry) {
    return entry == null ? 0 : (RECORD_BYTES - entry.getSize() % RECORD_BYTES) % RECORD_BYTES;
  }

  private static InputStream decompressed(InputStream archive) throws IOException, ImportFault {
    archive.mark(MAGIC_BYTES);
    byte[] magic = archive.readNBytes(MAGIC_BYTES);
    archive.reset();
    if (magic.length >= 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b) {
      return GzipCompressorInputStream.builder()
          .setInputStream(archive)
          .setDecompressConcatenated(true)
          .get();
    }
    String start = new String(magic, StandardCharsets.ISO_8859_1);
    if (start.startsWith("\u00fd7zXZ")
        || start.startsWith("BZh")
        || start.startsWith("(\u00b5/\u00fd")) {
      throw new ImportFault(
          Kind.UNSUPPORTED,
          "import refused: the archive is compressed by xz, bzip2 or zstd; plain and gzip are"
              + " read: unpack it first (xz -d, bzip2 -d, zstd -d)");
    }
    return archive;
  }

  private void importEntry(TarArchiveInputStream tar, TarArchiveEntry entry)
      throws ImportFault, IOException {
    String name = entry.getName();
    if (name.indexOf(UNREADABLE_CHARACTER) >= 0) {
      throw new ImportFault(
          Kind.UNSUPPORTED, "import stopped: the name of the entry " + name + " is not UTF-8");
    }
    Path path = TargetTree.inside(name);
    if (tree.skips(path)) {
      return;
    }
    FileMeta meta = meta(entry);
    if (entry.isDirectory()) {
      tree.directory(path, meta);
    } else if (entry.isSymbolicLink()) {
      tree.symbolicLink(path, linkTarget(entry), meta);
    } else if (entry.isLink()) {
      tree.hardLink(path, TargetTree.inside(entry.getLinkName()));
    } else if (entry.isFIFO()) {
      tree.fifo(path, meta);
    } else if (entry.isCharacterDevice() || entry.isBlockDevice()) {
      throw TargetTree.deviceNode(path);
    } else {
      importFile(tar, entry, path, meta);
    }
  }

  private void importFile(
      TarArchiveInputStream tar, TarArchiveEntry entry, Path path, FileMeta meta)
      throws ImportFault {
    boolean known =
        entry.isSparse()
            || entry.getLinkFlag() == TarConstants.LF_NORMAL
            || entry.getLinkFlag() == TarConstants.LF_OLDNORM
            || entry.getLinkFlag() == TarConstants.LF_CONTIG;
    if (!known || !tar.canReadEntryData(entry)) {
      throw new ImportFault(
          Kind.UNSUPPORTED,
          "import stopped: "
              + path
              + " is of type '"
              + (char) entry.getLinkFlag()
              + "', which is not supported");
    }
    if (entry.getRealSize() > limits.bytes()) {
      throw new ImportFault(
          Kind.TOO_LARGE,
          "import stopped: "
              + path
              + " has "
              + entry.getRealSize()
              + " bytes; the limit is "
              + limits.bytes());
    }
    Path place = tree.file(path, meta, Channels.newChannel(tar));
    for (Map.Entry<String, String> header : entry.getExtraPaxHeaders().entrySet()) {
      if (header.getKey().startsWith(XATTR_HEADER)) {
        restore(place, header.getKey().substring(XATTR_HEADER.length()), header.getValue());
      }
    }
  }

  private void restore(Path place, String attribute, String value) {
    boolean kept =
        Natives.portable(attribute)
            && value.indexOf(UNREADABLE_CHARACTER) < 0
            && Natives.setAttribute(
                place.toString(), attribute, value.getBytes(StandardCharsets.UTF_8));
    if (!kept) {
      tree.attributeLost();
    }
  }

  private static Path linkTarget(TarArchiveEntry entry) throws ImportFault {
    try {
      if (!entry.getLinkName().isEmpty()) {
        return Path.of(entry.getLinkName());
      }
    } catch (InvalidPathException unmappable) {
      throw new ImportFault(
          Kind.UNSUPPORTED,
          "import stopped: the link "
              + entry.getName()
              + " cannot be written here ("
              + unmappable.getReason()
              + "); run the node with LC_ALL=C.UTF-8",
          unmappable);
    }
    throw new ImportFault(
        Kind.UNREADABLE, "import stopped: the link " + entry.getName() + " leads nowhere");
  }

  private static FileMeta meta(TarArchiveEntry entry) throws ImportFault {
    long uid = entry.getLongUserId();
    long gid = entry.getLongGroupId();
    if (uid < 0 || gid < 0 || uid >= 0xffff_ffffL || gid >= 0xffff_ffffL) {
      throw new ImportFault(
          Kind.UNREADABLE,
          "import stopped: " + entry.getName() + " has the impossible owner " + uid + ":" + gid);
    }
    return new FileMeta(
        (int) uid,
        (int) gid,
        entry.getMode() & 07777,
        FileTime.fromMillis(entry.getLastModifiedTime().toMillis()));
  }

  /** Counts what the tar reader has taken. */
  private static final class Counted extends FilterInputStream {
    private long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = super.read(buffer, offset, length);
      count += Math.max(n, 0);
      return n;
    }

    @Override
    public long skip(long bytes) throws IOException {
      long n = super.skip(bytes);
      count += n;
      return n;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
