package flocker.node.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * SHA-256 digests of what a mounted snapshot holds: content, and of the metadata what a stream
 * carries unchanged to every host (type, mode, owner, device, number of links to a file, time of
 * the last change of content, target of a link). Digests of folders are remembered, so that a
 * search for a difference reads no folder twice. Blocking; one thread at a time, {@link #files} and
 * {@link #bytes} any.
 */
final class TreeDigests {
  private static final int TYPE = 0170000;
  private static final int FILE = 0100000;
  private static final int DIRECTORY = 0040000;
  private static final int LINK = 0120000;
  private static final int BUFFER_BYTES = 128 << 10;
  private static final int MOST_REMEMBERED = 20_000;

  /** Called after each buffer and each file, so that the work leaves others room. */
  @FunctionalInterface
  interface Pace {
    void step() throws IOException;
  }

  /** One name in a folder. */
  record Entry(String name, boolean folder, String digest) {}

  /** A folder: its own digest, which covers all below it, and its entries by name. */
  record Folder(String digest, List<Entry> entries) {}

  private final Pace pace;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final Map<Path, String> remembered =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, String> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };
  private final AtomicLong files = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  TreeDigests(Pace pace) {
    this.pace = pace;
  }

  /** Files and folders read so far. */
  long files() {
    return files.get();
  }

  /** Contents read so far. */
  long bytes() {
    return bytes.get();
  }

  /**
   * @param root where the snapshot is mounted; may be another place each time
   * @param path of the folder below it; empty: the root
   */
  Folder folder(Path root, String path) throws IOException {
    Path place = root.resolve(path);
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("not a folder: /" + path);
    }
    List<Entry> children = children(root, place);
    String digest = whole(place, children);
    remembered.put(root.relativize(place), digest);
    return new Folder(digest, List.copyOf(children));
  }

  private List<Entry> children(Path root, Path folder) throws IOException {
    List<Entry> children = new ArrayList<>();
    try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
      for (Path each : content) {
        Map<String, Object> attributes = attributes(each);
        boolean directory = type(attributes) == DIRECTORY;
        String digest = directory ? below(root, each) : leaf(each, attributes);
        children.add(new Entry(each.getFileName().toString(), directory, digest));
      }
    }
    children.sort(Comparator.comparing(Entry::name).thenComparing(Entry::digest));
    return children;
  }

  private String below(Path root, Path folder) throws IOException {
    Path key = root.relativize(folder);
    String known = remembered.get(key);
    if (known == null) {
      known = whole(folder, children(root, folder));
      remembered.put(key, known);
    }
    return known;
  }

  private String whole(Path folder, List<Entry> children) throws IOException {
    MessageDigest digest = sha256();
    metadata(digest, attributes(folder));
    for (Entry child : children) {
      text(digest, child.name());
      text(digest, child.digest());
    }
    files.incrementAndGet();
    return HexFormat.of().formatHex(digest.digest());
  }

  private String leaf(Path place, Map<String, Object> attributes) throws IOException {
    MessageDigest digest = sha256();
    metadata(digest, attributes);
    int type = type(attributes);
    if (type == LINK) {
      text(digest, Files.readSymbolicLink(place).toString());
    } else if (type == FILE) {
      number(digest, ((Number) attributes.get("nlink")).longValue());
      content(digest, place);
    }
    files.incrementAndGet();
    pace.step();
    return HexFormat.of().formatHex(digest.digest());
  }

  private void content(MessageDigest digest, Path file) throws IOException {
    try (FileChannel in =
        FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      while (in.read(buffer.clear()) >= 0) {
        buffer.flip();
        bytes.addAndGet(buffer.remaining());
        digest.update(buffer);
        pace.step();
      }
    }
  }

  private static void metadata(MessageDigest digest, Map<String, Object> attributes) {
    number(digest, ((Number) attributes.get("mode")).longValue());
    number(digest, ((Number) attributes.get("uid")).longValue());
    number(digest, ((Number) attributes.get("gid")).longValue());
    number(digest, ((Number) attributes.get("rdev")).longValue());
    number(digest, ((FileTime) attributes.get("lastModifiedTime")).toInstant().getEpochSecond());
  }

  private static Map<String, Object> attributes(Path place) throws IOException {
    return Files.readAttributes(
        place, "unix:mode,uid,gid,rdev,nlink,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
  }

  private static int type(Map<String, Object> attributes) {
    return ((Number) attributes.get("mode")).intValue() & TYPE;
  }

  private static void number(MessageDigest digest, long value) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(value).flip());
  }

  private static void text(MessageDigest digest, String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    number(digest, encoded.length);
    digest.update(encoded);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
