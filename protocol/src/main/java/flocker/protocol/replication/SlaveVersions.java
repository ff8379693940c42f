package flocker.protocol.replication;

import java.util.List;
import java.util.Optional;

/**
 * What a slave has of a user system.
 *
 * @param exists whether there is a filesystem at all
 * @param mayBeDirty whether it may hold writes that are in none of its snapshots
 * @param versions its newest snapshots, oldest of them first; at most {@link #MOST}
 */
public record SlaveVersions(boolean exists, boolean mayBeDirty, List<Version> versions) {
  /** So many fit into one message with room to spare. */
  public static final int MOST = 2000;

  // Names with labels are longer than most; all of them together must leave room for the GUIDs.
  private static final int MOST_CHARACTERS = 140_000;

  /** A slave that has nothing. */
  public static final SlaveVersions NOTHING = new SlaveVersions(false, false, List.of());

  /** A clean copy with these snapshots, oldest first; as many of the newest as can be told. */
  public static SlaveVersions newestOf(List<Version> all) {
    int from = all.size();
    int characters = 0;
    while (from > 0 && all.size() - from < MOST) {
      characters += all.get(from - 1).name().value().length();
      if (characters > MOST_CHARACTERS) {
        break;
      }
      from--;
    }
    return new SlaveVersions(true, false, all.subList(from, all.size()));
  }

  public SlaveVersions {
    versions = List.copyOf(versions);
    if (versions.size() > MOST) {
      throw new IllegalArgumentException(
          "at most " + MOST + " versions are told, not " + versions.size());
    }
    if (!exists && (mayBeDirty || !versions.isEmpty())) {
      throw new IllegalArgumentException("a filesystem that is not there has no versions");
    }
  }

  /** The newest snapshot of any name. */
  public Optional<Version> newest() {
    return versions.isEmpty() ? Optional.empty() : Optional.of(versions.get(versions.size() - 1));
  }
}
