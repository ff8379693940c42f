package flocker.node.storage;

import java.util.Set;

/**
 * What this host's storage can do beyond the minimum; probed once, used where present, never
 * needed.
 */
public record Capabilities(String implementation, String version, Set<Feature> features) {
  /** Optional abilities. */
  public enum Feature {
    RESUME_TOKENS,
    BOOKMARKS,
    LARGE_COMPRESSED_EMBEDDED_SEND,
    WRITTEN_PROPERTY,
    HOLDS,
    PARSABLE_LIST
  }

  public Capabilities {
    features = Set.copyOf(features);
  }

  public boolean has(Feature feature) {
    return features.contains(feature);
  }
}
