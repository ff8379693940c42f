package flocker.node.storage.memory;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The content of a filesystem as a value: what is at each relative path. */
record Tree(SortedMap<String, Entry> entries) {
  static final Tree EMPTY = new Tree(new TreeMap<>());

  enum Type {
    FOLDER,
    FILE,
    LINK
  }

  /** {@code bytes}: a file's content, a link's target, nothing for a folder. */
  static final class Entry {
    private final Type type;
    private final String permissions;
    private final byte[] bytes;

    Entry(Type type, String permissions, byte[] bytes) {
      this.type = type;
      this.permissions = permissions;
      this.bytes = bytes;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Entry entry
          && type == entry.type
          && permissions.equals(entry.permissions)
          && Arrays.equals(bytes, entry.bytes);
    }

    @Override
    public int hashCode() {
      return Objects.hash(type, permissions, Arrays.hashCode(bytes));
    }
  }

  /** Reads a folder. What has not changed since {@code before} shares its bytes with it. */
  static Tree capture(Path folder, Tree before) {
    SortedMap<String, Entry> found = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (!path.equals(folder)) {
          String name = folder.relativize(path).toString();
          Entry entry = entry(path);
          Entry old = before.entries.get(name);
          found.put(name, entry.equals(old) ? old : entry);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Tree(found);
  }

  private static Entry entry(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return new Entry(Type.LINK, "", utf8(Files.readSymbolicLink(path).toString()));
    }
    Set<PosixFilePermission> modes = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
    String permissions = PosixFilePermissions.toString(modes);
    return Files.isDirectory(path)
        ? new Entry(Type.FOLDER, permissions, new byte[0])
        : new Entry(Type.FILE, permissions, Files.readAllBytes(path));
  }

  /** Writes everything below a new folder. */
  void restore(Path folder) {
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, Entry> each : entries.entrySet()) {
        Path path = folder.resolve(each.getKey());
        Entry entry = each.getValue();
        switch (entry.type) {
          case FOLDER -> Files.createDirectory(path);
          case FILE -> Files.write(path, entry.bytes);
          case LINK -> Files.createSymbolicLink(path, Path.of(utf8(entry.bytes)));
        }
        if (entry.type != Type.LINK) {
          Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(entry.permissions));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Collection<byte[]> blocks() {
    return entries.values().stream().map(each -> each.bytes).toList();
  }

  /** What turns {@code base} into this, as bytes. */
  byte[] since(Tree base) {
    List<String> gone = new ArrayList<>(base.entries.keySet());
    gone.removeAll(entries.keySet());
    SortedMap<String, Entry> changed = new TreeMap<>(entries);
    changed.entrySet().removeIf(each -> each.getValue().equals(base.entries.get(each.getKey())));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(gone.size());
      for (String name : gone) {
        out.writeUTF(name);
      }
      out.writeInt(changed.size());
      for (Map.Entry<String, Entry> each : changed.entrySet()) {
        out.writeUTF(each.getKey());
        out.writeUTF(each.getValue().type.name());
        out.writeUTF(each.getValue().permissions);
        out.writeInt(each.getValue().bytes.length);
        out.write(each.getValue().bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The reverse of {@link #since}. */
  static Tree apply(Tree base, byte[] delta) throws IOException {
    SortedMap<String, Entry> result = new TreeMap<>(base.entries);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(delta))) {
      for (int left = in.readInt(); left > 0; left--) {
        result.remove(in.readUTF());
      }
      for (int left = in.readInt(); left > 0; left--) {
        String name = in.readUTF();
        Type type = Type.valueOf(in.readUTF());
        String permissions = in.readUTF();
        result.put(name, new Entry(type, permissions, in.readNBytes(in.readInt())));
      }
    }
    return new Tree(result);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
