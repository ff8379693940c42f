package flocker.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.authority.AuthorityBatch;
import flocker.protocol.authority.AuthorityMessage;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SystemId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What goes together, what waits for what, and what is too large. */
class OutboxTest {
  private static final HostId B = new HostId("00000000000000bb");
  private static final HostId C = new HostId("00000000000000cc");
  private static final SystemId ONE = new SystemId("0000000000000001");
  private static final SystemId TWO = new SystemId("0000000000000002");
  private static final AuthorityMessage RENEW =
      new AuthorityMessage.Renew(new Epoch(256), 1, 3000, RecordVersion.INITIAL);
  private static final AuthorityMessage ANSWER =
      new AuthorityMessage.RenewAnswer(
          new Epoch(256), 1, true, new Epoch(256), RecordVersion.INITIAL, Position.NONE, true);
  private static final AuthorityMessage NUDGE = new AuthorityMessage.Nudge(new Epoch(256));

  private final Outbox outbox = new Outbox();

  @Test
  void everythingForOneHostGoesTogetherInOrder() {
    outbox.post(ONE, B, ANSWER);
    outbox.post(TWO, B, NUDGE);
    outbox.post(ONE, C, NUDGE);
    assertThat(outbox.takeDue())
        .isEqualTo(
            Map.of(
                B,
                List.of(
                    List.of(
                        new AuthorityBatch.Item(ONE, ANSWER), new AuthorityBatch.Item(TWO, NUDGE))),
                C,
                List.of(List.of(new AuthorityBatch.Item(ONE, NUDGE)))));
    assertThat(outbox.takeDue()).isEmpty();
  }

  @Test
  void renewalsOfAllSystemsGoTogether() {
    outbox.post(ONE, B, RENEW);
    assertThat(outbox.holding()).isTrue();
    assertThat(outbox.takeDue()).isEmpty();
    outbox.post(TWO, B, RENEW);
    outbox.closeRounds();
    assertThat(outbox.holding()).isFalse();
    assertThat(outbox.takeDue().get(B).get(0)).hasSize(2);
  }

  @Test
  void nothingElseWaitsForRenewals() {
    outbox.post(ONE, B, RENEW);
    outbox.post(ONE, C, RENEW);
    outbox.post(TWO, C, NUDGE);
    assertThat(outbox.takeDue()).containsOnlyKeys(C);
  }

  @Test
  void answersToManyRenewalsGoTogether() {
    outbox.openAnswers(B, List.of(ONE, TWO));
    outbox.post(ONE, B, ANSWER);
    outbox.post(ONE, C, NUDGE);
    assertThat(outbox.takeDue()).containsOnlyKeys(C);
    outbox.post(TWO, B, ANSWER);
    assertThat(outbox.takeDue().get(B).get(0)).hasSize(2);
  }

  @Test
  void theAnswerToASingleRenewalDoesNotWait() {
    outbox.openAnswers(B, List.of(ONE));
    assertThat(outbox.holding()).isFalse();
  }

  @Test
  void theDeadlineLetsEverythingGo() {
    outbox.post(ONE, C, RENEW);
    outbox.openAnswers(B, List.of(ONE, TWO));
    outbox.post(ONE, B, ANSWER);
    outbox.closeRounds();
    assertThat(outbox.takeDue()).containsOnlyKeys(B, C);
  }

  @Test
  void nobodyWaitsForAForgottenSystem() {
    outbox.openAnswers(B, List.of(ONE, TWO));
    outbox.post(ONE, B, ANSWER);
    outbox.forget(TWO);
    assertThat(outbox.takeDue()).containsOnlyKeys(B);
  }

  @Test
  void largeBatchesAreSplitAndTooLargeMessagesRefused() {
    for (int i = 0; i < 10; i++) {
      assertThat(outbox.post(ONE, B, offer(30_000))).isTrue();
    }
    assertThat(outbox.post(ONE, B, offer(150_000))).isTrue();
    assertThat(outbox.post(ONE, B, offer(Outbox.MESSAGE_BYTES))).isFalse();
    List<List<AuthorityBatch.Item>> batches = outbox.takeDue().get(B);
    assertThat(batches).hasSize(4);
    assertThat(batches.stream().mapToInt(List::size).sum()).isEqualTo(11);
    for (List<AuthorityBatch.Item> batch : batches) {
      assertThat(batch.stream().mapToInt(Outbox::estimatedBytes).sum())
          .isLessThan(Outbox.MESSAGE_BYTES);
    }
  }

  static AuthorityMessage offer(int documentBytes) {
    return new AuthorityMessage.OfferRecord(
        new Epoch(256),
        new AuthorityRecord(
            new RecordVersion(new Epoch(256), 7),
            new TreeSet<>(Set.of(B, C)),
            "x".repeat(documentBytes)),
        new Epoch(256),
        Position.NONE);
  }
}
