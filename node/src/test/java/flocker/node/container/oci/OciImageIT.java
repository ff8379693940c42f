package flocker.node.container.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import flocker.node.browse.TreeDiff;
import flocker.node.container.BusyboxRoot;
import flocker.node.container.ContainerRuntime;
import flocker.node.container.ContainerSpec;
import flocker.node.container.rootfs.ImageConfig;
import flocker.node.container.rootfs.ImportLimits;
import flocker.node.container.rootfs.OciFolder;
import flocker.node.container.rootfs.RootExport;
import flocker.node.container.rootfs.RootImport;
import flocker.protocol.id.SystemId;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An image made on the spot boots in a real container, as the user and in the directory that it
 * names, and what came out of it equals what went in.
 */
final class OciImageIT {
  private static final ImportLimits LIMITS = ImportLimits.ofBytes(1L << 30);
  private static final SystemId SYSTEM = new SystemId("00000000000000c1");

  @TempDir private Path directory;

  private static byte[] gzip(byte[] plain) throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    }
    return packed.toByteArray();
  }

  private Path image() throws Exception {
    Path source = BusyboxRoot.make(Files.createDirectory(directory.resolve("source")));
    Files.createDirectories(source.resolve("srv"));
    Files.writeString(
        source.resolve("etc/passwd"), "root:x:0:0::/:/bin/sh\nweb:x:77:88::/:/bin/sh\n");
    Path tar = directory.resolve("layer.tar");
    RootExport.toTar(source, tar, (bytes, entries) -> {});
    byte[] plain = Files.readAllBytes(tar);
    OciFolder folder = new OciFolder(directory.resolve("image"));
    folder.config().putArray("Entrypoint").add("sh").add("-c");
    folder.config().putArray("Cmd").add("echo booted $WHO in $(pwd); exec sleep 1000");
    folder.config().putArray("Env").add("WHO=me");
    folder.config().put("WorkingDir", "/srv").put("User", "web").put("StopSignal", "SIGKILL");
    folder.layer(plain, gzip(plain), "application/vnd.oci.image.layer.v1.tar+gzip");
    return folder.finish();
  }

  @Test
  void anImageBootsAndComesBackOutEqual() throws Exception {
    try (OciFixture fixture = OciFixture.open(OciSettings.Limits.DEFAULT)) {
      Path root = Files.createDirectory(directory.resolve("root"));
      ImageConfig config = RootImport.fromOci(image(), root, LIMITS, (bytes, entries) -> {});
      ContainerRuntime runtime = fixture.runtime();
      ContainerSpec spec =
          new ContainerSpec(
              SYSTEM,
              root,
              config.command(),
              config.environment(),
              Optional.empty(),
              Optional.empty(),
              "image",
              config.stopSignal().orElse("TERM"),
              Duration.ofSeconds(1),
              config.workingDirectory().orElse("/"),
              config.user());
      runtime.check(spec);
      runtime.start(spec);
      try {
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(
                () -> assertThat(runtime.logs(SYSTEM, 1000)).contains("booted me in /srv"));
        assertThat(runtime.exec(SYSTEM, List.of("id"), Duration.ofSeconds(10)).stdout())
            .contains("uid=77")
            .contains("gid=88");
      } finally {
        runtime.kill(SYSTEM);
      }
      RootExport.toOci(root, directory.resolve("back"), config, (bytes, entries) -> {});
      Path again = Files.createDirectory(directory.resolve("again"));
      assertThat(
              RootImport.fromOci(directory.resolve("back"), again, LIMITS, (bytes, entries) -> {}))
          .isEqualTo(config);
      assertThat(new TreeDiff(root, again, Instant.EPOCH, 100).run())
          .isEqualTo(new TreeDiff.Result(0, 0, 0, List.of()));
    }
  }
}
