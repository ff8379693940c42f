package flocker.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.change.ChangeDetected;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.StorageFault;
import flocker.node.storage.memory.InMemoryStorage;
import flocker.node.time.Clocks;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.id.SnapshotName;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes become snapshots that others are told of, and only those that hold something. */
class SnapshotActorTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Dataset LIVE = new Dataset("8123456789abcdef");
  private static final Epoch EPOCH = new Epoch(256);
  private static final Instant AT = Instant.parse("2026-11-22T17:00:00Z");
  private static final SnapshotActor.Settings SETTINGS =
      new SnapshotActor.Settings(
          Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMillis(100));

  private final InMemoryStorage storage = new InMemoryStorage(1);
  private final TestProbe<SnapshotTaken> taken = KIT.createTestProbe();
  private final TestProbe<SnapshotAnswer> answers = KIT.createTestProbe();
  private final TestProbe<Boolean> settled = KIT.createTestProbe();
  private final List<ActorRef<SnapshotActor.Command>> actors = new ArrayList<>();
  private int files;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void make() throws StorageFault {
    storage.create(LIVE);
    storage.mount(LIVE);
  }

  @AfterEach
  void close() {
    actors.forEach(KIT::stop);
    storage.close();
  }

  private ActorRef<SnapshotActor.Command> actor(long nextSequence) {
    ActorRef<SnapshotActor.Command> actor =
        KIT.spawn(
            SnapshotActor.create(
                SETTINGS,
                storage,
                new SnapshotActor.Line(LIVE, EPOCH, nextSequence),
                new Clocks(() -> AT, System::nanoTime),
                taken.ref()));
    actors.add(actor);
    return actor;
  }

  private void write() {
    try {
      Files.writeString(storage.mount(LIVE).resolve("file" + files++), "x");
    } catch (IOException | StorageFault e) {
      throw new IllegalStateException(e);
    }
  }

  private void change(ActorRef<SnapshotActor.Command> actor) {
    actor.tell(
        new SnapshotActor.ChangeSeen(
            new ChangeDetected("test", System.nanoTime(), settled.ref()::tell)));
  }

  @Test
  void aChangeIsSnapshottedAndTold() throws StorageFault {
    ActorRef<SnapshotActor.Command> actor = actor(0);
    write();
    change(actor);
    SnapshotTaken told = taken.receiveMessage(SOON);
    assertThat(told.position().epoch()).isEqualTo(EPOCH);
    assertThat(told.position().sequence()).isZero();
    assertThat(storage.snapshots(LIVE)).containsExactly(told.snapshot());
    settled.expectMessage(SOON, true);
  }

  @Test
  void threeLabelsAreThreeSnapshots() {
    ActorRef<SnapshotActor.Command> actor = actor(0);
    SnapshotMark operator = SnapshotMark.of("operator");
    for (String label : List.of("a", "b", "c")) {
      actor.tell(
          new SnapshotActor.TakeNow(
              operator.labelled(java.util.Optional.of(label)), answers.ref()));
    }
    for (String label : List.of("a", "b", "c")) {
      SnapshotTaken told = (SnapshotTaken) answers.receiveMessage(SOON);
      assertThat(told.snapshot().name().mark().label()).contains(label);
    }
  }

  @Test
  void whatHoldsNothingIsDroppedUntoldAndItsNumberIsNotUsedAgain() throws StorageFault {
    storage.snapshot(LIVE, SnapshotName.of(EPOCH, 4, AT));
    ActorRef<SnapshotActor.Command> actor = actor(5);
    change(actor);
    settled.expectMessage(SOON, false);
    assertThat(storage.snapshots(LIVE)).hasSize(1);
    write();
    change(actor);
    assertThat(taken.receiveMessage(SOON).position().sequence()).isEqualTo(6);
    settled.expectMessage(SOON, true);
    taken.expectNoMessage(Duration.ZERO);
  }

  @Test
  void whatIsDemandedIsKeptThoughItHoldsNothing() throws StorageFault {
    storage.snapshot(LIVE, SnapshotName.of(new Epoch(1), 4, AT));
    ActorRef<SnapshotActor.Command> actor = actor(0);
    actor.tell(new SnapshotActor.TakeNow(SnapshotMark.of("first"), answers.ref()));
    SnapshotTaken told = taken.receiveMessage(SOON);
    assertThat(answers.receiveMessage(SOON)).isEqualTo(told);
    assertThat(told.position().sequence()).isZero();
    assertThat(storage.snapshots(LIVE)).hasSize(2);
  }

  @Test
  void demandsDuringASnapshotAreAnsweredByALaterOne() {
    ActorRef<SnapshotActor.Command> actor = actor(0);
    write();
    change(actor);
    for (int i = 0; i < 5; i++) {
      actor.tell(new SnapshotActor.TakeNow(SnapshotMark.of("operator"), answers.ref()));
    }
    List<SnapshotAnswer> all = answers.receiveSeveralMessages(5, SOON);
    assertThat(all).allMatch(answer -> ((SnapshotTaken) answer).position().sequence() >= 1);
  }

  @Test
  void aFailureIsTriedAgainUnderANewNumberAndItsDoubtfulChangeIsTold() {
    storage.faults().doButFailNext("snapshot", StorageFault.Kind.TIMEOUT);
    ActorRef<SnapshotActor.Command> actor = actor(0);
    write();
    change(actor);
    // The first one is there, holds the change, and nobody was told of it.
    assertThat(taken.receiveMessage(SOON).position().sequence()).isEqualTo(1);
    settled.expectMessage(SOON, true);
  }

  @Test
  void aDemandThatFailsIsAnsweredAtOnce() {
    storage.faults().refuseNext("snapshot", StorageFault.Kind.NO_SPACE);
    ActorRef<SnapshotActor.Command> actor = actor(0);
    actor.tell(new SnapshotActor.TakeNow(SnapshotMark.of("operator"), answers.ref()));
    assertThat(answers.receiveMessage(SOON)).isInstanceOf(SnapshotFailed.class);
  }

  @Test
  void whereEmptinessCannotBeFoundOutItIsKept() throws StorageFault {
    storage.snapshot(LIVE, SnapshotName.of(EPOCH, 0, AT));
    storage.faults().refuseNext("unchanged", StorageFault.Kind.TIMEOUT);
    ActorRef<SnapshotActor.Command> actor = actor(1);
    change(actor);
    assertThat(taken.receiveMessage(SOON).position().sequence()).isEqualTo(1);
    storage.faults().refuseNext("destroySnapshot", StorageFault.Kind.BUSY);
    change(actor);
    assertThat(taken.receiveMessage(SOON).position().sequence()).isEqualTo(2);
    storage.faults().doButFailNext("destroySnapshot", StorageFault.Kind.TIMEOUT);
    change(actor);
    assertThat(settled.receiveSeveralMessages(3, SOON)).containsExactly(true, true, false);
    assertThat(storage.snapshots(LIVE)).hasSize(3);
  }

  @Test
  void afterQuiescenceNothingIsTakenAnyMore() throws StorageFault {
    ActorRef<SnapshotActor.Command> actor = actor(0);
    TestProbe<SnapshotActor.Quiesced> quiesced = KIT.createTestProbe();
    write();
    change(actor);
    change(actor);
    actor.tell(new SnapshotActor.Quiesce(quiesced.ref()));
    quiesced.receiveMessage(SOON);
    taken.receiveMessage(SOON);
    List<Snapshot> left = storage.snapshots(LIVE);
    change(actor);
    actor.tell(new SnapshotActor.TakeNow(SnapshotMark.of("operator"), answers.ref()));
    assertThat(answers.receiveMessage(SOON)).isInstanceOf(SnapshotFailed.class);
    assertThat(storage.snapshots(LIVE)).isEqualTo(left);
  }

  @Test
  void manyChangesBecomeFewSnapshotsWithGrowingNumbers() {
    ActorRef<SnapshotActor.Command> actor = actor(0);
    for (int i = 0; i < 200; i++) {
      write();
      change(actor);
    }
    assertThat(settled.receiveSeveralMessages(200, SOON)).hasSize(200);
    List<Long> numbers = new ArrayList<>();
    actor.tell(new SnapshotActor.TakeNow(SnapshotMark.of("last"), answers.ref()));
    SnapshotAnswer last = answers.receiveMessage(SOON);
    SnapshotTaken told = taken.receiveMessage(SOON);
    while (!told.equals(last)) {
      numbers.add(told.position().sequence());
      told = taken.receiveMessage(SOON);
    }
    assertThat(numbers).isSorted().doesNotHaveDuplicates().hasSizeLessThan(100);
  }

  @Test
  void sequenceNumbersGoOnAfterTheGreatestOfTheEpoch() throws StorageFault {
    storage.snapshot(LIVE, SnapshotName.of(EPOCH, 4, AT));
    storage.snapshot(LIVE, SnapshotName.of(new Epoch(255), 9, AT));
    storage.snapshot(LIVE, new SnapshotName("flocker-stash-x"));
    assertThat(Sequence.after(storage.snapshots(LIVE), EPOCH)).isEqualTo(5);
    assertThat(Sequence.after(storage.snapshots(LIVE), new Epoch(512))).isZero();
  }
}
