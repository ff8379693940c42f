package flocker.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import flocker.node.replication.ReplicatorEvent.State;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.system.Automation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Goal: each small decision about barriers, loss and flapping. Method: told and asked. */
class AutomationDecisionsTest {
  private static final HostId B = new HostId("000000000000000b");
  private static final HostId C = new HostId("000000000000000c");
  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3_600_000L;

  private static Position at(long epoch, long sequence, long guid) {
    return new Position(new Epoch(epoch), sequence, new SnapshotGuid(guid));
  }

  @Test
  void aBarrierIsRecordedOnceEnoughOthersThatCouldBeMasterHaveIt() {
    BarrierOrder order = new BarrierOrder(1);
    assertThat(order.look(Map.of(B, at(256, 9, 9)), Set.of(B))).as("no snapshot yet").isFalse();
    order.snapshotTaken(at(256, 7, 7));
    assertThat(order.look(Map.of(B, at(256, 6, 6)), Set.of(B))).as("older").isFalse();
    assertThat(order.look(Map.of(B, at(256, 7, 8)), Set.of(B))).as("other GUID").isFalse();
    assertThat(order.look(Map.of(B, at(512, 9, 9)), Set.of(B))).as("other epoch").isFalse();
    assertThat(order.look(Map.of(B, at(256, 7, 7)), Set.of(C))).as("not electable").isFalse();
    assertThat(order.look(Map.of(B, at(256, 8, 8)), Set.of(B))).as("a later one").isTrue();
    assertThat(order.look(Map.of(B, at(256, 8, 8)), Set.of(B))).as("once").isFalse();
    assertThat(order.holders()).containsExactly(B);
    assertThat(order.failure("late")).contains("may or may not");
  }

  @Test
  void aBarrierOfTwoCopiesWaitsForBothAndSaysSo() {
    BarrierOrder order = new BarrierOrder(2);
    order.snapshotTaken(at(256, 7, 7));
    assertThat(order.look(Map.of(B, at(256, 7, 7)), Set.of(B, C))).isFalse();
    assertThat(order.failure("late")).contains("1 of 2").contains("nothing was recorded");
  }

  @Test
  void aBarrierWithoutCopiesIsRecordedAtOnce() {
    BarrierOrder order = new BarrierOrder(0);
    order.snapshotTaken(at(256, 7, 7));
    assertThat(order.look(Map.of(), Set.of())).isTrue();
  }

  private static ReplicaStatus replica(HostId host, Optional<Long> behindSince) {
    return new ReplicaStatus(
        host,
        State.STREAMING,
        Optional.of(at(256, 1, 1)),
        behindSince,
        Optional.empty(),
        Optional.empty(),
        "");
  }

  @Test
  void theBestOtherHostCounts() {
    assertThat(
            LossBound.behind(
                List.of(replica(B, Optional.of(2 * SECOND)), replica(C, Optional.of(7 * SECOND))),
                0,
                10 * SECOND))
        .isEqualTo(3 * SECOND);
    assertThat(LossBound.behind(List.of(replica(B, Optional.empty())), 0, 10 * SECOND)).isZero();
    assertThat(LossBound.behind(List.of(), 4 * SECOND, 10 * SECOND)).isEqualTo(6 * SECOND);
  }

  @Test
  void aBoundedContainerStandsStillUntilHalfOfItIsCaughtUp() {
    Duration bound = Duration.ofSeconds(10);
    assertThat(LossBound.standsStill(bound, 10 * SECOND, false)).isFalse();
    assertThat(LossBound.standsStill(bound, 11 * SECOND, false)).isTrue();
    assertThat(LossBound.standsStill(bound, 6 * SECOND, true)).isTrue();
    assertThat(LossBound.standsStill(bound, 5 * SECOND, true)).isFalse();
  }

  @Test
  void tooManyTakeOversWithinAnHourFreeze() {
    Automation now = Automation.INITIAL;
    for (int i = 0; i < 3; i++) {
      now = TakeOverLimit.after(now, 3, i * HOUR / 10);
      assertThat(now.paused()).isEmpty();
    }
    Automation frozen = TakeOverLimit.after(now, 3, HOUR / 2);
    assertThat(frozen.paused()).hasValueSatisfying(why -> assertThat(why).contains("anti-flap: 4"));
    assertThat(TakeOverLimit.after(now, 3, 2 * HOUR).paused()).as("an hour later").isEmpty();
    assertThat(frozen.resumed().takeOvers()).isEmpty();
  }

  @Test
  void anOperatorsPauseKeepsItsReason() {
    Automation paused = Automation.INITIAL.withPause("the switch is replaced");
    for (int i = 0; i < 9; i++) {
      paused = TakeOverLimit.after(paused, 3, i);
    }
    assertThat(paused.paused()).contains("the switch is replaced");
  }
}
