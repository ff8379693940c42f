package flocker.node.change.kernel;

import flocker.node.change.Watch;
import flocker.node.storage.MountPlace;
import flocker.node.time.BootClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import jnr.ffi.Pointer;

/**
 * Filesystem events of the whole filesystem, whoever makes them and through whatever mount: also
 * from inside a container. Where the filesystem can name its files by handles, every operation is
 * seen; where not (FUSE), the kernel opens each file for us, and only writes and closes are.
 *
 * <p>A mark is no use of the filesystem: it may be unmounted, and then the mark is gone without a
 * word. So the kernel's list of our marks is compared with its table of mounts each second.
 *
 * <p>Source: fanotify(7), fanotify_init(2), fanotify_mark(2), proc(5) on fdinfo.
 */
public final class FanotifyWatch extends KernelWatch {
  private static final int CLOSE_ON_EXEC = 1;
  private static final int NONBLOCK = 2;
  private static final int REPORT_FID = 0x200;
  private static final int MARK_ADD = 1;
  private static final int MARK_FILESYSTEM = 0x100;
  private static final int AT_FDCWD = -100;

  private static final long MODIFY = 0x2;
  private static final long ATTRIB = 0x4;
  private static final long CLOSE_WRITE = 0x8;
  private static final long MOVED = 0x40 | 0x80;
  private static final long CREATE = 0x100;
  private static final long DELETE = 0x200;
  private static final long ON_DIRECTORIES = 0x40000000;
  private static final long WRITES = MODIFY | CLOSE_WRITE;
  private static final long ALL = WRITES | ATTRIB | MOVED | CREATE | DELETE | ON_DIRECTORIES;

  /** What the kernel says where a filesystem has no handles, or knows no such events. */
  private static final Set<Integer> NO_HANDLES =
      Set.of(KernelCalls.ENODEV, KernelCalls.EOPNOTSUPP, KernelCalls.EXDEV, KernelCalls.EINVAL);

  // Layout of struct fanotify_event_metadata.
  private static final int LENGTH_AT = 0;
  private static final int DESCRIPTOR_AT = 16;
  private static final int LEAST_LENGTH = 24;
  // Few at a time: for each, the kernel opens a file.
  private static final int BUFFER = 42 * LEAST_LENGTH;

  private final MountPlace place;
  private final Pointer buffer = KernelCalls.memory(BUFFER);
  private int group = -1;
  private long device;

  private FanotifyWatch(MountPlace place, BootClock clock, Runnable news) {
    super("fanotify " + place.source(), clock, news);
    this.place = place;
  }

  /** Watches the filesystem that is, or will be, mounted from there. */
  public static Watch start(MountPlace place, BootClock clock, Runnable news) {
    return new FanotifyWatch(place, clock, news).started();
  }

  @Override
  String open() throws WatchFault {
    MountTable.Mount mount =
        MountTable.find(place.table(), place.source())
            .orElseThrow(() -> new WatchFault("the filesystem is not mounted"));
    device = mount.device();
    String path = place.seen(mount.place()).toString();
    init(REPORT_FID);
    int error = mark(ALL, path);
    String sees = "sees every operation";
    if (NO_HANDLES.contains(error)) {
      release();
      init(0);
      error = mark(WRITES, path);
      sees = "sees writes and the end of writing; the interval sees the rest";
    }
    if (error != 0) {
      throw new WatchFault("fanotify_mark failed (errno " + error + ")");
    }
    if (!marked()) {
      throw new WatchFault("another filesystem was mounted there meanwhile");
    }
    return sees;
  }

  private void init(int more) throws WatchFault {
    group =
        KernelCalls.libc()
            .fanotify_init(
                CLOSE_ON_EXEC | NONBLOCK | more,
                KernelCalls.O_CLOEXEC
                    | KernelCalls.O_LARGEFILE
                    | KernelCalls.O_NONBLOCK
                    | KernelCalls.O_NOATIME);
    if (group < 0) {
      int error = KernelCalls.error();
      throw new WatchFault(
          error == KernelCalls.EPERM
              ? "fanotify needs CAP_SYS_ADMIN"
              : "fanotify_init failed (errno " + error + ")");
    }
  }

  private int mark(long mask, String path) {
    int done =
        KernelCalls.libc().fanotify_mark(group, MARK_ADD | MARK_FILESYSTEM, mask, AT_FDCWD, path);
    return done == 0 ? 0 : KernelCalls.error();
  }

  @Override
  boolean look(int millis) throws WatchFault {
    if (!KernelCalls.readable(group, millis)) {
      return false;
    }
    long length = KernelCalls.libc().read(group, buffer, BUFFER);
    if (length < 0) {
      int error = KernelCalls.error();
      // Any other error is that of a file which could not be opened for us: it was touched.
      return error != KernelCalls.EAGAIN && error != KernelCalls.EINTR;
    }
    for (long at = 0; at + LEAST_LENGTH <= length; ) {
      int descriptor = buffer.getInt(at + DESCRIPTOR_AT);
      if (descriptor >= 0) {
        int unused = KernelCalls.libc().close(descriptor);
      }
      at += Math.max(LEAST_LENGTH, buffer.getInt(at + LENGTH_AT));
    }
    return true;
  }

  @Override
  boolean intact() {
    try {
      return MountTable.find(place.table(), place.source())
              .filter(mount -> mount.device() == device)
              .isPresent()
          && marked();
    } catch (WatchFault e) {
      return false;
    }
  }

  /** Whether the kernel's list of our marks has the filesystem. */
  private boolean marked() {
    try {
      List<String> lines =
          Files.readAllLines(Path.of("/proc/self/fdinfo/" + group), StandardCharsets.ISO_8859_1);
      String wanted = "fanotify sdev:" + Long.toHexString(device) + " ";
      return lines.stream().anyMatch(line -> line.startsWith(wanted));
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  void release() {
    if (group >= 0) {
      int unused = KernelCalls.libc().close(group);
      group = -1;
    }
  }
}
