package flocker.node.container.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import flocker.node.container.rootfs.ImportFault.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Imports of trees and archives made on the spot. Beside the target lies a directory that no
 * archive may touch; it is looked at after every test of a hostile one.
 */
final class RootImportTest {
  private static final ImportLimits LIMITS = new ImportLimits(1 << 20, 1000);
  private static final ImportProgress SILENT = (bytes, entries) -> {};

  @TempDir private Path directory;
  private Path target;
  private Path outside;
  private int uid;
  private int gid;

  @BeforeEach
  void makeTarget() throws IOException {
    target = Files.createDirectory(directory.resolve("target"));
    outside = Files.createDirectory(directory.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "kept");
    uid = (Integer) Files.getAttribute(target, "unix:uid");
    gid = (Integer) Files.getAttribute(target, "unix:gid");
  }

  private Archive archive() {
    return new Archive(uid, gid);
  }

  private ImportReport unpack(byte[] tar) throws ImportFault {
    return RootImport.fromTar(new ByteArrayInputStream(tar), target, LIMITS, SILENT);
  }

  private Kind refusal(byte[] tar) throws IOException {
    ImportFault fault = catchThrowableOfType(ImportFault.class, () -> unpack(tar));
    nothingOutsideWasTouched();
    assertThat(fault).as("the archive must be refused").isNotNull();
    return fault.kind();
  }

  private void nothingOutsideWasTouched() throws IOException {
    try (Stream<Path> files = Files.walk(outside)) {
      assertThat(files).containsExactlyInAnyOrder(outside, outside.resolve("precious"));
    }
    assertThat(outside.resolve("precious")).hasContent("kept");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactlyInAnyOrder(target, outside);
    }
  }

  private static Object unix(Path file, String attribute) throws IOException {
    return Files.getAttribute(file, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void unpacksWhatAUserlandIsMadeOf() throws Exception {
    ImportReport report =
        unpack(
            archive()
                .directory(".")
                .directory("./usr")
                .directory("./usr/bin")
                .file("./usr/bin/su", 04755, "program")
                .link("./bin", "usr/bin")
                .link("./etc-mtab", "/proc/mounts")
                .hardLink("./usr/bin/sudo", "./usr/bin/su")
                .file("./no/parents/for/Főtanúsítvány.crt", "x")
                .special("./fifo", TarConstants.LF_FIFO)
                .directory("./dev")
                .special("./dev/null", TarConstants.LF_CHR)
                .file("./usr/bin/late", "in a directory that is older")
                .bytes());

    assertThat(report).isEqualTo(new ImportReport(36, 11, 1, 0));
    assertThat(target.resolve("usr/bin/su")).hasContent("program");
    assertThat((Integer) unix(target.resolve("usr/bin/su"), "mode") & 07777).isEqualTo(04755);
    assertThat(unix(target.resolve("usr/bin/su"), "ino"))
        .isEqualTo(unix(target.resolve("usr/bin/sudo"), "ino"));
    assertThat(Files.readSymbolicLink(target.resolve("bin"))).hasToString("usr/bin");
    assertThat(Files.readSymbolicLink(target.resolve("etc-mtab"))).hasToString("/proc/mounts");
    assertThat(target.resolve("no/parents/for/Főtanúsítvány.crt")).hasContent("x");
    assertThat((Integer) unix(target.resolve("fifo"), "mode") & 0170000).isEqualTo(0010000);
    assertThat(target.resolve("dev")).isEmptyDirectory();
    FileTime then = FileTime.fromMillis(1_600_000_000_000L);
    assertThat(Files.getLastModifiedTime(target.resolve("usr/bin/su"))).isEqualTo(then);
    assertThat(Files.getLastModifiedTime(target.resolve("usr/bin"))).isEqualTo(then);
    nothingOutsideWasTouched();
  }

  @Test
  void unpacksGzip() throws Exception {
    unpack(Archive.gzip(archive().file("a", "hello").bytes()));
    assertThat(target.resolve("a")).hasContent("hello");
  }

  @Test
  void aLaterEntryReplacesAnEarlierOneInsteadOfWritingThroughIt() throws Exception {
    unpack(
        archive()
            .link("a", outside.resolve("precious").toString())
            .file("a", "new")
            .directory("d")
            .link("d", outside.toString())
            .bytes());
    assertThat(target.resolve("a")).isRegularFile().hasContent("new");
    assertThat(target.resolve("d")).isSymbolicLink();
    nothingOutsideWasTouched();
  }

  @Test
  void refusesAbsoluteAndClimbingPaths() throws Exception {
    assertThat(refusal(archive().file("/etc/passwd", "x").bytes())).isEqualTo(Kind.ESCAPES);
    assertThat(refusal(archive().file("../outside/x", "x").bytes())).isEqualTo(Kind.ESCAPES);
    assertThat(refusal(archive().file("a/../../outside/x", "x").bytes())).isEqualTo(Kind.ESCAPES);
    assertThat(refusal(archive().file("..", "x").bytes())).isEqualTo(Kind.ESCAPES);
  }

  @Test
  void refusesToWriteThroughALink() throws Exception {
    assertThat(refusal(archive().link("l", outside.toString()).file("l/precious", "lost").bytes()))
        .isEqualTo(Kind.ESCAPES);
  }

  @Test
  void refusesToMakeDirectoriesAndLinksThroughALink() throws Exception {
    assertThat(refusal(archive().link("l", "../outside").directory("l/new").bytes()))
        .isEqualTo(Kind.ESCAPES);
    clear();
    assertThat(refusal(archive().link("l", "../outside").link("l/new", "x").bytes()))
        .isEqualTo(Kind.ESCAPES);
    clear();
    assertThat(
            refusal(archive().link("l", "../outside").special("l/f", TarConstants.LF_FIFO).bytes()))
        .isEqualTo(Kind.ESCAPES);
  }

  @Test
  void refusesHardLinksToOutside() throws Exception {
    assertThat(refusal(archive().hardLink("h", "../outside/precious").bytes()))
        .isEqualTo(Kind.ESCAPES);
    assertThat(refusal(archive().hardLink("h", outside + "/precious").bytes()))
        .isEqualTo(Kind.ESCAPES);
    assertThat(refusal(archive().link("l", outside.toString()).hardLink("h", "l/precious").bytes()))
        .isEqualTo(Kind.ESCAPES);
    clear();
    assertThat(refusal(archive().hardLink("h", "missing").bytes())).isEqualTo(Kind.UNREADABLE);
    clear();
    assertThat(refusal(archive().file("h", "x").hardLink("h", "h").bytes()))
        .isEqualTo(Kind.UNREADABLE);
  }

  @Test
  void aHardLinkToALinkStaysALink() throws Exception {
    unpack(
        archive()
            .link("l", outside.resolve("precious").toString())
            .hardLink("h", "l")
            .file("h", "new")
            .bytes());
    assertThat(target.resolve("h")).hasContent("new");
    nothingOutsideWasTouched();
  }

  @Test
  void refusesDeviceNodesOutsideDev() throws Exception {
    assertThat(refusal(archive().special("sda", TarConstants.LF_BLK).bytes()))
        .isEqualTo(Kind.DEVICE_NODE);
    assertThat(refusal(archive().special("var/null", TarConstants.LF_CHR).bytes()))
        .isEqualTo(Kind.DEVICE_NODE);
  }

  @Test
  void refusesMoreThanTheLimits() throws Exception {
    ImportLimits small = new ImportLimits(10, 3);
    byte[] large = archive().file("a", "12345").file("b", "123456").bytes();
    byte[] many = archive().file("a", "").file("b", "").file("c", "").file("d", "").bytes();
    for (byte[] tar : List.of(large, many, archive().promising("huge", 1L << 32))) {
      ImportFault fault =
          catchThrowableOfType(
              ImportFault.class,
              () -> RootImport.fromTar(new ByteArrayInputStream(tar), target, small, SILENT));
      assertThat(fault.kind()).isEqualTo(Kind.TOO_LARGE);
      clear();
    }
  }

  @Test
  void refusesATruncatedArchiveWhereverItIsCut() throws Exception {
    byte[] whole =
        archive().directory("d").file("d/a", "x".repeat(3000)).file("d/b", "y").withoutEnd();
    for (int length = 0; length < whole.length; length += 128) {
      assertThat(refusal(Arrays.copyOf(whole, length)))
          .as("cut at %d of %d", length, whole.length)
          .isEqualTo(Kind.UNREADABLE);
      clear();
    }
    assertThat(refusal(whole)).as("without its end mark").isEqualTo(Kind.UNREADABLE);
  }

  @Test
  void refusesATruncatedGzip() throws Exception {
    byte[] packed = Archive.gzip(archive().file("a", "hello").file("b", "world").bytes());
    for (int cut = 1; cut < packed.length - 20; cut += 7) {
      assertThat(refusal(Arrays.copyOf(packed, packed.length - cut))).isEqualTo(Kind.UNREADABLE);
      clear();
    }
  }

  @Test
  void refusesWhatIsNoArchive() throws Exception {
    assertThat(refusal(new byte[0])).isEqualTo(Kind.UNREADABLE);
    assertThat(refusal("hello, I am no archive".repeat(100).getBytes(UTF_8)))
        .isEqualTo(Kind.UNREADABLE);
    assertThat(refusal(new byte[10_240])).isEqualTo(Kind.UNREADABLE);
    assertThat(refusal(new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 1, 2}))
        .isEqualTo(Kind.UNREADABLE);
    assertThat(refusal("BZh91AY".getBytes(UTF_8))).isEqualTo(Kind.UNSUPPORTED);
  }

  private static final java.nio.charset.Charset UTF_8 = java.nio.charset.StandardCharsets.UTF_8;

  @Test
  void damagedArchivesNeverDoMoreThanFail() throws Exception {
    byte[] whole =
        archive()
            .directory("d")
            .file("d/a", "some text")
            .link("l", "d/a")
            .hardLink("h", "d/a")
            .withAttribute("x", "user.colour", "green")
            .file("long/".repeat(25) + "name", "z")
            .bytes();
    Random random = new Random(7);
    for (int i = 0; i < 150; i++) {
      byte[] damaged = whole.clone();
      for (int hits = random.nextInt(4); hits >= 0; hits--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      ImportFault fault = catchThrowableOfType(ImportFault.class, () -> unpack(damaged));
      assertThat(fault == null || fault.kind() != Kind.BAD_TARGET).isTrue();
      nothingOutsideWasTouched();
      clear();
    }
  }

  @Test
  void refusesATargetThatIsNotAnEmptyDirectory() throws Exception {
    Files.writeString(target.resolve("old"), "old");
    assertThat(refusal(archive().file("a", "x").bytes())).isEqualTo(Kind.BAD_TARGET);
    assertThat(target.resolve("old")).hasContent("old");
    target = directory.resolve("nowhere");
    ImportFault fault =
        catchThrowableOfType(ImportFault.class, () -> unpack(archive().file("a", "x").bytes()));
    assertThat(fault.kind()).isEqualTo(Kind.BAD_TARGET);
  }

  @Test
  void stopsWhenItsThreadIsInterrupted() throws Exception {
    ImportProgress interrupt = (bytes, entries) -> Thread.currentThread().interrupt();
    byte[] tar = archive().file("a", "x").file("b", "y").bytes();
    ImportFault fault =
        catchThrowableOfType(
            ImportFault.class,
            () -> RootImport.fromTar(new ByteArrayInputStream(tar), target, LIMITS, interrupt));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(fault.kind()).isEqualTo(Kind.CANCELLED);
  }

  @Test
  void tellsItsProgress() throws Exception {
    List<Long> told = new ArrayList<>();
    RootImport.fromTar(
        new ByteArrayInputStream(archive().file("a", "123").file("b", "45").bytes()),
        target,
        LIMITS,
        (bytes, entries) -> told.add(bytes * 100 + entries));
    assertThat(told).isSorted().last().isEqualTo(502L);
  }

  @Test
  void copiesADirectoryAsItIs() throws Exception {
    Path source = Files.createDirectories(outside.resolve("source/sub")).getParent();
    Files.writeString(source.resolve("sub/file"), "content");
    Files.setPosixFilePermissions(
        source.resolve("sub/file"), PosixFilePermissions.fromString("rwxr-x---"));
    Files.createLink(source.resolve("second"), source.resolve("sub/file"));
    Files.createSymbolicLink(source.resolve("away"), outside.resolve("precious"));
    Files.createDirectories(source.resolve("proc/1"));
    Files.setLastModifiedTime(source.resolve("sub"), FileTime.fromMillis(1_500_000_000_000L));

    ImportReport report = RootImport.fromDirectory(source, target, LIMITS, SILENT);

    assertThat(report.bytes()).isEqualTo(7);
    assertThat(report.skippedSpecial()).isEqualTo(1);
    assertThat(target.resolve("sub/file")).hasContent("content");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(target.resolve("sub/file"))))
        .isEqualTo("rwxr-x---");
    assertThat(unix(target.resolve("second"), "ino"))
        .isEqualTo(unix(target.resolve("sub/file"), "ino"));
    assertThat(Files.readSymbolicLink(target.resolve("away")))
        .isEqualTo(outside.resolve("precious"));
    assertThat(target.resolve("proc")).isEmptyDirectory();
    assertThat(Files.getLastModifiedTime(target.resolve("sub")))
        .isEqualTo(FileTime.fromMillis(1_500_000_000_000L));
  }

  @Test
  void refusesADirectoryThatIsMissingOrContainsTheTarget() {
    for (Path source : List.of(directory.resolve("missing"), directory, target)) {
      ImportFault fault =
          catchThrowableOfType(
              ImportFault.class, () -> RootImport.fromDirectory(source, target, LIMITS, SILENT));
      assertThat(fault.kind()).isIn(Kind.UNREADABLE, Kind.BAD_TARGET);
      assertThat(target).isEmptyDirectory();
    }
  }

  private void clear() throws IOException {
    try (Stream<Path> files = Files.walk(target)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        if (!file.equals(target)) {
          Files.delete(file);
        }
      }
    }
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
