package flocker.node.container.rootfs;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Writes a user filesystem to a new file or folder of this host. It gets its name when it is whole
 * and on disk: before that it has {@code .part} behind it, and after a failure nothing is left.
 * What it holds is as secret as the system, so only root may read it. Blocking; ends soon after its
 * thread is interrupted.
 */
public final class RootExport {
  private RootExport() {}

  /**
   * Packed as the ending of {@code target} says: {@code .tar}, {@code .gz}, {@code .zst}, {@code
   * .xz}.
   */
  public static void toTar(Path root, Path target, ImportProgress progress) throws ExportFault {
    produce(
        target,
        part -> {
          try (FileChannel file =
                  FileChannel.open(
                      part,
                      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                      PosixFilePermissions.asFileAttribute(
                          PosixFilePermissions.fromString("rw-------")));
              OutputStream packed =
                  Compression.named(target.toString())
                      .writing(new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16))) {
            TarExport.run(root, packed, progress);
          }
          sync(part);
        });
  }

  /** A folder in OCI image layout with one layer, run as {@code config} says. */
  public static void toOci(Path root, Path target, ImageConfig config, ImportProgress progress)
      throws ExportFault {
    produce(
        target,
        part -> {
          Files.createDirectory(
              part,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
          new OciWriter(part).write(root, config, progress);
        });
  }

  static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Makes what has the name {@code part}, whole and synced. */
  private interface Production {
    void at(Path part) throws IOException;
  }

  private static void produce(Path target, Production production) throws ExportFault {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    for (Path taken : new Path[] {target, part}) {
      if (Files.exists(taken, LinkOption.NOFOLLOW_LINKS)) {
        throw new ExportFault(
            "export refused: " + taken + " exists, and nothing is ever written over");
      }
    }
    try {
      production.at(part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException failure) {
      ExportFault fault =
          new ExportFault(
              "export to " + target + " broke off, nothing of it is left: " + failure, failure);
      remove(part, fault);
      throw fault;
    }
  }

  private static void remove(Path part, Exception cause) {
    if (!Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.walkFileTree(
          part,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes basic)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure)
                throws IOException {
              Files.delete(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException left) {
      cause.addSuppressed(left);
    }
  }
}
