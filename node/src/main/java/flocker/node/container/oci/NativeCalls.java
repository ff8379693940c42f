package flocker.node.container.oci;

import jnr.ffi.LibraryLoader;

/** The one system call that Java lacks here. */
final class NativeCalls {
  /** Source: kill(2). */
  public interface Libc {
    int kill(int pid, int signal);
  }

  static final Libc LIBC = LibraryLoader.create(Libc.class).load("c");

  private NativeCalls() {}
}
