package flocker.node.verify;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SnapshotList;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.VerifyCommand;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts that read real folders, and the comparison of what they read. */
class ComparisonTest {
  private static final HostName A = new HostName("a");
  private static final HostName B = new HostName("b");
  private static final SystemName SHOP = new SystemName("shop");
  private static final Instant THEN = Instant.parse("2026-11-01T12:00:00Z");

  @TempDir private Path base;
  private final Map<HostName, List<Long>> snapshots = new HashMap<>();
  private final Map<HostName, Reading> readings = new HashMap<>();
  private final List<String> looks = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private int silentLooks;

  @BeforeEach
  void twoHostsWithTheSame() throws IOException {
    snapshots.put(A, List.of(1L, 2L, 3L));
    snapshots.put(B, List.of(1L, 2L));
    for (HostName host : List.of(A, B)) {
      Path root = base.resolve(host.value());
      Files.createDirectories(root.resolve("etc"));
      Files.createDirectories(root.resolve("srv/many"));
      for (int i = 0; i < 450; i++) {
        Files.writeString(root.resolve("srv/many/file-" + i), "content " + i);
      }
      Files.writeString(root.resolve("etc/passwd"), "root:x:0:0");
      settle(root);
    }
  }

  private static void settle(Path root) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(root)) {
      all = walk.toList();
    }
    for (Path each : all) {
      Files.setLastModifiedTime(each, FileTime.from(THEN));
    }
  }

  private static SnapshotView view(long number) {
    return SnapshotView.of(
        SnapshotName.of(new Epoch(513), number, THEN), new SnapshotGuid(number), THEN);
  }

  private final Comparison.Copies copies =
      new Comparison.Copies() {
        @Override
        public CompletionStage<AdminReply> snapshots(HostName host) {
          List<SnapshotView> views =
              snapshots.get(host).stream().map(ComparisonTest::view).toList();
          return CompletableFuture.completedStage(
              new SnapshotList(SHOP, host, views.size(), views, List.of()));
        }

        @Override
        public CompletionStage<AdminReply> folder(
            HostName host, SnapshotGuid snapshot, String folder, String after) {
          return look(host, new VerifyCommand.DigestFolder(SHOP, snapshot, folder, after, null));
        }
      };

  /** What a desk would say; a folder is read between the first look and the second. */
  private CompletionStage<AdminReply> look(HostName host, VerifyCommand.DigestFolder look) {
    if (silentLooks > 0) {
      silentLooks--;
      return CompletableFuture.failedStage(new IllegalStateException("no answer in time"));
    }
    looks.add(host + " " + look.snapshot() + " /" + look.folder() + " " + look.after());
    Reading reading =
        readings.computeIfAbsent(host, h -> new Reading(SHOP, look.snapshot(), System::nanoTime));
    AdminReply reply = reading.answer(look, host);
    if (!reading.has(look)) {
      reading.begin(look);
      reply = reading.answer(look, host);
      try {
        reading.ended(Optional.of(reading.read(base.resolve(host.value()), look.folder())), "");
      } catch (IOException e) {
        return CompletableFuture.completedStage(
            new AdminRefusal(RefusalCode.FAILED, e.getMessage()));
      }
    }
    return CompletableFuture.completedStage(reply);
  }

  private Comparison.Outcome run() throws Exception {
    return new Comparison(
            copies,
            time -> {
              pauses.add(time);
              return CompletableFuture.completedStage(null);
            },
            words -> {},
            A,
            B)
        .run()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  @Test
  void equalCopiesAreComparedByOneDigest() throws Exception {
    Comparison.Outcome outcome = run();
    assertThat(outcome.same()).isTrue();
    assertThat(outcome.snapshot()).contains(view(2).name());
    assertThat(outcome.files()).isEqualTo(455);
    assertThat(outcome.bytes()).isPositive();
    assertThat(looks).allMatch(look -> look.contains(" 2 / "));
    assertThat(pauses).isNotEmpty().allMatch(Comparison.LOOK::equals);
  }

  @Test
  void aDifferenceIsFoundThoughItsFolderTakesSeveralPages() throws Exception {
    Path file = base.resolve("b/srv/many/file-99");
    Files.writeString(file, "content 9X");
    settle(base.resolve("b"));
    Files.delete(base.resolve("b/etc/passwd"));
    settle(base.resolve("b"));

    Comparison.Outcome outcome = run();
    assertThat(outcome.same()).isFalse();
    assertThat(outcome.problem()).isEmpty();
    assertThat(outcome.differences())
        .containsExactly("/etc/passwd missing on the slave", "/srv/many/file-99 differs");
    assertThat(looks.stream().filter(look -> look.startsWith("b 2 /srv/many file"))).hasSize(2);
  }

  @Test
  void nothingInCommonIsAProblem() throws Exception {
    snapshots.put(B, List.of(77L));
    Comparison.Outcome outcome = run();
    assertThat(outcome.same()).isFalse();
    assertThat(outcome.problem()).contains("none of the master's");
  }

  @Test
  void someSilenceIsBorne() throws Exception {
    silentLooks = Comparison.MOST_SILENT - 1;
    assertThat(run().same()).isTrue();
  }

  @Test
  void tooMuchSilenceIsAProblem() throws Exception {
    silentLooks = Integer.MAX_VALUE;
    Comparison.Outcome outcome = run();
    assertThat(outcome.problem()).contains("does not answer");
    assertThat(outcome.differences()).isEmpty();
  }
}
