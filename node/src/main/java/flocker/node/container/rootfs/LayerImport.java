package flocker.node.container.rootfs;

import flocker.node.container.rootfs.ImportFault.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.security.DigestInputStream;

/** Applies the layers of an image to a tree, one after the other. */
final class LayerImport {
  private final TargetTree tree;
  private final ImportLimits limits;

  LayerImport(TargetTree tree, ImportLimits limits) {
    this.tree = tree;
    this.limits = limits;
    tree.layered();
  }

  ImportReport run(OciLayout.Image image) throws ImportFault {
    for (int i = 0; i < image.layers().size(); i++) {
      apply(image.layers().get(i), i + 1);
    }
    return tree.finish();
  }

  private void apply(OciLayout.Layer layer, int number) throws ImportFault {
    try (InputStream file = Files.newInputStream(layer.file(), LinkOption.NOFOLLOW_LINKS);
        InputStream unpacked = Compression.unpacked(file);
        DigestInputStream summed = new DigestInputStream(unpacked, Digests.sha256())) {
      new TarImport(tree, limits).unpack(summed, new Whiteouts(tree));
      String found = Digests.text(summed.getMessageDigest());
      if (!found.equals(layer.diffId())) {
        throw new ImportFault(
            Kind.UNREADABLE,
            "import stopped: layer "
                + number
                + " unpacks to "
                + found
                + ", and the image promises "
                + layer.diffId());
      }
    } catch (IOException damaged) {
      throw new ImportFault(
          Kind.UNREADABLE,
          "import stopped: layer " + number + " is damaged: " + damaged.getMessage(),
          damaged);
    }
  }
}
