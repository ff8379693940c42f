package flocker.node.container.rootfs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes a tree as a tar archive (POSIX pax): owners, modes, times, links, FIFOs and extended
 * attributes. Left out: sockets, devices, and what lies below {@code /dev}, {@code /proc} and
 * {@code /sys}, as at an import. Links are written, never followed. Use once.
 */
final class TarExport extends SimpleFileVisitor<Path> {
  private static final int TYPE = 0170000;
  private static final int FILE = 0100000;
  private static final int DIRECTORY = 0040000;
  private static final int LINK = 0120000;
  private static final int FIFO = 0010000;
  private static final Set<String> SPECIAL = Set.of("dev", "proc", "sys");

  /** A file with several names. */
  private record Inode(Object device, Object number) {}

  private final Path root;
  private final TarArchiveOutputStream tar;
  private final ImportProgress progress;
  private final Map<Inode, String> seen = new HashMap<>();
  private long bytes;
  private long entries;

  private TarExport(Path root, OutputStream out, ImportProgress progress) {
    this.root = root;
    this.tar = new TarArchiveOutputStream(out, "UTF-8");
    this.progress = progress;
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
  }

  /** Writes all below {@code root}; leaves {@code out} open. */
  static void run(Path root, OutputStream out, ImportProgress progress) throws IOException {
    TarExport export = new TarExport(root, out, progress);
    Files.walkFileTree(root, export);
    export.tar.finish();
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes basic)
      throws IOException {
    write(directory);
    Path inside = root.relativize(directory);
    return inside.getNameCount() == 1 && SPECIAL.contains(inside.toString())
        ? FileVisitResult.SKIP_SUBTREE
        : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes basic) throws IOException {
    write(file);
    return FileVisitResult.CONTINUE;
  }

  private void write(Path place) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new IOException("the export was cancelled");
    }
    Map<String, Object> unix = Files.readAttributes(place, "unix:*", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) unix.get("mode");
    int type = mode & TYPE;
    Path inside = root.relativize(place);
    String name = inside.toString().isEmpty() ? "./" : inside.toString();
    Inode inode = new Inode(unix.get("dev"), unix.get("ino"));
    if (type != DIRECTORY && seen.containsKey(inode)) {
      TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_LINK, true);
      entry.setLinkName(seen.get(inode));
      put(entry, unix, mode);
      tar.closeArchiveEntry();
      return;
    }
    switch (type) {
      case DIRECTORY -> {
        String directory = name.endsWith("/") ? name : name + "/";
        put(new TarArchiveEntry(directory, TarConstants.LF_DIR, true), unix, mode);
        tar.closeArchiveEntry();
      }
      case LINK -> {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK, true);
        entry.setLinkName(Files.readSymbolicLink(place).toString());
        put(entry, unix, mode);
        tar.closeArchiveEntry();
      }
      case FIFO -> {
        put(new TarArchiveEntry(name, TarConstants.LF_FIFO, true), unix, mode);
        tar.closeArchiveEntry();
      }
      case FILE -> writeFile(place, name, unix, mode);
      default -> {
        return;
      }
    }
    if (type != DIRECTORY && (Integer) unix.get("nlink") > 1) {
      seen.put(inode, name);
    }
  }

  private void writeFile(Path place, String name, Map<String, Object> unix, int mode)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
    entry.setSize((Long) unix.get("size"));
    for (String attribute : Natives.attributes(place.toString())) {
      Natives.textAttribute(place.toString(), attribute)
          .ifPresent(value -> entry.addPaxHeader("SCHILY.xattr." + attribute, value));
    }
    put(entry, unix, mode);
    try (FileChannel in =
        FileChannel.open(place, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      java.io.InputStream content = Channels.newInputStream(in);
      byte[] buffer = new byte[1 << 16];
      for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
        tar.write(buffer, 0, n);
        bytes += n;
        progress.at(bytes, entries);
      }
    }
    tar.closeArchiveEntry();
  }

  private void put(TarArchiveEntry entry, Map<String, Object> unix, int mode) throws IOException {
    entry.setMode(mode & 07777);
    entry.setUserId((Integer) unix.get("uid"));
    entry.setGroupId((Integer) unix.get("gid"));
    entry.setLastModifiedTime((FileTime) unix.get("lastModifiedTime"));
    tar.putArchiveEntry(entry);
    entries++;
    progress.at(bytes, entries);
  }
}
