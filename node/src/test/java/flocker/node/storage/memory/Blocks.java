package flocker.node.storage.memory;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Content that is shared between versions, and what of it is held by one alone. */
final class Blocks {
  private Blocks() {}

  /** An empty set of blocks, which are the same only if they are the same array. */
  static Set<byte[]> none() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  static long size(Set<byte[]> blocks) {
    return blocks.stream().mapToLong(bytes -> bytes.length).sum();
  }

  /** What would be free if this version were not there. */
  static long onlyIn(Filesystem.Version version, Collection<Filesystem> all) {
    Set<byte[]> blocks = none();
    blocks.addAll(version.tree.blocks());
    for (Filesystem each : all) {
      each.live.blocks().forEach(blocks::remove);
      each.versions.stream()
          .filter(other -> other != version)
          .forEach(other -> other.tree.blocks().forEach(blocks::remove));
    }
    return size(blocks);
  }
}
