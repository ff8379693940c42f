package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where a user filesystem is written to.
 *
 * @param path absolute, on the host that does it; must not exist
 */
public record ExportTarget(Kind kind, String path) {
  /** How it is written. */
  public enum Kind {
    /** A tar file, packed as its name says: .tar, .tar.gz, .tar.zst, .tar.xz. */
    @JsonProperty("tar")
    TAR,
    /** A folder in OCI image layout. */
    @JsonProperty("oci")
    OCI
  }

  private static final int MAX_PATH = 4096;

  public ExportTarget {
    if (kind == null) {
      throw new IllegalArgumentException("the target needs a kind: tar or oci");
    }
    if (path == null
        || !path.startsWith("/")
        || path.endsWith("/")
        || path.length() > MAX_PATH
        || path.indexOf(0) >= 0) {
      throw new IllegalArgumentException(
          "the target is an absolute path on the host, not '" + Quote.shortened(path) + "'");
    }
  }
}
