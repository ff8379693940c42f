package flocker.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.id.SnapshotMark;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One snapshot answers as many demands as it can, and carries at most one label. */
class DemandsTest {
  private static final SnapshotMark OPERATOR = SnapshotMark.of("operator");
  private static final SnapshotMark TIMER = SnapshotMark.of("timer").madeConsistent();

  private static SnapshotMark labelled(String label) {
    return OPERATOR.labelled(Optional.of(label));
  }

  @Test
  void withoutDemandsItIsAChange() {
    assertThat(Demands.of(List.of())).isEqualTo(new Demands(0, SnapshotMark.CHANGE));
  }

  @Test
  void demandsWithoutLabelShare() {
    assertThat(Demands.of(List.of(OPERATOR, OPERATOR))).isEqualTo(new Demands(2, OPERATOR));
    assertThat(Demands.of(List.of(OPERATOR, TIMER)))
        .isEqualTo(new Demands(2, OPERATOR.madeConsistent()));
  }

  @Test
  void aLabelIsCarriedWhoeverElseAsks() {
    assertThat(Demands.of(List.of(TIMER, labelled("a"), OPERATOR)))
        .isEqualTo(new Demands(3, labelled("a").madeConsistent()));
  }

  @Test
  void aSecondLabelWaitsAndSoDoesWhatCameAfterIt() {
    assertThat(Demands.of(List.of(OPERATOR, labelled("a"), labelled("b"), OPERATOR)))
        .isEqualTo(new Demands(2, labelled("a")));
  }
}
