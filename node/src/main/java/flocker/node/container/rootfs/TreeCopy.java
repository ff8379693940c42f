package flocker.node.container.rootfs;

import flocker.node.container.rootfs.ImportFault.Kind;
import java.io.IOException;
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

/** Copies a directory of this host into a {@link TargetTree}; links are copied, never followed. */
final class TreeCopy extends SimpleFileVisitor<Path> {
  private static final int TYPE = 0170000;
  private static final int FILE = 0100000;
  private static final int DIRECTORY = 0040000;
  private static final int LINK = 0120000;
  private static final int FIFO = 0010000;
  private static final int SOCKET = 0140000;

  /** A file with several names. */
  private record Inode(long device, long number) {}

  /** Carries a typed fault through the walk. */
  private static final class Stopped extends IOException {
    private static final long serialVersionUID = 1L;
    private final ImportFault fault;

    Stopped(ImportFault fault) {
      super(fault);
      this.fault = fault;
    }
  }

  private final Path source;
  private final TargetTree tree;
  private final Map<Inode, Path> seen = new HashMap<>();

  private TreeCopy(Path source, TargetTree tree) {
    this.source = source;
    this.tree = tree;
  }

  static ImportReport run(Path source, TargetTree tree) throws ImportFault {
    try {
      Files.walkFileTree(source, new TreeCopy(source, tree));
      return tree.finish();
    } catch (Stopped stopped) {
      throw stopped.fault;
    } catch (IOException failure) {
      throw new ImportFault(
          Kind.UNREADABLE, "import stopped: " + source + " cannot be read: " + failure, failure);
    }
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes basic)
      throws IOException {
    visit(directory);
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes basic) throws IOException {
    visit(file);
    return FileVisitResult.CONTINUE;
  }

  private void visit(Path from) throws IOException {
    Path entry = source.relativize(from);
    if (tree.skips(entry)) {
      return;
    }
    try {
      copy(from, entry);
    } catch (ImportFault fault) {
      throw new Stopped(fault);
    }
  }

  private void copy(Path from, Path entry) throws IOException, ImportFault {
    Map<String, Object> unix = Files.readAttributes(from, "unix:*", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) unix.get("mode");
    FileMeta meta =
        new FileMeta(
            (Integer) unix.get("uid"),
            (Integer) unix.get("gid"),
            mode & 07777,
            (FileTime) unix.get("lastModifiedTime"));
    Inode inode = new Inode((Long) unix.get("dev"), (Long) unix.get("ino"));
    int type = mode & TYPE;
    if (type != DIRECTORY && seen.containsKey(inode)) {
      tree.hardLink(entry, seen.get(inode));
      return;
    }
    switch (type) {
      case DIRECTORY -> tree.directory(entry, meta);
      case LINK -> tree.symbolicLink(entry, Files.readSymbolicLink(from), meta);
      case FIFO -> tree.fifo(entry, meta);
      case FILE -> copyFile(from, entry, meta);
      case SOCKET -> {
        tree.skipSocket();
        return;
      }
      default -> throw TargetTree.deviceNode(entry);
    }
    if (type != DIRECTORY && (Integer) unix.get("nlink") > 1) {
      seen.put(inode, entry);
    }
  }

  private void copyFile(Path from, Path entry, FileMeta meta) throws IOException, ImportFault {
    try (FileChannel content =
        FileChannel.open(from, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      Path place = tree.file(entry, meta, content);
      for (String attribute : Natives.attributes(from.toString())) {
        if (!Natives.copyAttribute(from.toString(), place.toString(), attribute)) {
          tree.attributeLost();
        }
      }
    }
  }
}
