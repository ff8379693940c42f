package flocker.node.browse;

import flocker.node.container.rootfs.RootView;
import flocker.protocol.admin.FileChunk;
import flocker.protocol.admin.FileList;
import flocker.protocol.admin.HostName;
import flocker.protocol.id.SnapshotName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the files of a mounted snapshot for an operator. Blocking; links are followed as a process
 * inside would, and never out of the root.
 *
 * @param host for the answers
 */
public record FileTree(Path root, SnapshotName snapshot, HostName host) {
  private static final int TYPE = 0170000;
  private static final int FILE = 0100000;
  private static final int DIRECTORY = 0040000;
  private static final int LINK = 0120000;
  // So that an answer fits one remoting frame whatever names there are.
  private static final int MOST_CHARACTERS = 60_000;

  /** What a directory holds after the name {@code after}, or the file that {@code path} is. */
  public FileList list(String path, String after, int limit) throws BrowseFault, IOException {
    Path place = place(path);
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      return new FileList(snapshot, host, inside(place), List.of(entry(place)), false);
    }
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> content = Files.newDirectoryStream(place)) {
      content.forEach(each -> names.add(each.getFileName().toString()));
    }
    List<FileList.Entry> entries = new ArrayList<>();
    int characters = 0;
    for (String name : names) {
      if (name.compareTo(after) <= 0) {
        continue;
      }
      if (entries.size() == limit || characters > MOST_CHARACTERS) {
        return new FileList(snapshot, host, inside(place), entries, true);
      }
      FileList.Entry entry = entry(place.resolve(name));
      characters += name.length() + entry.target().map(String::length).orElse(0);
      entries.add(entry);
    }
    return new FileList(snapshot, host, inside(place), entries, false);
  }

  private static FileList.Entry entry(Path place) throws IOException {
    Map<String, Object> unix = Files.readAttributes(place, "unix:*", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) unix.get("mode");
    FileList.Type type =
        switch (mode & TYPE) {
          case FILE -> FileList.Type.FILE;
          case DIRECTORY -> FileList.Type.DIRECTORY;
          case LINK -> FileList.Type.LINK;
          default -> FileList.Type.SPECIAL;
        };
    return new FileList.Entry(
        String.valueOf(place.getFileName()),
        type,
        type == FileList.Type.FILE ? (Long) unix.get("size") : 0,
        String.format("%04o", mode & 07777),
        (Integer) unix.get("uid"),
        (Integer) unix.get("gid"),
        ((FileTime) unix.get("lastModifiedTime")).toInstant(),
        type == FileList.Type.LINK
            ? Optional.of(Files.readSymbolicLink(place).toString())
            : Optional.empty());
  }

  /** The bytes of a file from {@code offset} on, as many as one chunk holds. */
  public FileChunk read(String path, long offset) throws BrowseFault, IOException {
    Path place = place(path);
    // A FIFO would wait for a writer for ever, a device would be that of this host.
    if (!Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)) {
      throw new BrowseFault(path + " is not a file; only the contents of files can be read");
    }
    try (FileChannel in =
        FileChannel.open(place, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      ByteBuffer buffer = ByteBuffer.allocate(FileChunk.MAX_BYTES);
      in.position(offset);
      while (buffer.hasRemaining()) {
        if (in.read(buffer) < 0) {
          break;
        }
      }
      buffer.flip();
      return new FileChunk(
          snapshot,
          host,
          inside(place),
          offset,
          in.size(),
          new String(
              Base64.getEncoder().encode(bytes(buffer)),
              java.nio.charset.StandardCharsets.US_ASCII));
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private Path place(String path) throws BrowseFault, IOException {
    try {
      return new RootView(root)
          .resolve(Path.of(path))
          .orElseThrow(
              () -> new BrowseFault("there is no " + path + " in the snapshot " + snapshot));
    } catch (InvalidPathException unmappable) {
      throw new BrowseFault("the path cannot be read here: " + unmappable.getReason());
    }
  }

  private String inside(Path place) {
    return "/" + root.relativize(place);
  }
}
