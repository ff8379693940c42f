package flocker.node.container.rootfs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import flocker.node.container.rootfs.ImportFault.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads one image out of a folder in OCI image layout. Everything is checked before a byte is
 * written anywhere: sizes and digests of all parts, that all are there and of a known kind, and
 * that the image is for this machine. Source: OCI image specification 1.1.
 */
final class OciLayout {
  private static final int LONGEST_JSON_BYTES = 4 << 20;
  private static final int MOST_LAYERS = 512;
  private static final int DEEPEST_INDEX = 4;

  /** A part of an image that was checked. */
  record Layer(Path file, String diffId) {}

  /** One image. */
  record Image(ImageConfig config, List<Layer> layers) {}

  private final Path folder;
  private final ObjectMapper json =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxDocumentLength(LONGEST_JSON_BYTES)
                      .maxNestingDepth(32)
                      .build())
              .build());

  OciLayout(Path folder) {
    this.folder = folder;
  }

  /** The image of this machine's platform; refused if there is none or more than one. */
  Image read() throws ImportFault {
    try {
      JsonNode layout = tree(small(folder.resolve(OciNames.LAYOUT_FILE)));
      if (!layout.path("imageLayoutVersion").asText().startsWith("1.")) {
        throw refused(Kind.UNSUPPORTED, "its oci-layout file is not of version 1");
      }
      List<JsonNode> found = new ArrayList<>();
      collect(tree(small(folder.resolve(OciNames.INDEX_FILE))), found, 0);
      if (found.isEmpty()) {
        throw refused(
            Kind.UNSUPPORTED, "it holds no image for linux on " + OciNames.architecture());
      }
      if (found.size() > 1) {
        throw refused(
            Kind.UNSUPPORTED,
            "it holds "
                + found.size()
                + " images: "
                + names(found)
                + "; copy the one that is meant to a layout of its own");
      }
      return image(tree(blob(found.get(0))));
    } catch (IOException failure) {
      throw new ImportFault(
          Kind.UNREADABLE,
          "import refused: " + folder + " cannot be read as an OCI image layout: " + failure,
          failure);
    }
  }

  private static List<String> names(List<JsonNode> manifests) {
    return manifests.stream()
        .map(m -> m.path("annotations").path(OciNames.REF_NAME).asText(m.path("digest").asText()))
        .toList();
  }

  private void collect(JsonNode index, List<JsonNode> found, int depth)
      throws ImportFault, IOException {
    if (depth > DEEPEST_INDEX) {
      throw refused(Kind.UNSUPPORTED, "its index nests deeper than " + DEEPEST_INDEX);
    }
    for (JsonNode each : index.path("manifests")) {
      String type = each.path("mediaType").asText(OciNames.MANIFEST);
      if (!forThisMachine(each.path("platform"))) {
        continue;
      }
      if (OciNames.isIndex(type)) {
        collect(tree(blob(each)), found, depth + 1);
      } else if (OciNames.isManifest(type)) {
        found.add(each);
      }
    }
  }

  private static boolean forThisMachine(JsonNode platform) {
    return platform.isMissingNode()
        || (platform.path("os").asText().equals("linux")
            && platform.path("architecture").asText().equals(OciNames.architecture()));
  }

  private Image image(JsonNode manifest) throws ImportFault, IOException {
    JsonNode config = tree(blob(manifest.path("config")));
    String architecture = config.path("architecture").asText();
    if (!config.path("os").asText().equals("linux")
        || !architecture.equals(OciNames.architecture())) {
      throw refused(
          Kind.UNSUPPORTED,
          "the image is for "
              + config.path("os").asText("?")
              + " on "
              + architecture
              + ", this host is linux on "
              + OciNames.architecture());
    }
    JsonNode parts = manifest.path("layers");
    JsonNode diffs = config.path("rootfs").path("diff_ids");
    if (parts.size() != diffs.size() || parts.size() > MOST_LAYERS) {
      throw refused(
          Kind.UNREADABLE,
          "its manifest has " + parts.size() + " layers, its config " + diffs.size());
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      String type = parts.get(i).path("mediaType").asText();
      if (!OciNames.isLayer(type)) {
        throw refused(Kind.UNSUPPORTED, "layer " + (i + 1) + " is of type '" + type + "'");
      }
      layers.add(new Layer(checked(parts.get(i)), OciNames.checkedDigest(diffs.get(i).asText())));
    }
    return new Image(config(config.path("config")), layers);
  }

  private static ImageConfig config(JsonNode config) {
    List<String> command = new ArrayList<>();
    config.path("Entrypoint").forEach(word -> command.add(word.asText()));
    config.path("Cmd").forEach(word -> command.add(word.asText()));
    Map<String, String> environment = new TreeMap<>();
    for (JsonNode each : config.path("Env")) {
      String[] pair = each.asText().split("=", 2);
      if (pair.length == 2 && !pair[0].isEmpty()) {
        environment.put(pair[0], pair[1]);
      }
    }
    List<Integer> ports = new ArrayList<>();
    config
        .path("ExposedPorts")
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (name.matches("[0-9]{1,5}(/tcp)?")) {
                ports.add(Integer.parseInt(name.replace("/tcp", "")));
              }
            });
    return new ImageConfig(
        command,
        environment,
        ports,
        text(config, "WorkingDir"),
        text(config, "User"),
        text(config, "StopSignal").map(signal -> signal.replaceFirst("^SIG", "")));
  }

  private static java.util.Optional<String> text(JsonNode config, String name) {
    return java.util.Optional.of(config.path(name).asText("")).filter(value -> !value.isBlank());
  }

  private JsonNode tree(byte[] text) throws IOException {
    return json.readTree(text);
  }

  private byte[] small(Path file) throws ImportFault, IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(Kind.UNREADABLE, "there is no file " + folder.relativize(file) + " in it");
    }
    if (Files.size(file) > LONGEST_JSON_BYTES) {
      throw refused(
          Kind.TOO_LARGE, folder.relativize(file) + " is longer than " + LONGEST_JSON_BYTES);
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return in.readNBytes(LONGEST_JSON_BYTES);
    }
  }

  private byte[] blob(JsonNode descriptor) throws ImportFault, IOException {
    return small(checked(descriptor));
  }

  /** The blob's file, its size and digest as the descriptor says. */
  private Path checked(JsonNode descriptor) throws ImportFault, IOException {
    String digest = OciNames.checkedDigest(descriptor.path("digest").asText());
    Path file = folder.resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(Kind.UNREADABLE, "its part " + digest + " is missing");
    }
    long size = descriptor.path("size").asLong(-1);
    if (Files.size(file) != size) {
      throw refused(
          Kind.UNREADABLE,
          "its part " + digest + " has " + Files.size(file) + " bytes instead of " + size);
    }
    MessageDigest sum = Digests.sha256();
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sum.update(buffer, 0, n);
        if (Thread.currentThread().isInterrupted()) {
          throw new ImportFault(Kind.CANCELLED, "import cancelled while digests were checked");
        }
      }
    }
    String found = "sha256:" + HexFormat.of().formatHex(sum.digest());
    if (!found.equals(digest)) {
      throw refused(
          Kind.UNREADABLE,
          "its part " + digest + " is damaged: its bytes have the digest " + found);
    }
    return file;
  }

  private ImportFault refused(Kind kind, String what) {
    return new ImportFault(
        kind, "import refused: " + folder + " is no OCI image layout that can be used: " + what);
  }
}
