package flocker.node.container.rootfs;

import flocker.node.container.rootfs.ImportFault.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Reads a tar archive entry by entry into a {@link TargetTree}. */
final class TarImport {
  private static final int RECORD_BYTES = 512;
  // Headers and padding of a large tree; a bound against archives that are nothing else.
  private static final long LARGEST_OVERHEAD_BYTES = 1L << 30;
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
      if (unpack(Compression.unpacked(archive), null) == 0) {
        throw new ImportFault(Kind.UNREADABLE, "import refused: the archive holds nothing");
      }
      return tree.finish();
    } catch (IOException damaged) {
      throw damaged(damaged);
    }
  }

  /**
   * Unpacks a plain archive to its last byte; the tree is not finished by it.
   *
   * @param whiteouts of the layer that this is, or null
   * @return how many entries there were
   */
  long unpack(InputStream archive, Whiteouts whiteouts) throws ImportFault {
    try {
      Counted plain = new Counted(archive, limits.bytes() + LARGEST_OVERHEAD_BYTES);
      TarArchiveInputStream tar = new TarArchiveInputStream(plain, StandardCharsets.UTF_8.name());
      long entriesRead = 0;
      while (true) {
        long before = plain.count;
        long padding = padding(tar.getCurrentEntry());
        TarArchiveEntry entry = tar.getNextEntry();
        if (entry == null) {
          mustBeWhole(plain.count - before - padding);
          plain.transferTo(OutputStream.nullOutputStream());
          return entriesRead;
        }
        entriesRead++;
        importEntry(tar, entry, whiteouts);
      }
    } catch (Counted.TooLong tooLong) {
      throw new ImportFault(
          Kind.TOO_LARGE,
          "import stopped: the archive unpacks to more than there is room for ("
              + limits.bytes()
              + " bytes)",
          tooLong);
    } catch (IOException | IllegalArgumentException damaged) {
      throw damaged(damaged);
    }
  }

  private static ImportFault damaged(Exception damaged) {
    return new ImportFault(
        Kind.UNREADABLE,
        "import stopped: the archive is damaged, truncated or no tar file: " + damaged.getMessage(),
        damaged);
  }

  /** A whole archive ends with records of zeros; one cut off between entries does not. */
  private static void mustBeWhole(long bytesAfterLastEntry) throws ImportFault {
    if (bytesAfterLastEntry < RECORD_BYTES) {
      throw new ImportFault(
          Kind.UNREADABLE, "import stopped: the archive is truncated: its end mark is missing");
    }
  }

  private static long padding(TarArchiveEntry entry) {
    return entry == null ? 0 : (RECORD_BYTES - entry.getSize() % RECORD_BYTES) % RECORD_BYTES;
  }

  private void importEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Whiteouts whiteouts)
      throws ImportFault, IOException {
    String name = entry.getName();
    if (name.indexOf(UNREADABLE_CHARACTER) >= 0) {
      throw new ImportFault(
          Kind.UNSUPPORTED, "import stopped: the name of the entry " + name + " is not UTF-8");
    }
    Path path = TargetTree.inside(name);
    if (tree.skips(path) || (whiteouts != null && whiteouts.took(path))) {
      return;
    }
    importEntry(tar, entry, path);
    if (whiteouts != null) {
      whiteouts.brought(path);
    }
  }

  private void importEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws ImportFault {
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
    return new FileMeta((int) uid, (int) gid, entry.getMode() & 07777, entry.getLastModifiedTime());
  }

  /** Counts what the tar reader has taken, and ends what has no end. */
  private static final class Counted extends FilterInputStream {
    private final long most;
    private long count;

    /** There is more than there may be. */
    private static final class TooLong extends IOException {
      private static final long serialVersionUID = 1L;
    }

    Counted(InputStream in, long most) {
      super(in);
      this.most = most;
    }

    private void counted(long bytes) throws TooLong {
      count += bytes;
      if (count > most) {
        throw new TooLong();
      }
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      counted(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = super.read(buffer, offset, length);
      counted(Math.max(n, 0));
      return n;
    }

    @Override
    public long skip(long bytes) throws IOException {
      long n = super.skip(bytes);
      counted(n);
      return n;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
