package flocker.node.container.rootfs;

import flocker.node.container.rootfs.ImportFault.Kind;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * What one layer of an image takes away from those below it. Source: OCI image specification,
 * "Image Layer Filesystem Changeset": {@code .wh.<name>} removes a name, {@code .wh..wh..opq} all
 * that lower layers have in its directory; neither removes what the same layer brings, whatever the
 * order of the entries.
 */
final class Whiteouts {
  private static final String MARK = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final TargetTree tree;
  // What this layer brings, with all directories on the way to it.
  private final Set<Path> brought = new HashSet<>();

  Whiteouts(TargetTree tree) {
    this.tree = tree;
  }

  /** True if the entry was a whiteout and is dealt with. */
  boolean took(Path entry) throws ImportFault {
    Path file = entry.getFileName();
    String name = file == null ? "" : file.toString();
    if (!name.startsWith(MARK)) {
      return false;
    }
    Path directory = entry.getParent() == null ? Path.of("") : entry.getParent();
    if (name.equals(OPAQUE)) {
      tree.empty(directory, brought);
      return true;
    }
    String gone = name.substring(MARK.length());
    if (gone.startsWith(MARK)) {
      // Other marks of this kind belong to the storage that made the layer, not to its content.
      return true;
    }
    if (gone.isEmpty() || gone.equals(".") || gone.equals("..")) {
      throw new ImportFault(
          Kind.ESCAPES,
          "import stopped: the whiteout " + entry + " names no file of its directory");
    }
    tree.remove(directory.resolve(gone), brought);
    return true;
  }

  /** An entry of this layer is there. */
  void brought(Path entry) {
    for (Path at = entry; at != null; at = at.getParent()) {
      brought.add(at);
    }
  }
}
