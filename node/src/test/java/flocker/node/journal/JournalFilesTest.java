package flocker.node.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import flocker.protocol.id.HostId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal is made once, and anything but the right one is refused with what to do. */
class JournalFilesTest {
  private static final HostId HOST = new HostId("00000000000000aa");
  private static final HostId OTHER = new HostId("00000000000000bb");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path dir;

  private Path file;

  @BeforeEach
  void place() {
    file = dir.resolve(JournalFiles.FILE);
  }

  @Test
  void whatWasAcknowledgedIsThereAfterARestart() throws Exception {
    JournalFiles.create(dir, HOST);
    for (long number = 1; number <= 3; number++) {
      try (JournalFiles journal = JournalFiles.open(dir, HOST)) {
        ActorSystem<LineKeeper.Command> system =
            ActorSystem.create(
                LineKeeper.create("line"), "keeper", ConfigFactory.load(journal.config()));
        assertThat(
                AskPattern.<LineKeeper.Command, Long>ask(
                        system, LineKeeper.Tell::new, PATIENCE, system.scheduler())
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS))
            .isEqualTo((number - 1) * 250);
        for (long i = 1; i <= 250; i++) {
          long next = (number - 1) * 250 + i;
          AskPattern.<LineKeeper.Command, Done>ask(
                  system, to -> new LineKeeper.Keep(next, to), PATIENCE, system.scheduler())
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);
        }
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void isReadableByItsOwnerOnly() throws Exception {
    JournalFiles.create(dir, HOST);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void isNeverMadeOverAnother() throws Exception {
    JournalFiles.create(dir, HOST);
    refused(JournalFault.Kind.EXISTS, () -> JournalFiles.create(dir, OTHER));
    JournalFiles.open(dir, HOST).close();
  }

  @Test
  void aHalfMadeOneIsMadeAnew() throws Exception {
    Files.writeString(dir.resolve("journal.sqlite.new"), "left by a crash");
    JournalFiles.create(dir, HOST);
    JournalFiles.open(dir, HOST).close();
  }

  @Test
  void aLostOneIsNotRecreated() {
    refused(JournalFault.Kind.MISSING, () -> JournalFiles.open(dir, HOST));
    assertThat(file).doesNotExist();
  }

  @Test
  void anotherHostsIsRefused() throws Exception {
    JournalFiles.create(dir, OTHER);
    refused(JournalFault.Kind.OTHER_HOST, () -> JournalFiles.open(dir, HOST));
  }

  @Test
  void garbageIsRefusedAndKept() throws Exception {
    Files.writeString(file, "this is no database, but long enough to have a header".repeat(20));
    byte[] before = Files.readAllBytes(file);
    refused(JournalFault.Kind.UNREADABLE, () -> JournalFiles.open(dir, HOST));
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void anEmptyFileIsRefused() throws Exception {
    Files.createFile(file);
    refused(JournalFault.Kind.UNREADABLE, () -> JournalFiles.open(dir, HOST));
  }

  @Test
  void aDamagedPageIsRefused() throws Exception {
    JournalFiles.create(dir, HOST);
    byte[] bytes = Files.readAllBytes(file);
    byte[] noise = "damage".repeat(500).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(noise, 0, bytes, 4096, noise.length);
    Files.write(file, bytes);
    refused(JournalFault.Kind.UNREADABLE, () -> JournalFiles.open(dir, HOST));
  }

  @Test
  void aNewerFormatIsRefused() throws Exception {
    JournalFiles.create(dir, HOST);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("PRAGMA user_version = 2");
    }
    refused(JournalFault.Kind.FOREIGN_SCHEMA, () -> JournalFiles.open(dir, HOST));
  }

  @Test
  void isUsedByOneNodeAtATime() throws Exception {
    JournalFiles.create(dir, HOST);
    JournalFiles first = JournalFiles.open(dir, HOST);
    refused(JournalFault.Kind.IN_USE, () -> JournalFiles.open(dir, HOST));
    first.close();
    JournalFiles.open(dir, HOST).close();
  }

  private void refused(JournalFault.Kind kind, ThrowingCallable attempt) {
    assertThatThrownBy(attempt)
        .isInstanceOfSatisfying(
            JournalFault.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(kind);
              assertThat(fault).hasMessageContaining(dir.toString());
            });
  }
}
