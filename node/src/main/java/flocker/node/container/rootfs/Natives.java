package flocker.node.container.rootfs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.mode_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/** Extended attributes and FIFOs, which Java cannot make. */
final class Natives {
  private static final int LONGEST_BYTES = 65536;

  /** Source: llistxattr(2), lgetxattr(2), lsetxattr(2), mkfifo(3), chmod(2). */
  public interface Libc {
    @ssize_t
    long llistxattr(String path, @Out byte[] names, @size_t long size);

    @ssize_t
    long lgetxattr(String path, String name, @Out byte[] value, @size_t long size);

    int lsetxattr(String path, String name, @In byte[] value, @size_t long size, int flags);

    int mkfifo(String path, @mode_t int mode);

    int chmod(String path, @mode_t int mode);
  }

  private static final Libc LIBC = LibraryLoader.create(Libc.class).load("c");

  private Natives() {}

  static boolean makeFifo(String path) {
    return LIBC.mkfifo(path, 0600) == 0;
  }

  /** Of a file that is known to be no link. */
  static boolean setMode(String path, int mode) {
    return LIBC.chmod(path, mode) == 0;
  }

  /** Names of the attributes that another host can make sense of; empty where there are none. */
  static List<String> attributes(String path) {
    byte[] names = new byte[LONGEST_BYTES];
    long length = LIBC.llistxattr(path, names, names.length);
    List<String> found = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (names[i] == 0) {
        String name = new String(names, start, i - start, java.nio.charset.StandardCharsets.UTF_8);
        start = i + 1;
        if (portable(name)) {
          found.add(name);
        }
      }
    }
    return found;
  }

  /** SELinux labels and the like belong to the host they were made on. */
  static boolean portable(String name) {
    return name.startsWith("user.")
        || name.startsWith("system.posix_acl_")
        || name.equals("security.capability");
  }

  static boolean copyAttribute(String from, String to, String name) {
    byte[] value = new byte[LONGEST_BYTES];
    long length = LIBC.lgetxattr(from, name, value, value.length);
    return length >= 0 && LIBC.lsetxattr(to, name, value, length, 0) == 0;
  }

  /** The value where it is text, which is all that a pax header can carry unharmed. */
  static Optional<String> textAttribute(String path, String name) {
    byte[] value = new byte[LONGEST_BYTES];
    long length = LIBC.lgetxattr(path, name, value, value.length);
    if (length < 0) {
      return Optional.empty();
    }
    byte[] exact = Arrays.copyOf(value, (int) length);
    String text = new String(exact, java.nio.charset.StandardCharsets.UTF_8);
    return Arrays.equals(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), exact)
        ? Optional.of(text)
        : Optional.empty();
  }

  static boolean setAttribute(String path, String name, byte[] value) {
    return LIBC.lsetxattr(path, name, value, value.length, 0) == 0;
  }
}
