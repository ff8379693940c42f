package flocker.node.replication;

import static flocker.node.replication.Lines.EPOCH;
import static flocker.node.replication.Lines.LIVE;
import static flocker.node.replication.Lines.MASTER;
import static flocker.node.replication.Lines.SLAVE;
import static flocker.node.replication.Lines.SYSTEM;
import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.replication.ReplicatorEvent.NewerEpochSeen;
import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import flocker.node.replication.ReplicatorEvent.State;
import flocker.node.snapshot.SnapshotTaken;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.StorageFault;
import flocker.node.storage.TakenSnapshot;
import flocker.node.storage.memory.InMemoryStorage;
import flocker.node.time.Clocks;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.Position;
import flocker.protocol.replication.ReplicationMessage.End;
import flocker.protocol.replication.ToReceiver;
import flocker.protocol.replication.ToReplicator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A slave follows its master whatever happens on the way. Goal: the plan, the stream and the stash
 * together. Method: both actors in one system, storage in memory.
 */
class ReplicationTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final ReplicatorSettings SMALL_CHUNKS =
      new ReplicatorSettings(
          64,
          Duration.ofSeconds(2),
          Duration.ofMillis(200),
          Duration.ofMillis(20),
          Duration.ofMillis(100),
          Bandwidth.UNLIMITED);
  private static final ReceiverSettings RECEIVING =
      new ReceiverSettings(
          3, Duration.ofSeconds(2), Duration.ofMillis(200), Duration.ofMillis(100));
  private static final Clocks CLOCKS = new Clocks(() -> Lines.AT, System::nanoTime);

  private final InMemoryStorage here = new InMemoryStorage(1);
  private final InMemoryStorage there = new InMemoryStorage(2);
  private final TestProbe<ReplicatorEvent> statuses = KIT.createTestProbe();
  private final TestProbe<ReceiverEvent> events = KIT.createTestProbe();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  @Test
  void aNewSlaveGetsEverythingAndThenEachIncrement() {
    ActorRef<ToReplicator> replicator = replicator(receiver());
    Snapshot last = null;
    for (int i = 0; i < 10; i++) {
      last = Lines.next(here, LIVE, EPOCH, i);
      replicator.tell(new ReplicatorActor.Replicate(Lines.taken(last)));
      if (i % 4 == 0) {
        awaitConfirmed(last);
      }
    }
    awaitConfirmed(last);
    assertThat(Lines.files(there, LIVE)).isEqualTo(Lines.files(here, LIVE)).hasSize(10);
  }

  @Test
  void aLargeFileGoesThroughASmallWindow() {
    byte[] bytes = new byte[200_000];
    new Random(1).nextBytes(bytes);
    Lines.write(here, LIVE, "large", bytes);
    Snapshot snapshot = Lines.take(here, LIVE, EPOCH, 0);
    replicator(receiver()).tell(new ReplicatorActor.Replicate(Lines.taken(snapshot)));
    awaitConfirmed(snapshot);
    assertThat(Lines.files(there, LIVE)).containsExactly("large");
  }

  @Test
  void aLimitOfBandwidthIsKeptButWhatWasReadAlreadyDoesNotWait() throws StorageFault {
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    Lines.write(here, LIVE, "large", bytes);
    Snapshot large = Lines.take(here, LIVE, EPOCH, 0);
    Bandwidth narrow = new Bandwidth(200_000);
    ActorRef<ToReplicator> replicator = replicator(receiver(), EPOCH, SMALL_CHUNKS.within(narrow));
    long began = System.nanoTime();
    replicator.tell(new ReplicatorActor.Replicate(Lines.taken(large)));
    awaitConfirmed(large);
    assertThat(System.nanoTime() - began).isGreaterThan(Duration.ofMillis(400).toNanos());
    // Somebody else has used up what there is for an hour.
    long unused = narrow.take(720_000_000, System.nanoTime());
    Lines.write(here, LIVE, "more", new byte[] {1});
    TakenSnapshot next = here.snapshotAfter(LIVE, large.name(), Lines.name(EPOCH, 1));
    replicator.tell(
        new ReplicatorActor.Replicate(
            new SnapshotTaken(
                next.snapshot(), next.snapshot().position().orElseThrow(), 1, next.increment())));
    awaitConfirmed(next.snapshot());
  }

  @Test
  void whatWasReadWhenTheSnapshotWasTakenIsNotReadAgain() throws StorageFault {
    ActorRef<ToReplicator> replicator = replicator(receiver());
    Snapshot base = Lines.next(here, LIVE, EPOCH, 0);
    replicator.tell(new ReplicatorActor.Replicate(Lines.taken(base)));
    awaitConfirmed(base);
    Lines.write(here, LIVE, "more", new byte[] {1});
    TakenSnapshot next = here.snapshotAfter(LIVE, base.name(), Lines.name(EPOCH, 1));
    replicator.tell(
        new ReplicatorActor.Replicate(
            new SnapshotTaken(
                next.snapshot(), next.snapshot().position().orElseThrow(), 1, next.increment())));
    awaitConfirmed(next.snapshot());
    assertThat(here.faults().calls().stream().filter("send"::equals)).hasSize(1);
    assertThat(Lines.files(there, LIVE)).containsExactly("256.0", "more");
  }

  @Test
  void aSlaveThatHasAllIsUpToDateWithoutAStream() {
    Snapshot snapshot = Lines.next(here, LIVE, EPOCH, 0);
    Lines.copy(here, there, LIVE, null, snapshot);
    replicator(receiver()).tell(new ReplicatorActor.Replicate(Lines.taken(snapshot)));
    awaitConfirmed(snapshot);
    assertThat(here.faults().calls()).containsOnlyOnce("send");
  }

  @Test
  void snapshotsThatWereNotToldAreNotSent() throws StorageFault {
    Snapshot told = Lines.next(here, LIVE, EPOCH, 0);
    Lines.next(here, LIVE, EPOCH, 1);
    replicator(receiver()).tell(new ReplicatorActor.Replicate(Lines.taken(told)));
    awaitConfirmed(told);
    assertThat(there.snapshots(LIVE)).containsExactly(told);
  }

  @Test
  void aSlaveThatWasAwayGetsOneStreamForAllItMissed() {
    Snapshot first = Lines.next(here, LIVE, EPOCH, 0);
    Lines.copy(here, there, LIVE, null, first);
    Snapshot last = first;
    for (int i = 1; i < 20; i++) {
      last = Lines.next(here, LIVE, EPOCH, i);
    }
    replicator(receiver()).tell(new ReplicatorActor.Replicate(Lines.taken(last)));
    awaitConfirmed(last);
    assertThat(there.faults().calls().stream().filter("receive"::equals)).hasSize(2);
  }

  @Test
  void whatTheMasterLacksIsStashedAndNothingIsLost() throws StorageFault {
    Snapshot common = Lines.next(here, LIVE, EPOCH, 0);
    Lines.copy(here, there, LIVE, null, common);
    Lines.next(there, LIVE, EPOCH, 1);
    Epoch newer = new Epoch(513);
    Snapshot first = Lines.next(here, LIVE, newer, 0);
    Snapshot second = Lines.next(here, LIVE, newer, 1);

    ActorRef<ToReplicator> replicator = replicator(receiver(), newer);
    replicator.tell(new ReplicatorActor.Replicate(Lines.taken(first)));
    awaitConfirmed(first);
    replicator.tell(new ReplicatorActor.Replicate(Lines.taken(second)));
    awaitConfirmed(second);

    assertThat(Lines.files(there, LIVE)).containsExactly("256.0", "513.0", "513.1");
    Dataset stash = awaitStash();
    assertThat(Lines.files(there, stash)).containsExactly("256.0", "256.1");
    assertThat(there.property(stash, "stash-owner")).contains(SLAVE.value());
    assertThat(there.property(stash, "stash-base")).contains(common.name().value());
    assertThat(there.exists(new Dataset("tmp/" + LIVE))).isFalse();
  }

  @Test
  void withoutACommonSnapshotEverythingIsSentBesideTheOldVersion() throws StorageFault {
    Lines.next(there, LIVE, EPOCH, 0);
    Lines.next(there, LIVE, EPOCH, 1);
    Epoch newer = new Epoch(513);
    Snapshot first = Lines.next(here, LIVE, newer, 0);
    replicator(receiver(), newer).tell(new ReplicatorActor.Replicate(Lines.taken(first)));
    awaitConfirmed(first);
    assertThat(Lines.files(there, LIVE)).containsExactly("513.0");
    assertThat(Lines.files(there, awaitStash())).containsExactly("256.0", "256.1");
  }

  @Test
  void writesThatAreInNoSnapshotAreStashedToo() throws StorageFault {
    Snapshot common = Lines.next(here, LIVE, EPOCH, 0);
    Lines.copy(here, there, LIVE, null, common);
    Lines.write(there, LIVE, "unsaved", new byte[] {1});
    Snapshot next = Lines.next(here, LIVE, EPOCH, 1);
    replicator(receiver(Epoch.ZERO, true)).tell(new ReplicatorActor.Replicate(Lines.taken(next)));
    awaitConfirmed(next);
    assertThat(Lines.files(there, LIVE)).containsExactly("256.0", "256.1");
    assertThat(Lines.files(there, awaitStash())).containsExactly("256.0", "unsaved");
  }

  @Test
  void aCopyThatWasWritableButNotWrittenToIsProvenCleanAndExtended() throws StorageFault {
    Snapshot common = Lines.next(here, LIVE, EPOCH, 0);
    Lines.copy(here, there, LIVE, null, common);
    there.setReadOnly(LIVE, false);
    Snapshot next = Lines.next(here, LIVE, EPOCH, 1);
    replicator(receiver(Epoch.ZERO, true)).tell(new ReplicatorActor.Replicate(Lines.taken(next)));
    awaitConfirmed(next);
    assertThat(there.snapshots(LIVE)).containsExactly(common, next);
    assertThat(there.datasets()).doesNotContain(new Dataset("stash"));
  }

  @Test
  void aSlaveThatPromisedANewerEpochIsLeftAloneAndItsEpochReported() {
    Snapshot snapshot = Lines.next(here, LIVE, EPOCH, 0);
    replicator(receiver(new Epoch(514), false))
        .tell(new ReplicatorActor.Replicate(Lines.taken(snapshot)));
    assertThat(await(NewerEpochSeen.class)).isEqualTo(new NewerEpochSeen(SLAVE, new Epoch(514)));
    assertThat(there.faults().calls()).doesNotContain("receive");
  }

  @Test
  void aSendThatDiesHalfWayIsNotTakenForWholeAndTriedAgain() {
    Snapshot snapshot = Lines.next(here, LIVE, EPOCH, 0);
    here.faults().cutNextSend(100);
    replicator(receiver()).tell(new ReplicatorActor.Replicate(Lines.taken(snapshot)));
    awaitConfirmed(snapshot);
    assertThat(here.faults().calls().stream().filter("send"::equals)).hasSize(2);
  }

  @Test
  void aReceiverWhoseStorageFailsIsTriedAgain() {
    Snapshot snapshot = Lines.next(here, LIVE, EPOCH, 0);
    there.faults().refuseNext("receive", StorageFault.Kind.NO_SPACE);
    there.faults().refuseNext("receive", StorageFault.Kind.TIMEOUT);
    replicator(receiver()).tell(new ReplicatorActor.Replicate(Lines.taken(snapshot)));
    awaitConfirmed(snapshot);
  }

  /** A broken connection may lose any message; here the one after which only answers come. */
  @Test
  void anEndThatIsLostIsSaidAgain() {
    Snapshot snapshot = Lines.next(here, LIVE, EPOCH, 0);
    ActorRef<ToReceiver> receiver = receiver();
    AtomicInteger ends = new AtomicInteger();
    ActorRef<ToReceiver> lossy =
        KIT.spawn(
            Behaviors.receiveMessage(
                message -> {
                  if (!(message instanceof End) || ends.getAndIncrement() > 0) {
                    receiver.tell(message);
                  }
                  return Behaviors.same();
                }));
    replicator(lossy).tell(new ReplicatorActor.Replicate(Lines.taken(snapshot)));
    awaitConfirmed(snapshot);
    assertThat(ends.get()).isGreaterThan(1);
  }

  @Test
  void aSlaveThatIsNotThereIsAskedUntilItIs() {
    Snapshot snapshot = Lines.next(here, LIVE, EPOCH, 0);
    AtomicReference<ActorRef<ToReceiver>> found = new AtomicReference<>();
    ActorRef<ToReplicator> replicator =
        KIT.spawn(
            ReplicatorActor.create(
                SMALL_CHUNKS,
                new ReplicatorActor.Route(EPOCH, SLAVE),
                new Copy(SYSTEM, MASTER, here, LIVE),
                () -> Optional.ofNullable(found.get()),
                System::nanoTime,
                statuses.ref()));
    replicator.tell(new ReplicatorActor.Replicate(Lines.taken(snapshot)));
    awaitState(State.RESTING);
    found.set(KIT.<ToReceiver>createTestProbe().ref()); // answers nothing
    awaitState(State.ASKING);
    awaitState(State.RESTING);
    found.set(receiver());
    awaitConfirmed(snapshot);
  }

  @Test
  void aReceiverThatRestartsInTheMiddleOfAStreamGetsItAgain() {
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    Lines.write(here, LIVE, "large", bytes);
    Snapshot snapshot = Lines.take(here, LIVE, EPOCH, 0);
    AtomicReference<ActorRef<ToReceiver>> found = new AtomicReference<>(receiver());
    ActorRef<ToReplicator> replicator =
        KIT.spawn(
            ReplicatorActor.create(
                SMALL_CHUNKS,
                new ReplicatorActor.Route(EPOCH, SLAVE),
                new Copy(SYSTEM, MASTER, here, LIVE),
                () -> Optional.of(found.get()),
                System::nanoTime,
                statuses.ref()));
    replicator.tell(new ReplicatorActor.Replicate(Lines.taken(snapshot)));
    awaitState(State.STREAMING);
    KIT.stop(found.get());
    found.set(receiver());
    awaitConfirmed(snapshot);
    assertThat(Lines.files(there, LIVE)).containsExactly("large");
  }

  @Test
  void aSenderThatStopsInTheMiddleLeavesNothingBehind() throws StorageFault {
    byte[] bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    Lines.write(here, LIVE, "large", bytes);
    Snapshot snapshot = Lines.take(here, LIVE, EPOCH, 0);
    ActorRef<ToReceiver> receiver = receiver();
    ActorRef<ToReplicator> replicator = replicator(receiver);
    replicator.tell(new ReplicatorActor.Replicate(Lines.taken(snapshot)));
    awaitState(State.STREAMING);
    KIT.stop(replicator);
    TestProbe<ReceiverActor.StreamsEnded> ended = KIT.createTestProbe();
    receiver.tell(new ReceiverActor.EndStreams(new Epoch(600), ended.ref()));
    assertThat(ended.receiveMessage(SOON).position()).isEqualTo(Position.NONE);
    assertThat(there.exists(LIVE)).isFalse();
  }

  @Test
  void aMasterTakesNoStreamsAndTakesThemAgainWhenItIsOneNoMore() {
    Snapshot snapshot = Lines.next(here, LIVE, EPOCH, 0);
    ActorRef<ToReceiver> receiver = receiver();
    TestProbe<ReceiverActor.Occupied> occupied = KIT.createTestProbe();
    receiver.tell(new ReceiverActor.Occupy(occupied.ref()));
    assertThat(occupied.receiveMessage(SOON).position()).isEqualTo(Position.NONE);
    replicator(receiver).tell(new ReplicatorActor.Replicate(Lines.taken(snapshot)));
    assertThat(awaitState(State.RESTING).detail()).contains("MASTER_HERE");
    receiver.tell(new ReceiverActor.Vacate(false));
    awaitConfirmed(snapshot);
  }

  @Test
  void positionsAreToldAsTheyAreReached() {
    Snapshot first = Lines.next(here, LIVE, EPOCH, 0);
    ActorRef<ToReceiver> receiver = receiver();
    // Before it has looked at its copy it refuses what comes, and tells of that too.
    events.expectMessage(SOON, new ReceiverEvent.PositionChanged(Position.NONE));
    ActorRef<ToReplicator> replicator = replicator(receiver);
    replicator.tell(new ReplicatorActor.Replicate(Lines.taken(first)));
    awaitConfirmed(first);
    Snapshot second = Lines.next(here, LIVE, EPOCH, 1);
    replicator.tell(new ReplicatorActor.Replicate(Lines.taken(second)));
    awaitConfirmed(second);
    List<ReceiverEvent> told = events.receiveSeveralMessages(2, SOON);
    assertThat(told)
        .containsExactly(
            new ReceiverEvent.PositionChanged(first.position().orElseThrow()),
            new ReceiverEvent.PositionChanged(second.position().orElseThrow()));
  }

  private ActorRef<ToReceiver> receiver() {
    return receiver(Epoch.ZERO, false);
  }

  private ActorRef<ToReceiver> receiver(Epoch promised, boolean mayBeDirty) {
    return KIT.spawn(
        ReceiverActor.create(
            RECEIVING,
            new Copy(SYSTEM, SLAVE, there, LIVE),
            new ReceiverActor.Beginning(promised, false, mayBeDirty),
            CLOCKS,
            events.ref()));
  }

  private ActorRef<ToReplicator> replicator(ActorRef<ToReceiver> receiver) {
    return replicator(receiver, EPOCH);
  }

  private ActorRef<ToReplicator> replicator(ActorRef<ToReceiver> receiver, Epoch epoch) {
    return replicator(receiver, epoch, SMALL_CHUNKS);
  }

  private ActorRef<ToReplicator> replicator(
      ActorRef<ToReceiver> receiver, Epoch epoch, ReplicatorSettings settings) {
    return KIT.spawn(
        ReplicatorActor.create(
            settings,
            new ReplicatorActor.Route(epoch, SLAVE),
            new Copy(SYSTEM, MASTER, here, LIVE),
            () -> Optional.of(receiver),
            System::nanoTime,
            statuses.ref()));
  }

  private void awaitConfirmed(Snapshot snapshot) {
    ReplicaStatus status = awaitState(State.UP_TO_DATE);
    while (!status.confirmed().equals(snapshot.position())) {
      status = awaitState(State.UP_TO_DATE);
    }
    assertThat(status.behindSinceBootNanos()).isEmpty();
  }

  private ReplicaStatus awaitState(State state) {
    ReplicaStatus status = await(ReplicaStatus.class);
    while (status.state() != state) {
      status = await(ReplicaStatus.class);
    }
    return status;
  }

  private <T extends ReplicatorEvent> T await(Class<T> type) {
    ReplicatorEvent event = statuses.receiveMessage(SOON);
    while (!type.isInstance(event)) {
      event = statuses.receiveMessage(SOON);
    }
    return type.cast(event);
  }

  private Dataset awaitStash() {
    ReceiverEvent event = events.receiveMessage(SOON);
    while (!(event instanceof ReceiverEvent.StashMade)) {
      event = events.receiveMessage(SOON);
    }
    return ((ReceiverEvent.StashMade) event).stash();
  }
}
