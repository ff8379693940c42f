package flocker.node.replication;

import static flocker.node.replication.Lines.EPOCH;
import static flocker.node.replication.Lines.LIVE;
import static flocker.node.replication.Lines.MASTER;
import static flocker.node.replication.Lines.SLAVE;
import static flocker.node.replication.Lines.SYSTEM;
import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.change.IntervalSourceActor;
import flocker.node.change.Pace;
import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import flocker.node.replication.ReplicatorEvent.State;
import flocker.node.snapshot.SnapshotActor;
import flocker.node.snapshot.SnapshotAnswer;
import flocker.node.snapshot.SnapshotTaken;
import flocker.node.storage.Dataset;
import flocker.node.storage.ReceiveStream;
import flocker.node.storage.SendStream;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageRig;
import flocker.node.storage.zfs.ZfsRigs;
import flocker.node.time.Clocks;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.replication.Payload;
import flocker.protocol.replication.StreamDigest;
import flocker.protocol.replication.StreamPlan;
import flocker.protocol.replication.ToReceiver;
import flocker.protocol.replication.ToReplicator;
import flocker.protocol.replication.Trailer;
import flocker.protocol.replication.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole way of a change on real pools: noticed, snapshotted, streamed, stashed. Tier "zfs". */
class ReplicationIT {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicationIT.class);
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final Epoch NEWER = new Epoch(513);

  private static ActorTestKit kit;
  private static StorageRig rig;

  private Storage here;
  private Storage there;
  private TestProbe<ReplicatorEvent> statuses;
  private TestProbe<ReceiverEvent> events;
  private final List<ActorRef<?>> actors = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    rig = ZfsRigs.make();
    kit = ActorTestKit.create();
  }

  @AfterAll
  static void stop() {
    if (kit != null) {
      kit.shutdownTestKit();
      rig.close();
    }
  }

  @BeforeEach
  void open() throws Exception {
    here = rig.here();
    there = rig.there();
    statuses = kit.createTestProbe();
    events = kit.createTestProbe();
  }

  @AfterEach
  void clean() throws Exception {
    actors.forEach(kit::stop);
    for (Storage storage : List.of(here, there)) {
      List<Dataset> left = new ArrayList<>(storage.datasets());
      Collections.reverse(left);
      left.removeIf(dataset -> !dataset.path().contains(LIVE.path()));
      // Clones before what they were made from.
      for (int round = 0; round < 4 && !left.isEmpty(); round++) {
        left.removeIf(dataset -> destroyed(storage, dataset));
      }
      assertThat(left).isEmpty();
    }
  }

  private static boolean destroyed(Storage storage, Dataset dataset) {
    try {
      storage.destroy(dataset);
      return true;
    } catch (StorageFault e) {
      return false;
    }
  }

  @Test
  void changesOfAMountedFilesystemAreOnTheSlaveSoonAfterwards() throws Exception {
    here.create(LIVE);
    Path mounted = here.mount(LIVE);
    ActorRef<ToReplicator> replicator = replicator(EPOCH);
    TestProbe<SnapshotTaken> taken = kit.createTestProbe();
    ActorRef<SnapshotActor.Command> snapshots =
        kit.spawn(
            SnapshotActor.create(
                SnapshotActor.Settings.DEFAULT,
                here,
                new SnapshotActor.Line(LIVE, EPOCH, 0),
                new Clocks(() -> Lines.AT, System::nanoTime),
                taken.ref()));
    actors.add(snapshots);
    actors.add(
        kit.spawn(
            IntervalSourceActor.create(
                Pace.of(Duration.ofMillis(100), Duration.ofSeconds(1)),
                System::nanoTime,
                change -> snapshots.tell(new SnapshotActor.ChangeSeen(change)))));
    TestProbe<SnapshotAnswer> first = kit.createTestProbe();
    snapshots.tell(new SnapshotActor.TakeNow(SnapshotMark.of("first"), first.ref()));
    first.receiveMessage(SOON);

    List<Long> millis = new ArrayList<>();
    confirm(replicator, taken.receiveMessage(SOON));
    for (int i = 0; i < 12; i++) {
      long before = System.nanoTime();
      Files.writeString(mounted.resolve("change" + i), "x".repeat(1000));
      confirm(replicator, taken.receiveMessage(SOON));
      millis.add((System.nanoTime() - before) / 1_000_000);
    }
    // A write may have been cut in two by a snapshot: what is demanded now holds all of it.
    snapshots.tell(new SnapshotActor.TakeNow(SnapshotMark.of("last"), first.ref()));
    SnapshotAnswer last = first.receiveMessage(SOON);
    SnapshotTaken told = taken.receiveMessage(SOON);
    while (!told.equals(last)) {
      told = taken.receiveMessage(SOON);
    }
    confirm(replicator, told);
    Collections.sort(millis);
    LOG.warn("change to confirmed on the slave, ms, sorted: {}", millis);
    assertThat(Lines.files(there, LIVE)).isEqualTo(Lines.files(here, LIVE)).hasSize(12);
    assertThat(there.readOnly(LIVE)).isTrue();
  }

  @Test
  void aLargeFilesystemArrivesAsItWas() throws Exception {
    byte[] bytes = new byte[48 << 20];
    new Random(5).nextBytes(bytes);
    Lines.write(here, LIVE, "large", bytes);
    Snapshot snapshot = Lines.take(here, LIVE, EPOCH, 0);
    List<Long> byActors = new ArrayList<>();
    List<Long> byOneThread = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      long before = System.nanoTime();
      confirm(replicator(EPOCH), Lines.taken(snapshot));
      byActors.add((System.nanoTime() - before) / 1_000_000);
      assertThat(digest(there)).isEqualTo(digest(here));
      actors.forEach(kit::stop);
      there.destroy(LIVE);
      before = System.nanoTime();
      Lines.copy(here, there, LIVE, null, snapshot);
      byOneThread.add((System.nanoTime() - before) / 1_000_000);
      there.destroy(LIVE);
    }
    LOG.warn(
        "48 MiB, new copy, ms: {} by actors, {} by one thread from send to receive",
        byActors,
        byOneThread);
  }

  @Test
  void anOldMasterIsStashedWithAllItHadAndFollowsAgain() throws Exception {
    Snapshot common = Lines.next(here, LIVE, EPOCH, 0);
    Lines.copy(here, there, LIVE, null, common);
    Lines.next(there, LIVE, EPOCH, 1);
    Lines.write(there, LIVE, "unsaved", new byte[] {1});
    assertThat(DirtyReturn.settle(there, LIVE, EPOCH, () -> Lines.AT).sequence()).isEqualTo(2);

    Snapshot first = Lines.next(here, LIVE, NEWER, 0);
    ActorRef<ToReplicator> replicator = replicator(NEWER);
    confirm(replicator, Lines.taken(first));
    confirm(replicator, Lines.taken(Lines.next(here, LIVE, NEWER, 1)));
    assertThat(Lines.files(there, LIVE)).containsExactly("256.0", "513.0", "513.1");
    Dataset stash = awaitStash();
    assertThat(Lines.files(there, stash)).containsExactly("256.0", "256.1", "unsaved");
    assertThat(there.property(stash, "stash-owner")).contains(SLAVE.value());
  }

  @Test
  void aCopyWithoutCommonSnapshotIsStashedAsAWhole() throws Exception {
    Lines.next(there, LIVE, EPOCH, 0);
    confirm(replicator(NEWER), Lines.taken(Lines.next(here, LIVE, NEWER, 0)));
    assertThat(Lines.files(there, LIVE)).containsExactly("513.0");
    assertThat(Lines.files(there, awaitStash())).containsExactly("256.0");
  }

  @Test
  void aCrashAnywhereInAStashLosesNothing() throws Exception {
    // After the promotion, the receive, the first rename and the second.
    Map<Integer, Stasher.Recovery> expected =
        Map.of(
            5, Stasher.Recovery.UNDONE,
            7, Stasher.Recovery.UNDONE,
            15, Stasher.Recovery.FINISHED,
            16, Stasher.Recovery.NOTHING);
    for (int crashAt : expected.keySet()) {
      Snapshot common = Lines.next(here, LIVE, EPOCH, 0);
      Lines.copy(here, there, LIVE, null, common);
      Lines.next(there, LIVE, EPOCH, 1);
      Snapshot target = Lines.next(here, LIVE, NEWER, 0);
      try {
        StasherTest.receive(
            new CrashingStorage(there, crashAt, true).storage(),
            here,
            LIVE,
            Optional.of(common),
            target);
      } catch (StorageFault crash) {
        assertThat(crash).hasMessageContaining("power");
      }
      Stasher.Recovery recovery = new Stasher(there, LIVE, SLAVE, () -> Lines.AT).recover();
      Position position = there.newest(LIVE).flatMap(Snapshot::position).orElseThrow();
      assertThat(recovery).as("crash at call %d", crashAt).isEqualTo(expected.get(crashAt));
      if (position.epoch().equals(EPOCH)) {
        assertThat(position.sequence()).isEqualTo(1);
        assertThat(Lines.files(there, LIVE)).containsExactly("256.0", "256.1");
        StasherTest.receive(there, here, LIVE, Optional.of(common), target);
      }
      assertThat(Lines.files(there, LIVE)).containsExactly("256.0", "513.0");
      assertThat(there.datasets().stream().filter(d -> d.path().startsWith("stash/"))).hasSize(1);
      clean();
    }
  }

  @Test
  void aStreamWhoseTrailerDisagreesLeavesNothingThoughAllButItsEndWasPoured() throws Exception {
    Snapshot snapshot = Lines.next(here, LIVE, EPOCH, 0);
    Version to = new Version(snapshot.name(), snapshot.guid());
    byte[] bytes;
    try (SendStream send = here.send(LIVE, Optional.empty(), snapshot.name())) {
      bytes = send.bytes().readAllBytes();
      send.finish();
    }
    ReceiveJob job =
        new ReceiveJob(
            there,
            LIVE,
            new Stasher(there, LIVE, SLAVE, () -> Lines.AT),
            new StreamPlan(
                StreamPlan.Mode.NEW, Optional.empty(), Optional.empty(), to, Optional.empty()));
    assertThat(job.open()).isTrue();
    job.write(Payload.wrap(Arrays.copyOf(bytes, bytes.length - 1)));
    job.write(Payload.wrap(new byte[] {bytes[bytes.length - 1]}));
    MessageDigest other = StreamDigest.start();
    Assertions.assertThatThrownBy(
            () -> job.finish(new Trailer(2, bytes.length, StreamDigest.of(other), true)))
        .isInstanceOf(StreamFault.class);
    job.end();
    assertThat(there.exists(LIVE)).isFalse();

    // The same bytes straight into storage are whole, so that it was the last one that mattered.
    try (ReceiveStream receive = there.receive(LIVE, false)) {
      receive.sink().write(bytes);
      receive.finish();
    }
    assertThat(there.newest(LIVE)).contains(snapshot);
  }

  private ActorRef<ToReplicator> replicator(Epoch epoch) {
    ActorRef<ToReceiver> receiver =
        kit.spawn(
            ReceiverActor.create(
                ReceiverSettings.DEFAULT,
                new Copy(SYSTEM, SLAVE, there, LIVE),
                new ReceiverActor.Beginning(Epoch.ZERO, false, false),
                new Clocks(() -> Lines.AT, System::nanoTime),
                events.ref()));
    ActorRef<ToReplicator> replicator =
        kit.spawn(
            ReplicatorActor.create(
                ReplicatorSettings.DEFAULT,
                new ReplicatorActor.Route(epoch, SLAVE),
                new Copy(SYSTEM, MASTER, here, LIVE),
                () -> Optional.of(receiver),
                System::nanoTime,
                statuses.ref()));
    actors.add(replicator);
    actors.add(receiver);
    return replicator;
  }

  private void confirm(ActorRef<ToReplicator> replicator, SnapshotTaken taken) {
    replicator.tell(new ReplicatorActor.Replicate(taken));
    ReplicatorEvent event = statuses.receiveMessage(SOON);
    while (!(event instanceof ReplicaStatus status
        && status.state() == State.UP_TO_DATE
        && status.confirmed().equals(Optional.of(taken.position())))) {
      event = statuses.receiveMessage(SOON);
    }
  }

  private Dataset awaitStash() {
    ReceiverEvent event = events.receiveMessage(SOON);
    while (!(event instanceof ReceiverEvent.StashMade)) {
      event = events.receiveMessage(SOON);
    }
    return ((ReceiverEvent.StashMade) event).stash();
  }

  private static StreamDigest digest(Storage storage) throws Exception {
    MessageDigest digest = StreamDigest.start();
    digest.update(Files.readAllBytes(storage.mount(LIVE).resolve("large")));
    storage.unmount(LIVE);
    return StreamDigest.of(digest);
  }
}
