package flocker.node.container.rootfs;

import flocker.node.container.rootfs.ImportFault.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tree that an import fills; the only class that writes. No entry is written outside the target
 * or through a link: every directory on an entry's way must be a real one.
 */
final class TargetTree {
  private static final Set<String> SPECIAL = Set.of("dev", "proc", "sys");
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rw-------");
  private static final int CHUNK_BYTES = 256 * 1024;

  private final Path root;
  private final ImportLimits limits;
  private final ImportProgress progress;
  // Directories get their times and modes last: what is written into them would change the former,
  // and might be forbidden by the latter.
  private final Map<Path, FileMeta> directories = new LinkedHashMap<>();
  private long bytes;
  private long entries;
  private long skipped;
  private long lostAttributes;
  private boolean layered;

  TargetTree(Path root, ImportLimits limits, ImportProgress progress) throws ImportFault {
    this.root = root;
    this.limits = limits;
    this.progress = progress;
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      throw new ImportFault(Kind.BAD_TARGET, root + " is not a directory; nothing was imported");
    }
    try (DirectoryStream<Path> content = Files.newDirectoryStream(root)) {
      if (content.iterator().hasNext()) {
        throw new ImportFault(
            Kind.BAD_TARGET, root + " is not empty; nothing was imported, nothing overwritten");
      }
    } catch (IOException failure) {
      throw new ImportFault(Kind.BAD_TARGET, root + " cannot be read: " + failure, failure);
    }
  }

  /** From now on an entry may replace a directory with all that is in it. */
  void layered() {
    layered = true;
  }

  /** Takes away what is at {@code entry}, if anything, but nothing of {@code keep}. */
  void remove(Path entry, Set<Path> keep) throws ImportFault {
    try {
      Path place = existing(entry);
      if (place != null && !place.equals(root)) {
        prune(place, keep, false);
      }
    } catch (IOException failure) {
      throw ImportFault.writing(entry.toString(), failure);
    }
  }

  /** Takes away what is in a directory, if it is one, but nothing of {@code keep}. */
  void empty(Path directory, Set<Path> keep) throws ImportFault {
    try {
      Path place = existing(directory);
      if (place != null && Files.isSymbolicLink(place)) {
        throw throughLink(directory, place);
      }
      if (place != null && Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        prune(place, keep, true);
      }
    } catch (IOException failure) {
      throw ImportFault.writing(directory.toString(), failure);
    }
  }

  private void prune(Path place, Set<Path> keep, boolean onlyContent) throws IOException {
    if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> content = Files.newDirectoryStream(place)) {
        for (Path each : content) {
          prune(each, keep, false);
        }
      }
    }
    if (!onlyContent && !keep.contains(root.relativize(place))) {
      Files.delete(place);
      directories.remove(place);
    }
  }

  /** The place of an entry, or null if there is nothing; never through a link. */
  private Path existing(Path entry) throws ImportFault {
    Path at = root;
    for (Path name : entry) {
      if (name.toString().isEmpty()) {
        continue;
      }
      if (Files.isSymbolicLink(at)) {
        throw throughLink(entry, at);
      }
      at = at.resolve(name);
    }
    return Files.exists(at, LinkOption.NOFOLLOW_LINKS) ? at : null;
  }

  private ImportFault throughLink(Path entry, Path link) {
    return new ImportFault(
        Kind.ESCAPES,
        "import stopped: the entry "
            + entry
            + " would be written through the link "
            + root.relativize(link));
  }

  /** The relative path of an entry; ESCAPES if it is absolute or climbs. Empty: the root itself. */
  static Path inside(String name) throws ImportFault {
    try {
      Path path = Path.of(name);
      if (path.isAbsolute()) {
        throw new ImportFault(
            Kind.ESCAPES,
            "import stopped: the entry "
                + name
                + " has an absolute path; make the archive with"
                + " relative paths (tar -C ROOT -c .)");
      }
      for (Path part : path) {
        if (part.toString().equals("..")) {
          throw new ImportFault(
              Kind.ESCAPES, "import stopped: the entry " + name + " leads out of the filesystem");
        }
      }
      return path.normalize();
    } catch (InvalidPathException unmappable) {
      throw new ImportFault(
          Kind.UNSUPPORTED,
          "import stopped: the name of the entry "
              + name
              + " cannot be written here ("
              + unmappable.getReason()
              + "); run the node with LC_ALL=C.UTF-8",
          unmappable);
    }
  }

  /** True for what lies below /dev, /proc or /sys: it is counted and left out. */
  boolean skips(Path entry) {
    boolean special = entry.getNameCount() > 1 && SPECIAL.contains(entry.getName(0).toString());
    if (special) {
      skipped++;
    }
    return special;
  }

  void skipSocket() {
    skipped++;
  }

  void attributeLost() {
    lostAttributes++;
  }

  void directory(Path entry, FileMeta meta) throws ImportFault {
    count();
    try {
      Path place = parent(entry);
      if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        Files.deleteIfExists(place);
        Files.createDirectory(place);
      }
      directories.put(place, meta);
    } catch (IOException failure) {
      throw ImportFault.writing(entry.toString(), failure);
    }
  }

  /** Contents come from the channel until its end; a failure to read it is UNREADABLE. */
  Path file(Path entry, FileMeta meta, ReadableByteChannel content) throws ImportFault {
    count();
    try {
      Path place = free(entry);
      try (FileChannel out =
          FileChannel.open(
              place,
              Set.of(
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS),
              PosixFilePermissions.asFileAttribute(PRIVATE))) {
        copy(entry, content, out);
      }
      apply(place, meta);
      return place;
    } catch (IOException failure) {
      throw ImportFault.writing(entry.toString(), failure);
    }
  }

  private void copy(Path entry, ReadableByteChannel content, FileChannel out)
      throws IOException, ImportFault {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
    while (read(entry, content, buffer) >= 0) {
      buffer.flip();
      bytes += buffer.remaining();
      if (bytes > limits.bytes()) {
        throw new ImportFault(
            Kind.TOO_LARGE,
            "import stopped at " + entry + ": more than " + limits.bytes() + " bytes");
      }
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      buffer.clear();
      told(entry);
    }
  }

  private static int read(Path entry, ReadableByteChannel content, ByteBuffer buffer)
      throws ImportFault {
    try {
      return content.read(buffer);
    } catch (IOException failure) {
      throw new ImportFault(
          Kind.UNREADABLE,
          "import stopped at " + entry + ": its contents cannot be read: " + failure.getMessage(),
          failure);
    }
  }

  /** An empty file, for callers without contents. */
  static ReadableByteChannel nothing() {
    return Channels.newChannel(java.io.InputStream.nullInputStream());
  }

  /** The target of a symbolic link is kept as it is, wherever it leads: nothing here follows it. */
  void symbolicLink(Path entry, Path linksTo, FileMeta meta) throws ImportFault {
    count();
    try {
      Path place = free(entry);
      Files.createSymbolicLink(place, linksTo);
      own(place, meta);
    } catch (IOException failure) {
      throw ImportFault.writing(entry.toString(), failure);
    }
  }

  /** Another name for an entry that is there already. */
  void hardLink(Path entry, Path existing) throws ImportFault {
    count();
    try {
      Path source = parent(existing);
      if (!Files.exists(source, LinkOption.NOFOLLOW_LINKS)
          || Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS)) {
        throw new ImportFault(
            Kind.UNREADABLE,
            "import stopped: " + entry + " is a link to " + existing + ", which is not there");
      }
      if (source.equals(parent(entry))) {
        throw new ImportFault(
            Kind.UNREADABLE, "import stopped: " + entry + " is a hard link to itself");
      }
      Files.createLink(free(entry), source);
    } catch (IOException failure) {
      throw ImportFault.writing(entry.toString(), failure);
    }
  }

  void fifo(Path entry, FileMeta meta) throws ImportFault {
    count();
    try {
      Path place = free(entry);
      if (!Natives.makeFifo(place.toString())) {
        throw new IOException("mkfifo failed");
      }
      own(place, meta);
      // Not by Java, which opens the file for it: a FIFO without a reader is never opened.
      if (!Natives.setMode(place.toString(), meta.mode())) {
        throw new IOException("chmod failed");
      }
    } catch (IOException failure) {
      throw ImportFault.writing(entry.toString(), failure);
    }
  }

  static ImportFault deviceNode(Path entry) {
    return new ImportFault(
        Kind.DEVICE_NODE,
        "import stopped: "
            + entry
            + " is a device node outside /dev; a user system gets its"
            + " devices from the container; remove it from the source");
  }

  /** Gives the directories their attributes; the import is complete. */
  ImportReport finish() throws ImportFault {
    List<Path> deepestFirst = new ArrayList<>(directories.keySet());
    Collections.reverse(deepestFirst);
    for (Path directory : deepestFirst) {
      try {
        apply(directory, directories.get(directory));
      } catch (IOException failure) {
        throw ImportFault.writing(directory.toString(), failure);
      }
    }
    return new ImportReport(bytes, entries, skipped, lostAttributes);
  }

  private void count() throws ImportFault {
    entries++;
    if (entries > limits.entries()) {
      throw new ImportFault(
          Kind.TOO_LARGE, "import stopped: more than " + limits.entries() + " entries");
    }
    told(root);
  }

  private void told(Path entry) throws ImportFault {
    progress.at(bytes, entries);
    if (Thread.currentThread().isInterrupted()) {
      throw new ImportFault(Kind.CANCELLED, "import cancelled at " + entry);
    }
  }

  /** The place of an entry, its directories made where missing and checked where not. */
  private Path parent(Path entry) throws IOException, ImportFault {
    if (entry.toString().isEmpty()) {
      return root;
    }
    Path at = root;
    for (int i = 0; i < entry.getNameCount() - 1; i++) {
      at = at.resolve(entry.getName(i));
      if (Files.isSymbolicLink(at)) {
        throw throughLink(entry, at);
      }
      if (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(at);
      }
    }
    return at.resolve(entry.getFileName());
  }

  /** The same, with whatever an earlier entry of this name left there removed. */
  private Path free(Path entry) throws IOException, ImportFault {
    Path place = parent(entry);
    if (place.equals(root)) {
      throw new ImportFault(
          Kind.UNREADABLE, "import stopped: the archive wants the root to be no directory");
    }
    if (layered && Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      prune(place, Set.of(), false);
    } else if (Files.deleteIfExists(place)) {
      directories.remove(place);
    }
    return place;
  }

  private static void own(Path place, FileMeta meta) throws IOException {
    Map<String, Object> now =
        Files.readAttributes(place, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
    if (!now.get("uid").equals(meta.uid())) {
      Files.setAttribute(place, "unix:uid", meta.uid(), LinkOption.NOFOLLOW_LINKS);
    }
    if (!now.get("gid").equals(meta.gid())) {
      Files.setAttribute(place, "unix:gid", meta.gid(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** Owner first: a change of owner clears setuid. */
  private static void apply(Path place, FileMeta meta) throws IOException {
    own(place, meta);
    Files.setAttribute(place, "unix:mode", meta.mode(), LinkOption.NOFOLLOW_LINKS);
    FileTime modified = meta.modified();
    Files.getFileAttributeView(place, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(modified, modified, null);
  }
}
