package flocker.node.container.rootfs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.zip.GZIPOutputStream;

/** Fills an empty folder with one image in OCI image layout: one gzip layer, config, manifest. */
final class OciWriter {
  private final Path folder;
  private final ObjectMapper json = new ObjectMapper();

  OciWriter(Path folder) {
    this.folder = folder;
  }

  /** A part as others name it. */
  private record Blob(String digest, long size) {}

  void write(Path root, ImageConfig config, ImportProgress progress) throws IOException {
    Files.createDirectories(blobs());
    Path part = blobs().resolve("layer.part");
    MessageDigest plain = Digests.sha256();
    MessageDigest packed = Digests.sha256();
    try (OutputStream out =
        new DigestOutputStream(
            new GZIPOutputStream(
                new DigestOutputStream(
                    new BufferedOutputStream(
                        Files.newOutputStream(part, StandardOpenOption.CREATE_NEW), 1 << 16),
                    packed),
                1 << 16),
            plain)) {
      TarExport.run(root, out, progress);
    }
    String diffId = Digests.text(plain);
    String digest = Digests.text(packed);
    RootExport.sync(part);
    Blob layer = new Blob(digest, Files.size(part));
    Files.move(part, blob(digest));
    Blob written = put(json.writeValueAsBytes(config(config, diffId)));
    Blob manifest = put(json.writeValueAsBytes(manifest(written, layer)));
    ObjectNode index = json.createObjectNode().put("schemaVersion", 2);
    index.put("mediaType", OciNames.INDEX);
    ObjectNode entry = descriptor(OciNames.MANIFEST, manifest);
    entry.putObject("platform").put("architecture", OciNames.architecture()).put("os", "linux");
    index.putArray("manifests").add(entry);
    file(OciNames.INDEX_FILE, json.writeValueAsBytes(index));
    file(
        OciNames.LAYOUT_FILE,
        json.writeValueAsBytes(json.createObjectNode().put("imageLayoutVersion", "1.0.0")));
  }

  private Path blobs() {
    return folder.resolve("blobs/sha256");
  }

  private Path blob(String digest) {
    return blobs().resolve(digest.substring("sha256:".length()));
  }

  private void file(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, content, StandardOpenOption.CREATE_NEW);
    RootExport.sync(file);
  }

  private Blob put(byte[] content) throws IOException {
    MessageDigest sum = Digests.sha256();
    sum.update(content);
    String digest = Digests.text(sum);
    file(folder.relativize(blob(digest)).toString(), content);
    return new Blob(digest, content.length);
  }

  private ObjectNode descriptor(String type, Blob blob) {
    return json.createObjectNode()
        .put("mediaType", type)
        .put("digest", blob.digest())
        .put("size", blob.size());
  }

  private ObjectNode manifest(Blob config, Blob layer) {
    ObjectNode manifest = json.createObjectNode().put("schemaVersion", 2);
    manifest.put("mediaType", OciNames.MANIFEST);
    manifest.set("config", descriptor(OciNames.CONFIG, config));
    manifest.putArray("layers").add(descriptor(OciNames.GZIP_LAYER, layer));
    return manifest;
  }

  private ObjectNode config(ImageConfig config, String diffId) {
    ObjectNode image = json.createObjectNode();
    image.put("architecture", OciNames.architecture()).put("os", "linux");
    ObjectNode run = image.putObject("config");
    ArrayNode command = run.putArray("Entrypoint");
    config.command().forEach(command::add);
    ArrayNode environment = run.putArray("Env");
    config.environment().forEach((name, value) -> environment.add(name + "=" + value));
    if (!config.ports().isEmpty()) {
      ObjectNode ports = run.putObject("ExposedPorts");
      config.ports().forEach(port -> ports.putObject(port + "/tcp"));
    }
    config.workingDirectory().ifPresent(value -> run.put("WorkingDir", value));
    config.user().ifPresent(value -> run.put("User", value));
    config.stopSignal().ifPresent(value -> run.put("StopSignal", "SIG" + value));
    image.putObject("rootfs").put("type", "layers").putArray("diff_ids").add(diffId);
    return image;
  }
}
