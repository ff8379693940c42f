package flocker.node.change.kernel;

import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/**
 * The calls of libc that the watches need. Each may block; buffers are outside the heap, so that a
 * call that hangs does not hold up the garbage collector.
 */
final class KernelCalls {
  /** Source: fanotify_init(2), fanotify_mark(2), poll(2), read(2), open(2), mount(2). */
  public interface LibC {
    int fanotify_init(int flags, int eventFlags);

    int fanotify_mark(int group, int flags, long mask, int directory, String path);

    int poll(@In @Out Pointer descriptors, long count, int timeout);

    long read(int descriptor, @Out Pointer into, long count);

    int open(String path, int flags);

    int close(int descriptor);

    int mount(String source, String target, String type, long flags, Pointer data);
  }

  static final int EPERM = 1;
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EXDEV = 18;
  static final int ENODEV = 19;
  static final int EINVAL = 22;
  static final int ENOSYS = 38;
  static final int EOPNOTSUPP = 95;
  static final int ENOTCONN = 107;

  static final int O_NONBLOCK = 0x800;
  static final int O_LARGEFILE = 0x8000;
  static final int O_NOATIME = 0x40000;
  static final int O_CLOEXEC = 0x80000;

  private static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");
  private static final Runtime RUNTIME = Runtime.getRuntime(LIBC);
  private static final int POLLIN = 1;

  private KernelCalls() {}

  static LibC libc() {
    return LIBC;
  }

  static int error() {
    return LastError.getLastError(RUNTIME);
  }

  static Pointer memory(int bytes) {
    return Memory.allocateDirect(RUNTIME, bytes, true);
  }

  /** True if there is something to read within {@code millis}. */
  static boolean readable(int descriptor, int millis) {
    Pointer one = memory(8);
    one.putInt(0, descriptor);
    one.putInt(4, POLLIN);
    return LIBC.poll(one, 1, millis) > 0;
  }
}
