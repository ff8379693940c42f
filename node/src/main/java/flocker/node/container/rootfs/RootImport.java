package flocker.node.container.rootfs;

import flocker.node.container.rootfs.ImportFault.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Fills an empty directory, the mounted user filesystem, from a directory, a tar archive or an OCI
 * image: owners, modes, times, links, FIFOs and, where the target can keep them, extended
 * attributes. Left out and counted: sockets, and what lies below {@code /dev}, {@code /proc} and
 * {@code /sys}. After a fault the target holds a part, and nothing outside it was touched.
 * Blocking; ends soon after its thread is interrupted.
 */
public final class RootImport {
  private RootImport() {}

  /** Copies a directory of this host. Source and target must not lie in each other. */
  public static ImportReport fromDirectory(
      Path source, Path target, ImportLimits limits, ImportProgress progress) throws ImportFault {
    if (!Files.isDirectory(source)) {
      throw new ImportFault(
          Kind.UNREADABLE, "import refused: " + source + " is not a directory on this host");
    }
    try {
      Path from = source.toRealPath();
      Path to = target.toRealPath();
      if (from.startsWith(to) || to.startsWith(from)) {
        throw new ImportFault(
            Kind.BAD_TARGET, "import refused: " + source + " and " + target + " lie in each other");
      }
      return TreeCopy.run(from, new TargetTree(to, limits, progress));
    } catch (IOException failure) {
      throw new ImportFault(
          Kind.UNREADABLE, "import refused: " + source + " cannot be read: " + failure, failure);
    }
  }

  /**
   * Applies the layers of the image for this machine in a folder in OCI image layout. Nothing is
   * written before the digests of all its parts have been checked.
   */
  public static ImageConfig fromOci(
      Path folder, Path target, ImportLimits limits, ImportProgress progress) throws ImportFault {
    OciLayout.Image image = new OciLayout(folder).read();
    ImportReport unused =
        new LayerImport(new TargetTree(target, limits, progress), limits).run(image);
    return image.config();
  }

  /** Unpacks a tar file, plain or packed by gzip, zstd or xz. */
  public static ImportReport fromTar(
      Path archive, Path target, ImportLimits limits, ImportProgress progress) throws ImportFault {
    try (InputStream in = Files.newInputStream(archive)) {
      return fromTar(in, target, limits, progress);
    } catch (IOException failure) {
      throw new ImportFault(
          Kind.UNREADABLE, "import refused: " + archive + " cannot be read: " + failure, failure);
    }
  }

  /** Unpacks a tar archive, plain or packed, as it arrives; does not close the stream. */
  public static ImportReport fromTar(
      InputStream archive, Path target, ImportLimits limits, ImportProgress progress)
      throws ImportFault {
    return new TarImport(new TargetTree(target, limits, progress), limits).run(archive);
  }
}
