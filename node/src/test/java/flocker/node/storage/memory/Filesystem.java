package flocker.node.storage.memory;

import flocker.node.storage.Snapshot;
import flocker.protocol.id.SnapshotName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One filesystem of the in-memory storage. */
final class Filesystem {
  // Oldest first.
  final List<Version> versions = new ArrayList<>();
  final Map<String, String> properties = new TreeMap<>();
  // What is there when it is not mounted, or was when it was mounted.
  Tree live = Tree.EMPTY;
  boolean readOnly;
  boolean receiving;
  // Storage died while it was mounted and written to: its log must be replayed by a mount.
  boolean unreplayed;
  // Null if not mounted.
  Path mounted;
  // Null if it is not a clone. The version knows its filesystem, which changes by a promotion.
  Version origin;

  /** A snapshot and what it holds. */
  static final class Version {
    final Snapshot snapshot;
    final Tree tree;
    Filesystem owner;

    Version(Snapshot snapshot, Tree tree, Filesystem owner) {
      this.snapshot = snapshot;
      this.tree = tree;
      this.owner = owner;
    }
  }

  Optional<Version> version(SnapshotName name) {
    return versions.stream().filter(each -> each.snapshot.name().equals(name)).findFirst();
  }

  Optional<Version> tip() {
    return versions.isEmpty() ? Optional.empty() : Optional.of(versions.get(versions.size() - 1));
  }

  /** What an incremental stream is compared with. */
  Tree tipTree() {
    return tip().map(each -> each.tree).orElseGet(() -> origin == null ? Tree.EMPTY : origin.tree);
  }

  /** Takes over what was written to the mounted folder; writes to a read-only one are lost. */
  void sync() {
    if (mounted != null && !readOnly) {
      live = Tree.capture(mounted, live);
    }
  }
}
