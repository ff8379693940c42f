package flocker.node.storage.zfs;

import flocker.node.storage.Dataset;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes, fsyncs and reads back a small file in a dataset of its own. A frozen file system holds a
 * thread for ever, so the file is touched by a thread of its own, at most one at a time.
 *
 * <p>The channel is opened for writing and forced: on zfs-fuse an fsync through a read-only
 * descriptor, of a directory, or sync(2) makes nothing durable.
 */
final class ZfsCanary {
  /** Not among the datasets that the port shows. */
  static final Dataset DATASET = new Dataset("canary");

  private static final int LENGTH = 4096;

  private final ZfsShell shell;
  private final ZfsMounts mounts;
  private final AtomicInteger round = new AtomicInteger();
  private Path place;
  private CompletableFuture<Void> underway = CompletableFuture.completedFuture(null);

  ZfsCanary(ZfsShell shell, ZfsMounts mounts) {
    this.shell = shell;
    this.mounts = mounts;
  }

  synchronized void sing() throws StorageFault {
    Duration deadline = shell.deadlines().command();
    if (!underway.isDone()) {
      throw new StorageFault(Kind.TIMEOUT, "an earlier write to the pool has still not ended");
    }
    if (place == null) {
      place = prepare();
    }
    try {
      await(place.resolve("canary"), deadline);
    } catch (StorageFault e) {
      place = null;
      throw e;
    }
  }

  private Path prepare() throws StorageFault {
    ZfsRunner.Result made = shell.attempt(shell.command().create(DATASET));
    StorageFault fault = made.ok() ? null : made.fault();
    if (fault != null && fault.kind() != Kind.EXISTS) {
      throw fault;
    }
    return mounts.mount(DATASET);
  }

  private void await(Path file, Duration deadline) throws StorageFault {
    byte value = (byte) round.incrementAndGet();
    underway = new CompletableFuture<>();
    CompletableFuture<Void> mine = underway;
    Thread thread = new Thread(() -> touch(file, value, mine), "storage-canary");
    thread.setDaemon(true);
    thread.start();
    try {
      mine.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new StorageFault(
          Kind.TIMEOUT,
          "a small write to " + file + " did not end within " + deadline.toMillis() + " ms",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageFault(Kind.TIMEOUT, "interrupted during a small write to " + file, e);
    } catch (ExecutionException e) {
      throw failed(file, e.getCause());
    }
  }

  private static StorageFault failed(Path file, Throwable cause) {
    String said = String.valueOf(cause.getMessage());
    Kind kind = Kind.IO;
    if (said.contains("No space left") || said.contains("quota exceeded")) {
      kind = Kind.NO_SPACE;
    } else if (said.contains("endpoint is not connected") || said.contains("connection abort")) {
      kind = Kind.UNAVAILABLE;
    }
    return new StorageFault(kind, "a small write to " + file + " failed: " + cause, cause);
  }

  private static void touch(Path file, byte value, CompletableFuture<Void> done) {
    byte[] written = new byte[LENGTH];
    Arrays.fill(written, value);
    try {
      try (FileChannel out =
          FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
        ByteBuffer bytes = ByteBuffer.wrap(written);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      byte[] read = Files.readAllBytes(file);
      if (!Arrays.equals(written, read)) {
        throw new IOException("what was read is not what was written");
      }
      done.complete(null);
    } catch (IOException | RuntimeException e) {
      done.completeExceptionally(e);
    }
  }
}
