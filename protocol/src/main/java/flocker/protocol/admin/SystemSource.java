package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where a new user filesystem comes from.
 *
 * @param path absolute, on the host whose node gets the request
 */
public record SystemSource(Kind kind, String path) {
  /** How the source is read. */
  public enum Kind {
    /** A tar file, plain or packed by gzip, zstd or xz. */
    @JsonProperty("tar")
    TAR,
    /** A directory that holds a root filesystem. */
    @JsonProperty("dir")
    DIRECTORY,
    /** An OCI image layout. */
    @JsonProperty("oci")
    OCI
  }

  private static final int MAX_PATH = 4096;

  public SystemSource {
    if (kind == null) {
      throw new IllegalArgumentException("the source needs a kind: tar, dir or oci");
    }
    if (path == null || !path.startsWith("/") || path.length() > MAX_PATH || path.indexOf(0) >= 0) {
      throw new IllegalArgumentException(
          "the source is an absolute path on the host, not '" + Quote.shortened(path) + "'");
    }
  }
}
