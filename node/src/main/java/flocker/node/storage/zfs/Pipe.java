package flocker.node.storage.zfs;

import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.Out;
import jnr.ffi.annotations.Variadic;

/**
 * A pipe of which a command gets one end and this JVM the other, as a {@link FileChannel}.
 *
 * <p>The streams of {@link Process} will not do: a thread blocked in them cannot be freed by
 * closing them, so a frozen storage daemon would hold it for ever; a {@code FileChannel} that is
 * closed by another thread frees it. And closing the JVM's end is the only way to stop a send or
 * receive whose daemon has the other end: killing the command does not.
 */
final class Pipe implements AutoCloseable {
  /** Source: pipe2(2), fcntl(2), close(2). */
  public interface LibC {
    int pipe2(@Out int[] ends, int flags);

    @Variadic(fixedCount = 2)
    int fcntl(int descriptor, int command, int argument);

    int close(int descriptor);
  }

  private static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");
  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final int SET_PIPE_SIZE = 1031;
  // With the usual 64 KiB, both sides spend their time waking each other.
  private static final int SIZE = 1 << 20;

  private final int readEnd;
  private final int writeEnd;
  private boolean handedOver;

  Pipe() throws StorageFault {
    int[] ends = new int[2];
    if (LIBC.pipe2(ends, CLOSE_ON_EXEC) != 0) {
      throw new StorageFault(Kind.OTHER, "no pipe to be had: are there too many open files?");
    }
    // Where so large a pipe is not allowed, the usual one does.
    var unused = LIBC.fcntl(ends[0], SET_PIPE_SIZE, SIZE);
    this.readEnd = ends[0];
    this.writeEnd = ends[1];
  }

  /** Opened by {@link ProcessBuilder} in this process, so "self" is this process. */
  ProcessBuilder.Redirect commandWrites() {
    return ProcessBuilder.Redirect.appendTo(new File(path(writeEnd)));
  }

  ProcessBuilder.Redirect commandReads() {
    return ProcessBuilder.Redirect.from(new File(path(readEnd)));
  }

  FileChannel reader() throws StorageFault {
    return open(readEnd, StandardOpenOption.READ);
  }

  FileChannel writer() throws StorageFault {
    return open(writeEnd, StandardOpenOption.WRITE);
  }

  private static FileChannel open(int end, StandardOpenOption how) throws StorageFault {
    try {
      return FileChannel.open(Path.of(path(end)), how);
    } catch (IOException e) {
      throw new StorageFault(Kind.OTHER, "cannot open a pipe: " + e, e);
    }
  }

  private static String path(int end) {
    return "/proc/self/fd/" + end;
  }

  /** Gives up the two ends made here; those opened from them stay. Needed for an end of file. */
  @Override
  public void close() {
    if (!handedOver) {
      handedOver = true;
      var unusedRead = LIBC.close(readEnd);
      var unusedWrite = LIBC.close(writeEnd);
    }
  }
}
