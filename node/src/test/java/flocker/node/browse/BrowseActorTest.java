package flocker.node.browse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.StorageFault;
import flocker.node.storage.memory.InMemoryStorage;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clones are made once, read by many, and gone afterwards; what a crash left goes first. */
class BrowseActorTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Dataset LIVE = new Dataset("00000000000000f1");
  private static final Duration SOON = Duration.ofSeconds(20);

  private final InMemoryStorage storage = new InMemoryStorage(5);
  private final TestProbe<BrowseActor.Answer> answers = KIT.createTestProbe();
  private Snapshot snapshot;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void makeASnapshot() throws Exception {
    storage.create(LIVE);
    Files.writeString(storage.mount(LIVE).resolve("file"), "old");
    snapshot = take(1);
    Files.writeString(storage.mount(LIVE).resolve("file"), "new");
  }

  @AfterEach
  void close() {
    storage.close();
  }

  private Snapshot take(long sequence) throws StorageFault {
    return storage.snapshot(LIVE, SnapshotName.of(new Epoch(256), sequence, Instant.EPOCH));
  }

  private ActorRef<BrowseActor.Command> actor(Duration linger) {
    return KIT.spawn(BrowseActor.create(storage, linger));
  }

  private Path held(ActorRef<BrowseActor.Command> actor) {
    actor.tell(new BrowseActor.Hold(LIVE, snapshot, answers.ref()));
    return ((BrowseActor.Held) answers.receiveMessage(SOON)).root();
  }

  private boolean cloned() throws StorageFault {
    return storage.exists(SnapshotClones.cloneOf(LIVE, snapshot));
  }

  @Test
  void twoReadersShareACloneThatGoesAfterTheLast() throws Exception {
    ActorRef<BrowseActor.Command> actor = actor(Duration.ofMillis(30));
    Path first = held(actor);
    assertThat(first.resolve("file")).hasContent("old");
    assertThat(held(actor)).isEqualTo(first);
    assertThat(storage.readOnly(SnapshotClones.cloneOf(LIVE, snapshot))).isTrue();
    actor.tell(new BrowseActor.Release(LIVE, snapshot));
    // Answered in order: if the first release had closed it, this would be another clone.
    assertThat(held(actor)).isEqualTo(first);
    actor.tell(new BrowseActor.Release(LIVE, snapshot));
    actor.tell(new BrowseActor.Release(LIVE, snapshot));
    await().atMost(SOON).until(() -> !cloned());
    assertThat(held(actor).resolve("file")).hasContent("old");
  }

  @Test
  void whatACrashLeftIsDestroyedAndTheSnapshotFreed() throws Exception {
    new SnapshotClones(storage).open(LIVE, snapshot);
    Snapshot other = take(2);
    new SnapshotClones(storage).open(LIVE, other);
    ActorRef<BrowseActor.Command> actor = actor(Duration.ofMinutes(5));
    held(actor);
    assertThat(storage.exists(SnapshotClones.cloneOf(LIVE, other))).isFalse();
    storage.destroySnapshot(LIVE, other.name());
    assertThat(cloned()).isTrue();
  }

  @Test
  void aSnapshotThatIsGoneIsRefusedAndNothingIsLeft() throws Exception {
    ActorRef<BrowseActor.Command> actor = actor(Duration.ofMinutes(5));
    storage.destroySnapshot(LIVE, snapshot.name());
    actor.tell(new BrowseActor.Hold(LIVE, snapshot, answers.ref()));
    assertThat(answers.receiveMessage(SOON)).isInstanceOf(BrowseActor.NotHeld.class);
    assertThat(cloned()).isFalse();
  }
}
