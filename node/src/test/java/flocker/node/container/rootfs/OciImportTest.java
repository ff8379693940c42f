package flocker.node.container.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import flocker.node.container.rootfs.ImportFault.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Images made on the spot are unpacked layer by layer, and come back out equal. Hostile ones are
 * refused, most of them before anything is written, and touch nothing beside the target.
 */
final class OciImportTest {
  private static final ImportLimits LIMITS = new ImportLimits(1 << 20, 1000);
  private static final ImportProgress SILENT = (bytes, entries) -> {};

  @TempDir private Path directory;
  private Path target;
  private Path outside;
  private OciFolder image;
  private int uid;
  private int gid;

  @BeforeEach
  void make() throws IOException {
    target = Files.createDirectory(directory.resolve("target"));
    outside = Files.createDirectory(directory.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "kept");
    uid = (Integer) Files.getAttribute(target, "unix:uid");
    gid = (Integer) Files.getAttribute(target, "unix:gid");
    image = new OciFolder(directory.resolve("image"));
  }

  private Archive archive() {
    return new Archive(uid, gid);
  }

  private ImageConfig unpack(Path folder) throws ImportFault {
    return RootImport.fromOci(folder, target, LIMITS, SILENT);
  }

  private Kind refusal(Path folder) throws IOException {
    ImportFault fault = catchThrowableOfType(ImportFault.class, () -> unpack(folder));
    assertThat(fault).as("the image must be refused").isNotNull();
    assertThat(fault.getMessage()).startsWith("import ");
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files).containsExactly(outside.resolve("precious"));
    }
    assertThat(outside.resolve("precious")).hasContent("kept");
    return fault.kind();
  }

  private void nothingWritten() throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void layersAreAppliedWithTheirWhiteouts() throws Exception {
    image
        .layer(
            archive()
                .directory("etc")
                .file("etc/keep", "1")
                .file("etc/gone", "1")
                .file("etc/changed", "old")
                .directory("opaque")
                .file("opaque/lower", "1")
                .directory("opaque/deep")
                .file("opaque/deep/lower", "1")
                .directory("tree/below")
                .file("tree/below/file", "1")
                .file("was-file", "1")
                .directory("was-directory")
                .file("was-directory/file", "1")
                .bytes())
        .layer(
            archive()
                .file("etc/.wh.gone", "")
                .file("etc/changed", "new")
                // Before its own marker, and to be kept all the same.
                .file("opaque/deep/upper", "2")
                .file("opaque/.wh..wh..opq", "")
                .file("opaque/upper", "2")
                .file(".wh.tree", "")
                .directory("was-file")
                .file("was-file/inside", "2")
                .file("was-directory", "2")
                .file(".wh.never-there", "")
                .bytes());
    unpack(image.finish());
    assertThat(contents(target))
        .isEqualTo(
            Map.of(
                "etc/keep", "1",
                "etc/changed", "new",
                "opaque/deep/upper", "2",
                "opaque/upper", "2",
                "was-file/inside", "2",
                "was-directory", "2"));
    assertThat(target.resolve("tree")).doesNotExist();
  }

  @Test
  void theImagesWishesAreTakenOver() throws Exception {
    image.config().putArray("Entrypoint").add("/bin/run");
    image.config().putArray("Cmd").add("--now").add("a b");
    image.config().putArray("Env").add("PATH=/bin").add("EMPTY=").add("broken");
    image.config().putObject("ExposedPorts").putObject("8080/tcp");
    image.config().withObjectProperty("ExposedPorts").putObject("53/udp");
    image.config().put("WorkingDir", "/srv").put("User", "web:staff").put("StopSignal", "SIGINT");
    image.layer(archive().file("a", "1").bytes());
    assertThat(unpack(image.finish()))
        .isEqualTo(
            new ImageConfig(
                List.of("/bin/run", "--now", "a b"),
                Map.of("PATH", "/bin", "EMPTY", ""),
                List.of(8080),
                Optional.of("/srv"),
                Optional.of("web:staff"),
                Optional.of("INT")));
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP", "ZSTD", "XZ"})
  void everyPackingIsReadAndWritten(Compression packing) throws Exception {
    byte[] plain = archive().file("a", "hello").bytes();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = packing.writing(packed)) {
      out.write(plain);
    }
    RootImport.fromTar(
        new java.io.ByteArrayInputStream(packed.toByteArray()), target, LIMITS, SILENT);
    assertThat(target.resolve("a")).hasContent("hello");
  }

  @Test
  void damagedPartsAreRefusedBeforeAnythingIsWritten() throws Exception {
    image.layer(archive().file("a", "1").bytes()).layer(archive().file("b", "1").bytes());
    Path folder = image.finish();
    byte[] blob = Files.readAllBytes(image.lastBlob());
    byte[] bad = blob.clone();
    bad[bad.length / 2] ^= 1;
    Files.write(image.lastBlob(), bad);
    assertThat(refusal(folder)).isEqualTo(Kind.UNREADABLE);
    nothingWritten();
    Files.write(image.lastBlob(), blob, StandardOpenOption.TRUNCATE_EXISTING);
    Files.write(image.lastBlob(), new byte[] {0}, StandardOpenOption.APPEND);
    assertThat(refusal(folder)).isEqualTo(Kind.UNREADABLE);
    nothingWritten();
    Files.delete(image.lastBlob());
    assertThat(refusal(folder)).isEqualTo(Kind.UNREADABLE);
    Files.createSymbolicLink(image.lastBlob(), outside.resolve("precious"));
    assertThat(refusal(folder)).isEqualTo(Kind.UNREADABLE);
    nothingWritten();
  }

  @Test
  void aLayerThatUnpacksToSomethingElseIsRefused() throws Exception {
    image.layer(archive().file("a", "1").bytes()).withWrongDiffId();
    assertThat(refusal(image.finish())).isEqualTo(Kind.UNREADABLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256:../../../outside/precious", "sha512:ab", "md5:x", ""})
  void digestsThatAreNoneAreRefused(String digest) throws Exception {
    image.layer(archive().file("a", "1").bytes());
    image.lastLayer().put("digest", digest);
    assertThat(refusal(image.finish())).isEqualTo(Kind.UNSUPPORTED);
    nothingWritten();
  }

  @Test
  void otherMachinesAndOtherKindsAreRefused() throws Exception {
    image.architecture("vax").layer(archive().file("a", "1").bytes());
    assertThat(refusal(image.finish())).isEqualTo(Kind.UNSUPPORTED);
    OciFolder foreign = new OciFolder(directory.resolve("foreign"));
    byte[] plain = archive().file("a", "1").bytes();
    foreign.layer(plain, plain, "application/vnd.oci.image.layer.nondistributable.v1.tar");
    assertThat(refusal(foreign.finish())).isEqualTo(Kind.UNSUPPORTED);
    assertThat(refusal(outside)).isEqualTo(Kind.UNREADABLE);
    nothingWritten();
  }

  @Test
  void hostileLayersAreRefused() throws Exception {
    List<byte[]> hostile = new ArrayList<>();
    hostile.add(archive().file("../outside/new", "x").bytes());
    hostile.add(archive().file("/absolute", "x").bytes());
    hostile.add(archive().link("out", "../outside").file("out/new", "x").bytes());
    hostile.add(archive().link("out", "../outside").file("out/.wh.precious", "").bytes());
    hostile.add(archive().link("out", "../outside").file("out/.wh..wh..opq", "").bytes());
    hostile.add(archive().file(".wh...", "").bytes());
    hostile.add(archive().file("a/.wh..", "").bytes());
    hostile.add(archive().special("disk", TarConstants.LF_BLK).bytes());
    hostile.add(archive().file("bomb", "x".repeat(2 << 20)).bytes());
    int number = 0;
    for (byte[] plain : hostile) {
      target = Files.createDirectory(directory.resolve("target" + number));
      OciFolder folder = new OciFolder(directory.resolve("hostile" + number));
      folder.layer(plain);
      Path made = folder.finish();
      number++;
      assertThat(refusal(made))
          .as("hostile layer " + number)
          .isIn(Kind.ESCAPES, Kind.DEVICE_NODE, Kind.TOO_LARGE);
    }
  }

  @Test
  void whatIsImportedComesBackOutEqual() throws Exception {
    image.config().putArray("Entrypoint").add("/bin/run");
    image.config().putArray("Env").add("A=b c").add("PATH=/bin");
    image.config().putObject("ExposedPorts").putObject("80/tcp");
    image.config().put("WorkingDir", "/srv").put("User", "7").put("StopSignal", "SIGTERM");
    image.layer(
        archive()
            .directory(".")
            .directory("srv")
            .file("srv/Ődata", 0640, "x".repeat(70_000))
            .hardLink("srv/other", "srv/Ődata")
            .link("srv/abs", "/etc/passwd")
            .file("srv/" + "long".repeat(40), "deep")
            .special("srv/pipe", TarConstants.LF_FIFO)
            .file("bin/su", 04755, "setuid")
            .directory("dev")
            .bytes());
    ImageConfig config = unpack(image.finish());

    RootExport.toOci(target, directory.resolve("back"), config, SILENT);
    RootExport.toTar(target, directory.resolve("back.tar.zst"), SILENT);

    Path second = Files.createDirectory(directory.resolve("second"));
    assertThat(RootImport.fromOci(directory.resolve("back"), second, LIMITS, SILENT))
        .isEqualTo(config);
    assertThat(facts(second)).isEqualTo(facts(target));
    Path third = Files.createDirectory(directory.resolve("third"));
    RootImport.fromTar(directory.resolve("back.tar.zst"), third, LIMITS, SILENT);
    assertThat(facts(third)).isEqualTo(facts(target));
    assertThat(Files.getAttribute(third.resolve("srv/other"), "unix:ino"))
        .isEqualTo(Files.getAttribute(third.resolve("srv/Ődata"), "unix:ino"));
  }

  @Test
  void anExportIsWholeOrNotThereAndWritesOverNothing() throws Exception {
    Files.writeString(target.resolve("file"), "x".repeat(100_000));
    Path taken = Files.writeString(directory.resolve("taken.tar"), "kept");
    assertThat(
            catchThrowableOfType(ExportFault.class, () -> RootExport.toTar(target, taken, SILENT)))
        .hasMessageContaining("exists");
    assertThat(taken).hasContent("kept");
    ImportProgress breaking =
        (bytes, entries) -> {
          if (bytes > 60_000) {
            throw new IllegalStateException("the disk is gone");
          }
        };
    ImageConfig config =
        new ImageConfig(
            List.of(), Map.of(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());
    for (String name : List.of("new.tar.xz", "new.oci")) {
      Path to = directory.resolve(name);
      ExportFault fault =
          catchThrowableOfType(
              ExportFault.class,
              () -> {
                if (name.endsWith("oci")) {
                  RootExport.toOci(target, to, config, breaking);
                } else {
                  RootExport.toTar(target, to, breaking);
                }
              });
      assertThat(fault).hasMessageContaining("nothing of it is left");
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("target", "outside", "image", "taken.tar");
    }
  }

  private static Map<String, String> contents(Path root) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        found.put(root.relativize(file).toString(), Files.readString(file));
      }
    }
    return found;
  }

  /** All that an export promises to keep of every file. */
  private static Map<String, String> facts(Path root) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        Map<String, Object> unix = Files.readAttributes(file, "unix:*", LinkOption.NOFOLLOW_LINKS);
        String content =
            Files.isSymbolicLink(file)
                ? Files.readSymbolicLink(file).toString()
                : Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? Integer.toString(Files.readString(file).hashCode())
                    : "";
        boolean timed =
            Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                || Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        // Tar libraries keep 100 ns at best.
        Object time =
            timed
                ? ((FileTime) unix.get("lastModifiedTime"))
                    .toInstant()
                    .truncatedTo(ChronoUnit.MICROS)
                : "";
        found.put(
            root.relativize(file).toString(),
            unix.get("mode")
                + " "
                + unix.get("uid")
                + ":"
                + unix.get("gid")
                + " "
                + time
                + " "
                + content);
      }
    }
    return found;
  }
}
