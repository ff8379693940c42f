package flocker.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.api.CannedNode;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.ArchiveCommand;
import flocker.protocol.admin.DiffView;
import flocker.protocol.admin.ExportTarget;
import flocker.protocol.admin.FileChunk;
import flocker.protocol.admin.FileList;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.OperationId;
import flocker.protocol.admin.OperationView;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SnapshotCommand;
import flocker.protocol.admin.SnapshotRef;
import flocker.protocol.admin.SystemName;
import flocker.protocol.id.SnapshotName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking into snapshots and taking systems out, from the command to the question and back. */
class ArchiveCommandsTest {
  private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");
  private static final SystemName SHOP = new SystemName("shop");
  private static final HostName A = new HostName("a");
  private static final SnapshotName SNAPSHOT = new SnapshotName("flocker-513-42-20260301T120000Z");
  private static final CannedNode NODE = new CannedNode(List.of());

  @TempDir private Path directory;

  @BeforeEach
  void forget() {
    NODE.reset();
  }

  @AfterAll
  static void end() {
    NODE.close();
  }

  private static Typed typed(String... args) {
    return Typed.against(NODE.url()).run(args);
  }

  private static FileChunk chunk(String whole, int from, int to) {
    byte[] part = whole.substring(from, to).getBytes(StandardCharsets.US_ASCII);
    return new FileChunk(
        SNAPSHOT, A, "/etc/passwd", from, whole.length(), Base64.getEncoder().encodeToString(part));
  }

  @Test
  void aDirectoryOfASnapshotIsListed() {
    NODE.answer(
        SnapshotCommand.ListFiles.class,
        new FileList(
            SNAPSHOT,
            A,
            "/etc",
            List.of(
                new FileList.Entry(
                    "mtab", FileList.Type.LINK, 0, "0777", 0, 7, AT, Optional.of("/proc/mounts"))),
            false));
    Typed typed = typed("snapshot", "browse", "shop", "513.42", "/etc", "--on", "b");
    assertThat(typed.exit()).isZero();
    assertThat(typed.out())
        .startsWith("/etc in flocker-513-42-20260301T120000Z on a\n")
        .contains("l0777")
        .contains("0:7")
        .contains("mtab -> /proc/mounts");
    SnapshotCommand.ListFiles asked = (SnapshotCommand.ListFiles) NODE.asked();
    assertThat(asked.path()).isEqualTo("/etc");
    assertThat(asked.host()).contains(new HostName("b"));
    assertThat(asked.snapshot()).isEqualTo(new SnapshotRef("513.42"));
  }

  @Test
  void aFileIsCopiedOutInChunksAndNeverWrittenOver() throws Exception {
    String whole = "root:x:0:0";
    List<String> snapshots = new java.util.concurrent.CopyOnWriteArrayList<>();
    NODE.answer(
        SnapshotCommand.ReadFile.class,
        command -> {
          SnapshotCommand.ReadFile read = (SnapshotCommand.ReadFile) command;
          int from = (int) read.offset();
          snapshots.add(read.snapshot().text());
          return chunk(whole, from, Math.min(from + 4, whole.length()));
        });
    Path file = directory.resolve("copy");
    String to = file.toString();
    Typed typed = typed("snapshot", "browse", "shop", "newest", "/etc/passwd", "--save", to);
    assertThat(typed.err()).isEmpty();
    assertThat(typed.exit()).isZero();
    assertThat(file).hasContent(whole);
    // The next chunks are of the snapshot that the first came from, whatever is newest by then.
    assertThat(snapshots).containsExactly("newest", SNAPSHOT.value(), SNAPSHOT.value());
    Typed again = typed("snapshot", "browse", "shop", "newest", "/etc/passwd", "--save", to);
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("exists");
  }

  @Test
  void aFileThatEndsEarlyLeavesNothing() throws Exception {
    NODE.answer(
        SnapshotCommand.ReadFile.class,
        command ->
            ((SnapshotCommand.ReadFile) command).offset() == 0
                ? chunk("0123456789", 0, 4)
                : new AdminRefusal(RefusalCode.FAILED, "the host is gone"));
    Path file = directory.resolve("half");
    Typed typed = typed("snapshot", "browse", "shop", "newest", "/x", "--save", file.toString());
    assertThat(typed.exit()).isEqualTo(1);
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  void whatDiffersIsShownAndCounted() {
    NODE.answer(
        SnapshotCommand.DiffSnapshots.class,
        new DiffView(
            SNAPSHOT,
            SNAPSHOT,
            A,
            5,
            0,
            1,
            List.of(
                new DiffView.Change("/a", DiffView.Kind.ADDED),
                new DiffView.Change("/b", DiffView.Kind.CONTENT))));
    Typed typed = typed("snapshot", "diff", "shop", "513.1", "before-upgrade", "--limit", "2");
    assertThat(typed.out()).startsWith("+ /a\nM /b\n… 2 of 6\n5 added, 0 removed, 1 changed from ");
    SnapshotCommand.DiffSnapshots asked = (SnapshotCommand.DiffSnapshots) NODE.asked();
    assertThat(asked.to()).isEqualTo(new SnapshotRef("before-upgrade"));
    assertThat(asked.limit()).isEqualTo(2);
  }

  private static OperationView operation(OperationView.State state, Optional<RefusalCode> code) {
    return new OperationView(
        new OperationId("0123456789abcdef"),
        "system-export",
        Optional.of(SHOP),
        A,
        state,
        10,
        Optional.empty(),
        0,
        "shop is exported to /srv/shop.tar.zst",
        AT,
        Optional.of(AT),
        code);
  }

  @Test
  void anExportIsFollowedToItsEnd() {
    NODE.answer(
        ArchiveCommand.ExportSystem.class, operation(OperationView.State.DONE, Optional.empty()));
    Typed typed = typed("system", "export", "shop", "--to-tar", "/srv/shop.tar.zst");
    assertThat(typed.out()).isEqualTo("shop is exported to /srv/shop.tar.zst\n");
    ArchiveCommand.ExportSystem asked = (ArchiveCommand.ExportSystem) NODE.asked();
    assertThat(asked.target())
        .isEqualTo(new ExportTarget(ExportTarget.Kind.TAR, "/srv/shop.tar.zst"));
    assertThat(asked.snapshot()).isEmpty();
    assertThat(asked.host()).isEmpty();
  }

  @Test
  void aFailedExportSaysWhy() {
    NODE.answer(
        ArchiveCommand.ExportSystem.class,
        operation(OperationView.State.FAILED, Optional.of(RefusalCode.FAILED)));
    Typed typed =
        typed("system", "export", "shop", "--to-oci", "/srv/x", "--snapshot", "513.4", "--on", "b");
    assertThat(typed.exit()).isEqualTo(1);
    assertThat(typed.err()).contains("exporting shop failed");
    ArchiveCommand.ExportSystem asked = (ArchiveCommand.ExportSystem) NODE.asked();
    assertThat(asked.target().kind()).isEqualTo(ExportTarget.Kind.OCI);
    assertThat(asked.snapshot()).contains(new SnapshotRef("513.4"));
    assertThat(asked.host()).contains(new HostName("b"));
  }

  @Test
  void anExportNeedsOneTarget() {
    assertThat(typed("system", "export", "shop").exit()).isEqualTo(2);
    assertThat(typed("system", "export", "shop", "--to-tar", "/a", "--to-oci", "/b").exit())
        .isEqualTo(2);
  }
}
