package flocker.node.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SystemId;
import flocker.protocol.replication.Failure;
import flocker.protocol.replication.Payload;
import flocker.protocol.replication.Refusal;
import flocker.protocol.replication.ReplicationMessage.Chunk;
import flocker.protocol.replication.StreamId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small pure parts of replication: window, order, admission, lag, pauses, turns, recovery. */
class SmallDecisionsTest {
  private static final StreamId STREAM = stream(256, "8123456789abcdef", 5);

  private static StreamId stream(long epoch, String system, long number) {
    return new StreamId(
        new Epoch(epoch), new SystemId(system), new HostId("00000000000000aa"), number);
  }

  @Test
  void aWindowOpensByCreditOnlyAndCreditIsNeverTakenBack() {
    SendWindow window = SendWindow.CLOSED;
    assertThat(window.open()).isFalse();
    window = window.onCredit(2).onSent().onCredit(1);
    assertThat(window.open()).isTrue();
    SendWindow full = window.onSent();
    assertThat(full.open()).isFalse();
    assertThatThrownBy(full::onSent).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest(name = "chunk {0} at {1} with {2} bytes: {3}")
  @CsvSource({
    "3, 20, 10, ",
    "1,  0, 10, REPLAY",
    "2, 10, 10, REPLAY",
    "4, 30, 10, GAP",
    "3, 21, 10, GAP",
    "3, 10, 10, GAP",
    "3, 20, 11, OVERRUN",
  })
  void chunksComeOneAfterTheOther(long number, long offset, int bytes, Failure expected) {
    ChunkOrder order = ChunkOrder.START.grant(3);
    order = order.accepted(chunk(1, 0, 10)).accepted(chunk(2, 10, 10));
    assertThat(order.refuse(chunk(number, offset, bytes), 10))
        .isEqualTo(Optional.ofNullable(expected));
  }

  @Test
  void moreChunksThanGrantedAreRefused() {
    ChunkOrder order = ChunkOrder.START.grant(1).accepted(chunk(1, 0, 10));
    assertThat(order.refuse(chunk(2, 10, 10), 10)).contains(Failure.OVERRUN);
    assertThat(order.grant(2).grant(0).refuse(chunk(2, 10, 10), 10)).isEmpty();
  }

  private static Chunk chunk(long number, long offset, int bytes) {
    return new Chunk(STREAM, number, offset, Payload.wrap(new byte[bytes]));
  }

  @ParameterizedTest(name = "epoch {0}, {1}, stream {2}, running {3}: {4}")
  @CsvSource({
    "300, SLAVE,     5, , ",
    "299, SLAVE,     5, , OLDER_EPOCH",
    "299, OCCUPIED,  5, , OLDER_EPOCH",
    "300, OCCUPIED,  5, , MASTER_HERE",
    "999, OCCUPIED,  5, , MASTER_HERE",
    "300, UNSETTLED, 5, , NOT_READY",
    "300, SLAVE,     6, 5, ",
    "300, SLAVE,     4, 5, UNKNOWN_STREAM",
    "301, SLAVE,     4, 5, ",
  })
  void theEpochIsLookedAtFirst(
      long epoch, Admission.State state, long number, Long running, Refusal expected) {
    String system = "8123456789abcdef";
    Admission admission =
        new Admission(
            new SystemId(system),
            new Epoch(256),
            new Position(new Epoch(300), 1, new SnapshotGuid(1)),
            state,
            Optional.ofNullable(running).map(n -> stream(300, system, n)));
    assertThat(admission.refuse(stream(epoch, system, number)))
        .isEqualTo(Optional.ofNullable(expected));
    if (epoch >= 300) {
      assertThat(admission.refuse(stream(epoch, "0000000000000001", number)))
          .contains(Refusal.WRONG_SYSTEM);
    }
  }

  @Test
  void lagCountsFromTheOldestSnapshotThatIsNotThere() {
    Lag lag = Lag.NONE.taken(10).taken(20);
    assertThat(lag.since()).contains(10L);
    lag = lag.begun().taken(30);
    assertThat(lag.since()).contains(10L);
    assertThat(lag.confirmed().since()).contains(30L);
    assertThat(lag.failed().begun().confirmed().since()).isEmpty();
    assertThat(lag.failed().since()).contains(10L);
    assertThat(Lag.NONE.taken(10).begun().confirmed()).isEqualTo(Lag.NONE);
  }

  @Test
  void pausesDoubleUpToTheLongestAndBeginAnewAfterSuccess() {
    BackOff backOff = BackOff.of(Duration.ofMillis(100), Duration.ofMillis(350));
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      backOff = backOff.failed();
      pauses.add(backOff.pause().toMillis());
    }
    assertThat(pauses).containsExactly(100L, 200L, 350L, 350L, 350L);
    assertThat(backOff.succeeded().failed().pause()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void turnsAreTakenInOrderAndBounded() {
    Turns turns = new Turns();
    List<Integer> done = new ArrayList<>();
    assertThat(turns.take(() -> done.add(1))).isTrue();
    turns.keep();
    for (int i = 2; i < 66; i++) {
      int n = i;
      assertThat(turns.take(() -> done.add(n))).isTrue();
    }
    assertThat(turns.take(() -> done.add(-1))).isFalse();
    assertThat(done).containsExactly(1);
    turns.giveBack();
    assertThat(done).hasSize(65).isSorted();
  }

  @ParameterizedTest(name = "live {0}, temporary {1}, live is clone {2}, others are {3}: {4}")
  @CsvSource({
    "false, false, false, false, ",
    "true,  false, false, false, ",
    "true,  true,  false, false, DESTROY_TEMPORARY",
    "true,  true,  true,  false, PROMOTE_LIVE DESTROY_TEMPORARY",
    "true,  true,  false, true,  PROMOTE_OTHERS DESTROY_TEMPORARY",
    "true,  true,  true,  true,  PROMOTE_LIVE PROMOTE_OTHERS DESTROY_TEMPORARY",
    "false, true,  false, false, TEMPORARY_TO_LIVE",
    "false, true,  false, true,  TEMPORARY_TO_LIVE",
  })
  void whatACrashLeftIsUndoneBeforeTheSwapAndFinishedAfterIt(
      boolean live, boolean temporary, boolean clone, boolean others, String steps) {
    List<StashPlan.Step> expected = new ArrayList<>();
    if (steps != null) {
      for (String step : steps.split(" ", -1)) {
        expected.add(StashPlan.Step.valueOf(step));
      }
    }
    assertThat(StashPlan.recovery(new StashPlan.Found(live, temporary, clone, others)))
        .isEqualTo(expected);
  }

  @Test
  void progressKnowsItsRateAndWhenTheOtherSideFellSilent() {
    long second = 1_000_000_000L;
    StreamProgress progress = StreamProgress.start(0, Optional.of(1000L)).sent(100).sent(100);
    assertThat(progress.rate(2 * second)).isEqualTo(100);
    assertThat(progress.left(2 * second)).contains(Duration.ofSeconds(8));
    assertThat(progress.silentFor(Duration.ofSeconds(5), 6 * second)).isTrue();
    assertThat(progress.heard(2 * second).silentFor(Duration.ofSeconds(5), 6 * second)).isFalse();
  }
}
