package flocker.node.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** How fast, and how far ahead, a sender goes. */
class FlowTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void withoutALimitNothingWaits() {
    assertThat(Bandwidth.UNLIMITED.take(1 << 30, 7)).isEqualTo(7);
    assertThat(Bandwidth.UNLIMITED.take(1 << 30, 7)).isEqualTo(7);
    assertThatThrownBy(() -> new Bandwidth(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noMoreThanTheLimitIsSentInAnyStretchOfTime() {
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      Bandwidth bandwidth = new Bandwidth(1_000_000);
      long now = 0;
      long bytes = 0;
      long last = 0;
      for (int i = 0; i < 200; i++) {
        now += random.nextInt(100) * (SECOND / 1000);
        int part = 1 + random.nextInt(100_000);
        last = Math.max(last, bandwidth.take(part, now));
        assertThat(last).as("seed %d", seed).isGreaterThanOrEqualTo(now);
        // What is saved up, and the part that is sent at that moment, come on top.
        assertThat(bytes).as("seed %d", seed).isLessThanOrEqualTo(last / 1000 + 50_000);
        bytes += part;
      }
    }
  }

  @Test
  void aSlowLinkHoldsAQuarterOfASecondAndAFastOneIsFilled() {
    Ahead slow = Ahead.NOTHING.onSent(1000).onWritten(1000);
    assertThat(slow.room(SECOND)).isTrue();
    assertThat(slow.onSent(200).room(SECOND)).isTrue();
    assertThat(slow.onSent(300).room(SECOND)).isFalse();
    Ahead fast = Ahead.NOTHING.onSent(100_000_000).onWritten(100_000_000);
    assertThat(fast.onSent(8 << 20).room(SECOND)).isTrue();
  }

  @Test
  void somethingIsAlwaysOnItsWayAndOldWordChangesNothing() {
    assertThat(Ahead.NOTHING.room(0)).isTrue();
    Ahead first = Ahead.NOTHING.onSent(500_000);
    assertThat(first.room(SECOND)).isFalse();
    assertThat(first.onWritten(500_000).room(100 * SECOND)).isTrue();
    assertThat(first.onWritten(500_000).onWritten(3)).isEqualTo(first.onWritten(500_000));
  }
}
