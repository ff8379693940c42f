package flocker.node.replication;

import static flocker.node.replication.Lines.EPOCH;
import static flocker.node.replication.Lines.LIVE;
import static flocker.node.replication.Lines.MASTER;
import static flocker.node.replication.Lines.SLAVE;
import static flocker.node.replication.Lines.SYSTEM;
import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.storage.SendStream;
import flocker.node.storage.Snapshot;
import flocker.node.storage.StorageFault;
import flocker.node.storage.memory.Faults;
import flocker.node.storage.memory.InMemoryStorage;
import flocker.node.time.Clocks;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.Position;
import flocker.protocol.id.SystemId;
import flocker.protocol.replication.Failure;
import flocker.protocol.replication.Payload;
import flocker.protocol.replication.Refusal;
import flocker.protocol.replication.ReplicationMessage.Abort;
import flocker.protocol.replication.ReplicationMessage.Begin;
import flocker.protocol.replication.ReplicationMessage.Chunk;
import flocker.protocol.replication.ReplicationMessage.Credit;
import flocker.protocol.replication.ReplicationMessage.Describe;
import flocker.protocol.replication.ReplicationMessage.End;
import flocker.protocol.replication.ReplicationMessage.Failed;
import flocker.protocol.replication.ReplicationMessage.FromSlave;
import flocker.protocol.replication.ReplicationMessage.Received;
import flocker.protocol.replication.ReplicationMessage.Refused;
import flocker.protocol.replication.ReplicationMessage.StillSending;
import flocker.protocol.replication.ReplicationMessage.Versions;
import flocker.protocol.replication.SlaveVersions;
import flocker.protocol.replication.StreamDigest;
import flocker.protocol.replication.StreamId;
import flocker.protocol.replication.StreamPlan;
import flocker.protocol.replication.ToReceiver;
import flocker.protocol.replication.Trailer;
import flocker.protocol.replication.Version;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever a sender sends, the slave's copy is what it was, or what the sender's snapshot is.
 * Method: the test plays the master, message by message, against a receiver with storage in memory.
 */
class HostileSenderTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int WINDOW = 4;
  private static final int CHUNK = 32;
  private static final ReceiverSettings SETTINGS =
      new ReceiverSettings(
          WINDOW, Duration.ofMillis(600), Duration.ofMillis(100), Duration.ofMillis(100));

  private final InMemoryStorage here = new InMemoryStorage(1);
  private final InMemoryStorage there = new InMemoryStorage(2);
  private final TestProbe<FromSlave> master = KIT.createTestProbe();
  private final TestProbe<ReceiverEvent> events = KIT.createTestProbe();
  private ActorRef<ToReceiver> receiver;
  private Snapshot snapshot;
  private long streams = 100;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void start() {
    snapshot = Lines.next(here, LIVE, EPOCH, 0);
    receiver =
        KIT.spawn(
            ReceiverActor.create(
                SETTINGS,
                new Copy(SYSTEM, SLAVE, there, LIVE),
                new ReceiverActor.Beginning(Epoch.ZERO, false, false),
                new Clocks(() -> Lines.AT, System::nanoTime),
                events.ref()));
    events.expectMessage(new ReceiverEvent.PositionChanged(Position.NONE));
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  @Test
  void aCorrectStreamIsReceived() {
    sendAll(begin(), chunks());
    assertThat(answer(Received.class).version()).isEqualTo(version());
  }

  @Test
  void corruptedBytesAreNotKept() {
    StreamId stream = begin();
    List<byte[]> chunks = chunks();
    Trailer trailer = trailer(chunks);
    for (int i = 0; i < chunks.size(); i++) {
      byte[] bytes = chunks.get(i).clone();
      if (i == 1) {
        bytes[3] ^= 1;
      }
      send(stream, i + 1, (long) i * CHUNK, bytes);
    }
    receiver.tell(new End(stream, trailer));
    failsAndKeepsNothing(Failure.DIGEST);
  }

  @Test
  void aTruncatedStreamIsNotKept() {
    StreamId stream = begin();
    List<byte[]> chunks = chunks();
    for (int i = 0; i < chunks.size() - 1; i++) {
      send(stream, i + 1, (long) i * CHUNK, chunks.get(i));
    }
    receiver.tell(new End(stream, trailer(chunks)));
    failsAndKeepsNothing(Failure.DIGEST);
  }

  @Test
  void aWholeStreamOfASenderThatFailedIsNotKept() {
    StreamId stream = begin();
    List<byte[]> chunks = chunks();
    for (int i = 0; i < chunks.size(); i++) {
      send(stream, i + 1, (long) i * CHUNK, chunks.get(i));
    }
    Trailer good = trailer(chunks);
    receiver.tell(new End(stream, new Trailer(good.chunks(), good.bytes(), good.digest(), false)));
    failsAndKeepsNothing(Failure.SENDER);
  }

  @Test
  void aMissingChunkIsAGap() {
    StreamId stream = begin();
    send(stream, 1, 0, chunks().get(0));
    send(stream, 3, 2 * CHUNK, chunks().get(2));
    failsAndKeepsNothing(Failure.GAP);
  }

  @Test
  void chunksOutOfTheirTurnAreAGap() {
    send(begin(), 2, CHUNK, chunks().get(1));
    failsAndKeepsNothing(Failure.GAP);
  }

  @Test
  void aWrongOffsetIsAGap() {
    StreamId stream = begin();
    send(stream, 1, 0, chunks().get(0));
    send(stream, 2, CHUNK + 1, chunks().get(1));
    failsAndKeepsNothing(Failure.GAP);
  }

  @Test
  void aRepeatedChunkIsAReplay() {
    StreamId stream = begin();
    send(stream, 1, 0, chunks().get(0));
    send(stream, 1, 0, chunks().get(0));
    failsAndKeepsNothing(Failure.REPLAY);
  }

  @Test
  void chunksBeyondTheCreditAreAnOverrun() {
    TestProbe<FromSlave> deaf = KIT.createTestProbe();
    StreamId stream = id(EPOCH);
    receiver.tell(new Begin(stream, plan(), deaf.ref()));
    // Nothing is written before the receive is open, and that comes after what was sent at once.
    for (int i = 0; i < 400; i++) {
      send(stream, i + 1, (long) i * CHUNK, new byte[CHUNK]);
    }
    FromSlave answer = deaf.receiveMessage(SOON);
    while (!(answer instanceof Failed)) {
      answer = deaf.receiveMessage(SOON);
    }
    assertThat(((Failed) answer).why()).isEqualTo(Failure.OVERRUN);
    nothingIsKept();
  }

  @Test
  void aSnapshotOtherThanPlannedIsNotConfirmed() {
    StreamId stream = id(EPOCH);
    Version other = new Version(Lines.name(EPOCH, 9), version().guid());
    receiver.tell(
        new Begin(
            stream,
            new StreamPlan(
                StreamPlan.Mode.NEW, Optional.empty(), Optional.empty(), other, Optional.empty()),
            master.ref()));
    answer(Credit.class);
    sendAll(stream, chunks());
    assertThat(answer(Failed.class).why()).isEqualTo(Failure.WRONG_SNAPSHOT);
  }

  @Test
  void aSenderThatFallsSilentIsGivenUp() {
    StreamId stream = begin();
    send(stream, 1, 0, chunks().get(0));
    failsAndKeepsNothing(Failure.SILENCE);
  }

  @Test
  void aSlowSenderThatSaysItLivesIsWaitedFor() {
    StreamId stream = begin();
    // Longer than the idle timeout, in steps of a heartbeat.
    for (int i = 0; i < 8; i++) {
      answer(Credit.class);
      receiver.tell(new StillSending(stream, 0));
    }
    sendAll(stream, chunks());
    assertThat(answer(Received.class).version()).isEqualTo(version());
  }

  @Test
  void chunksThatWereLostAtTheEndAreMissed() {
    StreamId stream = begin();
    send(stream, 1, 0, chunks().get(0));
    receiver.tell(new StillSending(stream, 2));
    failsAndKeepsNothing(Failure.GAP);
  }

  @Test
  void aSenderThatAbortsIsNotAnswered() throws StorageFault {
    StreamId stream = begin();
    send(stream, 1, 0, chunks().get(0));
    receiver.tell(new Abort(stream, "as the test wants"));
    events.expectMessage(new ReceiverEvent.PositionChanged(Position.NONE));
    assertThat(there.exists(LIVE)).isFalse();
  }

  @Test
  void aPromiseEndsTheStreamOfAnOlderEpochAndItsMessagesAreRefused() {
    StreamId stream = begin();
    List<byte[]> chunks = chunks();
    send(stream, 1, 0, chunks.get(0));
    receiver.tell(new ReceiverActor.PromiseMade(new Epoch(600)));
    failsAndKeepsNothing(Failure.SUPERSEDED);
    receiver.tell(new Begin(id(EPOCH), plan(), master.ref()));
    Refused refused = answer(Refused.class);
    assertThat(refused.why()).isEqualTo(Refusal.OLDER_EPOCH);
    assertThat(refused.promised()).isEqualTo(new Epoch(600));
  }

  @Test
  void anEpochOlderThanTheCopyIsRefusedThoughNothingWasPromised() {
    Snapshot newer = Lines.next(here, LIVE, new Epoch(700), 0);
    StreamId stream = id(new Epoch(700));
    Version to = new Version(newer.name(), newer.guid());
    receiver.tell(
        new Begin(
            stream,
            new StreamPlan(
                StreamPlan.Mode.NEW, Optional.empty(), Optional.empty(), to, Optional.empty()),
            master.ref()));
    answer(Credit.class);
    sendAll(stream, chunks(newer));
    answer(Received.class);
    receiver.tell(new Describe(id(EPOCH), master.ref()));
    assertThat(answer(Refused.class).why()).isEqualTo(Refusal.OLDER_EPOCH);
    isCounted(Refusal.OLDER_EPOCH);
  }

  @Test
  void endingStreamsAnswersAfterTheReceiveHasEnded() throws StorageFault {
    StreamId stream = begin();
    send(stream, 1, 0, chunks().get(0));
    TestProbe<ReceiverActor.StreamsEnded> ended = KIT.createTestProbe();
    receiver.tell(new ReceiverActor.EndStreams(new Epoch(600), ended.ref()));
    assertThat(ended.receiveMessage(SOON))
        .isEqualTo(new ReceiverActor.StreamsEnded(new Epoch(600), Position.NONE));
    assertThat(there.exists(LIVE)).isFalse();
  }

  @Test
  void aStreamThatIsWholeWhenAPromiseComesIsInThePositionThatIsTold() {
    sendAll(begin(), chunks());
    answer(Received.class);
    TestProbe<ReceiverActor.StreamsEnded> ended = KIT.createTestProbe();
    receiver.tell(new ReceiverActor.EndStreams(new Epoch(600), ended.ref()));
    assertThat(ended.receiveMessage(SOON).position()).isEqualTo(snapshot.position().orElseThrow());
  }

  @Test
  void aRepeatedBeginOfAStreamThatIsReceivedIsRefused() throws StorageFault {
    StreamId stream = begin();
    sendAll(stream, chunks());
    answer(Received.class);
    receiver.tell(new Begin(stream, plan(), master.ref()));
    assertThat(answer(Refused.class).why()).isEqualTo(Refusal.STALE_PLAN);
    isCounted(Refusal.STALE_PLAN);
    assertThat(there.snapshots(LIVE)).containsExactly(snapshot);
  }

  @Test
  void aNewerStreamTakesThePlaceOfARunningOne() {
    StreamId old = begin();
    send(old, 1, 0, chunks().get(0));
    StreamId next = id(EPOCH);
    receiver.tell(new Begin(next, plan(), master.ref()));
    assertThat(answer(Failed.class).why()).isEqualTo(Failure.SUPERSEDED);
    send(old, 2, CHUNK, chunks().get(1));
    answer(Credit.class);
    sendAll(next, chunks());
    assertThat(answer(Received.class).stream()).isEqualTo(next);
  }

  @Test
  void anEarlierStreamOfTheSameMasterDoesNotDisturbARunningOne() {
    StreamId early = id(EPOCH);
    StreamId running = begin();
    receiver.tell(new Begin(early, plan(), master.ref()));
    assertThat(answer(Refused.class).why()).isEqualTo(Refusal.UNKNOWN_STREAM);
    isCounted(Refusal.UNKNOWN_STREAM);
    sendAll(running, chunks());
    answer(Received.class);
  }

  @Test
  void anotherSystemsMessagesAreRefused() {
    StreamId foreign = new StreamId(EPOCH, new SystemId("0000000000000001"), MASTER, 1);
    receiver.tell(new Describe(foreign, master.ref()));
    assertThat(answer(Refused.class).why()).isEqualTo(Refusal.WRONG_SYSTEM);
    isCounted(Refusal.WRONG_SYSTEM);
  }

  @Test
  void messagesOfUnknownStreamsChangeNothing() {
    StreamId unknown = id(EPOCH);
    send(unknown, 1, 0, chunks().get(0));
    receiver.tell(new End(unknown, trailer(chunks())));
    receiver.tell(new StillSending(unknown, 1));
    receiver.tell(new Abort(unknown, "x"));
    receiver.tell(new Describe(id(EPOCH), master.ref()));
    assertThat(answer(Versions.class).have()).isEqualTo(SlaveVersions.NOTHING);
    assertThat(there.faults().calls()).doesNotContain("receive");
  }

  @Test
  void aStreamThatWouldNotFitIsNotBegun() {
    StreamId stream = id(EPOCH);
    receiver.tell(
        new Begin(
            stream,
            new StreamPlan(
                StreamPlan.Mode.NEW,
                Optional.empty(),
                Optional.empty(),
                version(),
                Optional.of(1L << 40)),
            master.ref()));
    assertThat(answer(Failed.class).why()).isEqualTo(Failure.NO_SPACE);
    assertThat(there.faults().calls()).doesNotContain("receive");
  }

  @Test
  void storageThatDiesWhileAStreamRunsIsLookedAtAgainBeforeAnythingIsTold() {
    StreamId stream = begin();
    send(stream, 1, 0, chunks().get(0));
    there.kill();
    send(stream, 2, CHUNK, chunks().get(1));
    send(stream, 3, 2 * CHUNK, chunks().get(2));
    assertThat(answer(Failed.class).why()).isEqualTo(Failure.STORAGE);
    receiver.tell(new Describe(id(EPOCH), master.ref()));
    TestProbe<ReceiverActor.StreamsEnded> ended = KIT.createTestProbe();
    receiver.tell(new ReceiverActor.EndStreams(EPOCH, ended.ref()));
    there.faults().become(Faults.Condition.WELL);
    assertThat(ended.receiveMessage(SOON).position()).isEqualTo(Position.NONE);
  }

  @Test
  void theEndOfAStreamIsHeldBackUntilItsTrailerAgrees() throws Exception {
    List<Integer> poured = Collections.synchronizedList(new ArrayList<>());
    ReceiveJob job =
        new ReceiveJob(
            new PouringStorage(there, poured::add).storage(),
            LIVE,
            new Stasher(there, LIVE, SLAVE, () -> Lines.AT),
            plan());
    assertThat(job.open()).isTrue();
    List<byte[]> chunks = chunks();
    for (byte[] chunk : chunks) {
      job.write(Payload.wrap(chunk.clone()));
    }
    int all = chunks.stream().mapToInt(chunk -> chunk.length).sum();
    int last = chunks.get(chunks.size() - 1).length;
    assertThat(poured.stream().mapToInt(n -> n).sum()).isEqualTo(all - last);
    job.finish(trailer(chunks));
    assertThat(poured.stream().mapToInt(n -> n).sum()).isEqualTo(all);
    job.end();
  }

  private StreamId id(Epoch epoch) {
    return new StreamId(epoch, SYSTEM, MASTER, streams++);
  }

  private StreamId begin() {
    StreamId stream = id(EPOCH);
    receiver.tell(new Begin(stream, plan(), master.ref()));
    assertThat(answer(Credit.class).upTo()).isEqualTo(WINDOW);
    return stream;
  }

  private Version version() {
    return new Version(snapshot.name(), snapshot.guid());
  }

  private StreamPlan plan() {
    return new StreamPlan(
        StreamPlan.Mode.NEW, Optional.empty(), Optional.empty(), version(), Optional.empty());
  }

  private void send(StreamId stream, long number, long offset, byte[] bytes) {
    receiver.tell(new Chunk(stream, number, offset, Payload.wrap(bytes.clone())));
  }

  /** As credit comes. */
  private void sendAll(StreamId stream, List<byte[]> chunks) {
    long credit = WINDOW;
    for (int i = 0; i < chunks.size(); i++) {
      while (i >= credit) {
        credit = answer(Credit.class).upTo();
      }
      send(stream, i + 1, (long) i * CHUNK, chunks.get(i));
    }
    receiver.tell(new End(stream, trailer(chunks)));
  }

  private List<byte[]> chunks() {
    return chunks(snapshot);
  }

  /** Each of {@link #CHUNK} bytes but the last. */
  private List<byte[]> chunks(Snapshot of) {
    try (SendStream send = here.send(LIVE, Optional.empty(), of.name())) {
      List<byte[]> chunks = new ArrayList<>();
      byte[] chunk = send.bytes().readNBytes(CHUNK);
      while (chunk.length > 0) {
        chunks.add(chunk);
        chunk = send.bytes().readNBytes(CHUNK);
      }
      assertThat(chunks).hasSizeGreaterThanOrEqualTo(3);
      return chunks;
    } catch (IOException | StorageFault e) {
      throw new IllegalStateException(e);
    }
  }

  private static Trailer trailer(List<byte[]> chunks) {
    MessageDigest digest = StreamDigest.start();
    chunks.forEach(digest::update);
    long bytes = chunks.stream().mapToLong(chunk -> chunk.length).sum();
    return new Trailer(chunks.size(), bytes, StreamDigest.of(digest), true);
  }

  private void failsAndKeepsNothing(Failure expected) {
    assertThat(answer(Failed.class).why()).isEqualTo(expected);
    isCounted(expected);
    nothingIsKept();
  }

  private void isCounted(Enum<?> why) {
    ReceiverEvent.Refused expected = ReceiverEvent.Refused.of(why);
    ReceiverEvent event = events.receiveMessage(SOON);
    while (!event.equals(expected)) {
      event = events.receiveMessage(SOON);
    }
  }

  private void nothingIsKept() {
    receiver.tell(new Describe(id(new Epoch(600)), master.ref()));
    assertThat(answer(Versions.class).have()).isEqualTo(SlaveVersions.NOTHING);
  }

  private <T extends FromSlave> T answer(Class<T> type) {
    FromSlave message = master.receiveMessage(SOON);
    while (!type.isInstance(message)) {
      message = master.receiveMessage(SOON);
    }
    return type.cast(message);
  }
}
