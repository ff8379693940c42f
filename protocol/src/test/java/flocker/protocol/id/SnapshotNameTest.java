package flocker.protocol.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names say position and mark, and nothing that is only like one does. */
class SnapshotNameTest {
  private static final Instant AT = Instant.parse("2026-11-22T17:00:00Z");
  private static final SnapshotGuid GUID = new SnapshotGuid(7);

  @ParameterizedTest
  @CsvSource({
    "change,     false, ,      flocker-770-8-20261122T170000Z",
    "operator,   false, ,      flocker-770-8-20261122T170000Z.operator",
    "operator,   true,  ,      flocker-770-8-20261122T170000Z.operator.consistent",
    "operator,   false, b-4_U, flocker-770-8-20261122T170000Z.operator:b-4_U",
    "timer,      true,  9,     flocker-770-8-20261122T170000Z.timer.consistent:9",
    "change,     true,  ,      flocker-770-8-20261122T170000Z.change.consistent",
    "consistent, true,  ,      flocker-770-8-20261122T170000Z.consistent.consistent",
  })
  void marksAreWrittenAndReadBack(String reason, boolean consistent, String label, String text) {
    SnapshotMark mark = new SnapshotMark(reason, consistent, Optional.ofNullable(label));
    SnapshotName name = SnapshotName.of(new Epoch(770), 8, AT, mark);
    assertThat(name.value()).isEqualTo(text);
    assertThat(name.mark()).isEqualTo(mark);
    assertThat(name.position(GUID)).contains(new Position(new Epoch(770), 8, GUID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flocker-770-8-20261122T170000Z.",
        "flocker-770-8-20261122T170000Z.Operator",
        "flocker-770-8-20261122T170000Z.operator.",
        "flocker-770-8-20261122T170000Z.operator.inconsistent",
        "flocker-770-8-20261122T170000Z.operator:",
        "flocker-770-8-20261122T170000Z:label",
        "flocker-770-8-20261122T170000Z.operator:a:b",
        "flocker-770-8-20261122T170000Zx",
        "flocker-0770-8-20261122T170000Z",
        "by-hand",
      })
  void whatIsOnlyLikeANameHasNoPositionAndNoMark(String text) {
    assertThat(new SnapshotName(text).position(GUID)).isEmpty();
    assertThat(new SnapshotName(text).mark()).isEqualTo(SnapshotMark.CHANGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-x", "a b", "a/b", "a:b", "a.b", "@x"})
  void labelsThatCannotStandInANameAreRefused(String label) {
    assertThatThrownBy(() -> SnapshotMark.CHANGE.labelled(Optional.of(label)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 40 letters");
  }

  @Test
  void theLongestNameIsLegal() {
    SnapshotMark mark = new SnapshotMark("x".repeat(24), true, Optional.of("y".repeat(40)));
    Epoch epoch = new Epoch(999_999_999_999_999_999L);
    assertThat(SnapshotName.of(epoch, 999_999_999_999_999_999L, AT, mark).mark()).isEqualTo(mark);
    assertThatThrownBy(() -> SnapshotMark.CHANGE.labelled(Optional.of("y".repeat(41))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
