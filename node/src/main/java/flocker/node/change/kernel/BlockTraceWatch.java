package flocker.node.change.kernel;

import flocker.node.change.Watch;
import flocker.node.storage.StorageFault;
import flocker.node.time.BootClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import jnr.ffi.Pointer;

/**
 * Writes to the disks of the pool, by the tracepoint that blktrace reads too, through tracefs,
 * which works where blktrace itself is locked out. Sees what is synced, whatever it was made with;
 * not what storage still has in memory; and it sees others of the same disks as well.
 *
 * <p>Source: the kernel's Documentation/trace/ftrace.rst and events.rst.
 */
public final class BlockTraceWatch extends KernelWatch {
  private static final Path TRACING = Path.of("/sys/kernel/tracing");
  private static final Path BLOCK_DEVICES = Path.of("/sys/class/block");
  private static final String PREFIX = "flocker-";
  private static final int BUFFER = 1 << 16;

  /** Where the pool lies. */
  @FunctionalInterface
  public interface Devices {
    /** Block devices or files; blocks. */
    List<Path> get() throws StorageFault;
  }

  private final Devices devices;
  private final Path instance;
  private final Pointer buffer = KernelCalls.memory(BUFFER);
  private int pipe = -1;
  private boolean made;

  private BlockTraceWatch(String name, Devices devices, BootClock clock, Runnable news) {
    super("block-trace " + name, clock, news);
    this.devices = devices;
    this.instance =
        TRACING.resolve("instances").resolve(PREFIX + ProcessHandle.current().pid() + "-" + name);
  }

  /**
   * @param name distinguishes the watches of this JVM; letters and digits
   */
  public static Watch start(String name, Devices devices, BootClock clock, Runnable news) {
    return new BlockTraceWatch(name, devices, clock, news).started();
  }

  @Override
  String open() throws WatchFault {
    List<Long> numbers = numbers();
    mountTracing();
    try {
      removeLeftovers();
      Files.createDirectory(instance);
      made = true;
      set("buffer_size_kb", "64");
      set("buffer_percent", "0");
      String which =
          numbers.stream().map(n -> "dev == " + n).collect(Collectors.joining(" || ", "(", ")"));
      set("events/block/block_bio_queue/filter", which + " && rwbs ~ \"*W*\"");
      set("events/block/block_bio_queue/enable", "1");
    } catch (IOException e) {
      throw new WatchFault("tracefs refuses a trace of block devices: " + e);
    }
    pipe =
        KernelCalls.libc()
            .open(
                instance.resolve("trace_pipe").toString(),
                KernelCalls.O_NONBLOCK | KernelCalls.O_CLOEXEC);
    if (pipe < 0) {
      throw new WatchFault("the trace cannot be read (errno " + KernelCalls.error() + ")");
    }
    return "sees writes that reach the pool's disks";
  }

  private List<Long> numbers() throws WatchFault {
    List<Path> paths;
    try {
      paths = devices.get();
    } catch (StorageFault e) {
      throw new WatchFault("the pool's disks are not known: " + e.getMessage());
    }
    if (paths.isEmpty()) {
      throw new WatchFault("the pool's disks are not known");
    }
    List<Long> numbers = new ArrayList<>();
    for (Path path : paths) {
      numbers.add(number(path));
    }
    return numbers;
  }

  private static long number(Path path) throws WatchFault {
    try {
      Path name = path.toRealPath().getFileName();
      Path dev = BLOCK_DEVICES.resolve(name).resolve("dev");
      if (path.toRealPath().startsWith("/dev") && Files.exists(dev)) {
        String[] parts = Files.readString(dev).strip().split(":", -1);
        return Long.parseLong(parts[0]) << 20 | Long.parseLong(parts[1]);
      }
    } catch (IOException | NumberFormatException e) {
      throw new WatchFault(path + " cannot be looked at: " + e);
    }
    throw new WatchFault("the pool lies in a file (" + path + "), not on block devices");
  }

  private static void mountTracing() throws WatchFault {
    if (Files.isDirectory(TRACING.resolve("instances"))) {
      return;
    }
    int done = KernelCalls.libc().mount("nodev", TRACING.toString(), "tracefs", 0, null);
    if (done != 0 || !Files.isDirectory(TRACING.resolve("instances"))) {
      throw new WatchFault("there is no tracefs here (errno " + KernelCalls.error() + ")");
    }
  }

  /** Of JVMs that were killed. One that is in use refuses to be removed. */
  private static void removeLeftovers() throws IOException {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(TRACING.resolve("instances"), PREFIX + "*")) {
      for (Path left : found) {
        removed(left);
      }
    }
  }

  private static boolean removed(Path left) {
    try {
      return Files.deleteIfExists(left);
    } catch (IOException e) {
      return false;
    }
  }

  private void set(String file, String value) throws IOException {
    Files.writeString(
        instance.resolve(file), value, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
  }

  @Override
  boolean look(int millis) throws WatchFault {
    if (!KernelCalls.readable(pipe, millis)) {
      return false;
    }
    long length = KernelCalls.libc().read(pipe, buffer, BUFFER);
    if (length < 0) {
      int error = KernelCalls.error();
      if (error != KernelCalls.EAGAIN && error != KernelCalls.EINTR) {
        throw new WatchFault("the trace cannot be read (errno " + error + ")");
      }
    }
    return length > 0;
  }

  @Override
  boolean intact() {
    return Files.isDirectory(instance);
  }

  @Override
  void release() {
    if (pipe >= 0) {
      int unused = KernelCalls.libc().close(pipe);
      pipe = -1;
    }
    if (made) {
      made = !removed(instance);
    }
  }
}
