package flocker.node.watch;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.admin.EventPage;
import flocker.protocol.admin.EventView;
import flocker.protocol.admin.HostName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ClusterEventsTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final HostName A = new HostName("a");
  private static final HostName B = new HostName("b");

  private final ClusterEvents events = new ClusterEvents(10);

  /** Event number {@code seq} of a life of the node, told {@code second} after the start. */
  static EventView event(HostName host, long seq, long second) {
    return new EventView(
        seq, START.plusSeconds(second), host, "tick", Optional.empty(), "tick", Map.of());
  }

  private static EventPage page(long next, EventView... events) {
    return new EventPage(List.of(events), next);
  }

  @Test
  void asksForTheNewestFirstAndThenForTheLastOneAgain() {
    assertThat(events.cursor(A)).isEmpty();
    assertThat(events.add(A, page(7, event(A, 6, 1), event(A, 7, 2)))).hasSize(2);
    assertThat(events.cursor(A)).hasValue(6L);
    assertThat(events.add(A, page(7, event(A, 7, 2)))).isEmpty();
    assertThat(events.add(A, page(8, event(A, 7, 2), event(A, 8, 3))))
        .containsExactly(event(A, 8, 3));
    assertThat(events.cursor(A)).hasValue(7L);
  }

  @Test
  void hostsAreInOneLineByTime() {
    events.add(A, page(2, event(A, 1, 1), event(A, 2, 5)));
    events.add(B, page(1, event(B, 1, 3)));
    assertThat(events.newest(10)).containsExactly(event(A, 1, 1), event(B, 1, 3), event(A, 2, 5));
    assertThat(events.newest(2)).containsExactly(event(B, 1, 3), event(A, 2, 5));
  }

  @Test
  void onlyTheNewestAreKept() {
    for (long seq = 1; seq <= 30; seq++) {
      events.add(A, page(seq, event(A, seq, seq)));
    }
    assertThat(events.newest(100)).hasSize(10).last().isEqualTo(event(A, 30, 30));
    assertThat(events.newest(100)).first().isEqualTo(event(A, 21, 21));
  }

  @Test
  void aRestartedNodeThatHasToldLessIsBegunAnew() {
    events.add(A, page(7, event(A, 7, 7)));
    assertThat(events.add(A, page(2))).isEmpty();
    assertThat(events.cursor(A)).isEmpty();
    assertThat(events.add(A, page(2, event(A, 1, 100), event(A, 2, 101)))).hasSize(2);
    assertThat(events.newest(10)).hasSize(3);
  }

  @Test
  void aRestartedNodeThatHasToldMoreIsBegunAnew() {
    events.add(A, page(3, event(A, 3, 3)));
    assertThat(events.add(A, page(5, event(A, 3, 102), event(A, 4, 103), event(A, 5, 104))))
        .isEmpty();
    assertThat(events.cursor(A)).isEmpty();
    EventView[] all =
        LongStream.rangeClosed(1, 5)
            .mapToObj(seq -> event(A, seq, 99 + seq))
            .toArray(EventView[]::new);
    assertThat(events.add(A, page(5, all))).containsExactly(all);
  }

  @Test
  void whatWasForgottenThereMeanwhileIsNoRestart() {
    events.add(A, page(3, event(A, 3, 3)));
    assertThat(events.add(A, page(9, event(A, 8, 8), event(A, 9, 9)))).hasSize(2);
    assertThat(events.cursor(A)).hasValue(8L);
  }

  @Test
  void silenceOfAHostWithoutEventsIsNoRestart() {
    assertThat(events.add(A, page(0))).isEmpty();
    assertThat(events.cursor(A)).isEmpty();
  }
}
