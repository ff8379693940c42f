package flocker.node.container.rootfs;

import flocker.node.container.rootfs.ImportFault.Kind;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Words of the OCI image specification that are read and written here, and Docker's for the same.
 */
final class OciNames {
  static final String LAYOUT_FILE = "oci-layout";
  static final String INDEX_FILE = "index.json";
  static final String INDEX = "application/vnd.oci.image.index.v1+json";
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  static final String GZIP_LAYER = LAYER + "+gzip";
  static final String REF_NAME = "org.opencontainers.image.ref.name";

  private static final Set<String> INDEXES =
      Set.of(INDEX, "application/vnd.docker.distribution.manifest.list.v2+json");
  private static final Set<String> MANIFESTS =
      Set.of(MANIFEST, "application/vnd.docker.distribution.manifest.v2+json");
  private static final Set<String> LAYERS =
      Set.of(
          LAYER,
          GZIP_LAYER,
          LAYER + "+zstd",
          "application/vnd.docker.image.rootfs.diff.tar",
          "application/vnd.docker.image.rootfs.diff.tar.gzip");
  private static final Pattern SHA256 = Pattern.compile("sha256:[0-9a-f]{64}");

  private OciNames() {}

  static boolean isIndex(String type) {
    return INDEXES.contains(type);
  }

  static boolean isManifest(String type) {
    return MANIFESTS.contains(type);
  }

  static boolean isLayer(String type) {
    return LAYERS.contains(type);
  }

  /** As the specification calls this machine's processor. */
  static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> System.getProperty("os.arch");
    };
  }

  /** The digest, which may stand in a path from now on. */
  static String checkedDigest(String digest) throws ImportFault {
    if (!SHA256.matcher(digest).matches()) {
      throw new ImportFault(
          Kind.UNSUPPORTED,
          "import refused: the image names a part by '"
              + digest.substring(0, Math.min(digest.length(), 80))
              + "'; only sha256 digests are read");
    }
    return digest;
  }
}
