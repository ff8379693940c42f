package flocker.node.storage.zfs;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.storage.Dataset;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What was seen of a copy is relied upon for a moment, and never after something was done. */
class SealedCopiesTest {
  private static final Dataset COPY = new Dataset("x");

  private long now;
  private final SealedCopies copies = new SealedCopies(() -> now);

  @Test
  void whatWasSeenCountsForAMoment() {
    assertThat(copies.knows(COPY)).isFalse();
    copies.offer(COPY, copies.ticket());
    assertThat(copies.knows(COPY)).isTrue();
    now += TimeUnit.SECONDS.toNanos(6);
    assertThat(copies.knows(COPY)).isFalse();
  }

  @Test
  void whatWasChangedWhileSomebodyLookedDoesNotCount() {
    long ticket = copies.ticket();
    copies.forgetAll();
    copies.offer(COPY, ticket);
    assertThat(copies.knows(COPY)).isFalse();
  }

  @Test
  void aCopyThatWasReliedUponSaysSoOnceWhenItIsMounted() {
    copies.offer(COPY, copies.ticket());
    assertThat(copies.touched(COPY)).isFalse();
    copies.offer(COPY, copies.ticket());
    assertThat(copies.knows(COPY)).isTrue();
    assertThat(copies.touched(COPY)).isTrue();
    assertThat(copies.knows(COPY)).isFalse();
    assertThat(copies.touched(COPY)).isFalse();
  }
}
