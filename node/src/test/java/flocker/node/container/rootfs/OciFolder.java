package flocker.node.container.rootfs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** Makes folders in OCI image layout on the spot, honest and hostile ones. */
public final class OciFolder {
  private final ObjectMapper json = new ObjectMapper();
  private final Path folder;
  private final ObjectNode config = json.createObjectNode();
  private final List<ObjectNode> layers = new ArrayList<>();
  private final List<String> diffIds = new ArrayList<>();
  private String architecture = OciNames.architecture();

  public OciFolder(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("blobs/sha256"));
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  /** The image's own settings, to be filled. */
  public ObjectNode config() {
    return config;
  }

  OciFolder architecture(String name) {
    architecture = name;
    return this;
  }

  /** A plain tar as a layer of this media type, packed already. */
  public OciFolder layer(byte[] plain, byte[] packed, String type) throws IOException {
    diffIds.add(digest(plain));
    layers.add(descriptor(type, packed));
    return this;
  }

  OciFolder layer(byte[] plain) throws IOException {
    return layer(plain, Archive.gzip(plain), OciNames.GZIP_LAYER);
  }

  /** Promises another content of the last layer than it has. */
  OciFolder withWrongDiffId() {
    diffIds.set(diffIds.size() - 1, digest(new byte[] {1}));
    return this;
  }

  /** The last layer's blob. */
  Path lastBlob() {
    return blob(layers.get(layers.size() - 1).get("digest").asText());
  }

  ObjectNode lastLayer() {
    return layers.get(layers.size() - 1);
  }

  /** Writes config, manifest and index. */
  public Path finish() throws IOException {
    ObjectNode image = json.createObjectNode().put("os", "linux").put("architecture", architecture);
    image.set("config", config);
    ArrayNode diffs = image.putObject("rootfs").put("type", "layers").putArray("diff_ids");
    diffIds.forEach(diffs::add);
    ObjectNode manifest = json.createObjectNode().put("schemaVersion", 2);
    manifest.set("config", descriptor(OciNames.CONFIG, json.writeValueAsBytes(image)));
    ArrayNode parts = manifest.putArray("layers");
    layers.forEach(parts::add);
    ObjectNode index = json.createObjectNode().put("schemaVersion", 2);
    index
        .putArray("manifests")
        .add(descriptor(OciNames.MANIFEST, json.writeValueAsBytes(manifest)));
    Files.write(folder.resolve("index.json"), json.writeValueAsBytes(index));
    return folder;
  }

  private ObjectNode descriptor(String type, byte[] content) throws IOException {
    String digest = digest(content);
    Files.write(blob(digest), content);
    return json.createObjectNode()
        .put("mediaType", type)
        .put("digest", digest)
        .put("size", content.length);
  }

  private Path blob(String digest) {
    return folder.resolve("blobs/sha256").resolve(digest.replace("sha256:", ""));
  }

  private static String digest(byte[] content) {
    MessageDigest sum = Digests.sha256();
    sum.update(content);
    return Digests.text(sum);
  }
}
