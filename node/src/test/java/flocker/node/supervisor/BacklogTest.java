package flocker.node.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import flocker.node.replication.ReplicatorEvent.State;
import flocker.protocol.id.HostId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Another snapshot is held back only where nobody could be sent it. */
class BacklogTest {
  private static ReplicaStatus slave(State state, boolean unsent) {
    return new ReplicaStatus(
        new HostId("00000000000000bb"),
        state,
        Optional.empty(),
        unsent ? Optional.of(1L) : Optional.empty(),
        unsent ? Optional.of(1L) : Optional.empty(),
        Optional.empty(),
        "");
  }

  @ParameterizedTest
  @CsvSource({
    "STREAMING,  true,  STREAMING,  true,  true",
    "STREAMING,  true,  STREAMING,  false, false",
    "STREAMING,  true,  UP_TO_DATE, false, false",
    "STREAMING,  true,  RESTING,    true,  true",
    "REPLACING,  true,  ASKING,     true,  true",
    "RESTING,    true,  ASKING,     true,  false",
    "WAITING,    false, STREAMING,  true,  false",
    "DEPOSED,    true,  RESTING,    true,  false",
  })
  void oneWhoCouldTakeItIsEnough(
      State one, boolean oneUnsent, State other, boolean otherUnsent, boolean full) {
    List<ReplicaStatus> both = List.of(slave(one, oneUnsent), slave(other, otherUnsent));
    assertThat(Backlog.full(both)).isEqualTo(full);
  }

  @Test
  void withoutSlavesNothingWaits() {
    assertThat(Backlog.full(List.of())).isFalse();
  }
}
