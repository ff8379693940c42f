package flocker.node.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The interval source asks often while something changes, and seldom while nothing does. */
class IntervalSourceActorTest {
  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
  private static final Duration FAST = Duration.ofMillis(100);
  private static final Duration MAX = Duration.ofSeconds(1);

  private final ManualTime time = ManualTime.get(KIT.system());
  private final TestProbe<ChangeDetected> changes = KIT.createTestProbe();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private final TestProbe<UnhandledMessage> seen = KIT.createUnhandledMessageProbe();

  /** Means nothing to the source. */
  private record Ping() implements ChangeSource {}

  private ActorRef<ChangeSource> source() {
    ActorRef<ChangeSource> source =
        KIT.spawn(IntervalSourceActor.create(Pace.of(FAST, MAX), () -> 7, changes.ref()::tell));
    awaitSeen(source);
    return source;
  }

  /** Time may go on when the source has seen what it was told. */
  private void awaitSeen(ActorRef<ChangeSource> source) {
    source.tell(new Ping());
    seen.receiveMessage();
  }

  private ChangeDetected next(long millis) {
    time.expectNoMessageFor(Duration.ofMillis(millis - 1), changes);
    time.timePasses(Duration.ofMillis(1));
    return changes.receiveMessage();
  }

  private void settle(ActorRef<ChangeSource> source, ChangeDetected change, boolean written) {
    change.feedback().settled(written);
    awaitSeen(source);
  }

  @Test
  void theIntervalGrowsWhileNothingIsFoundAndShrinksAtOnce() {
    ActorRef<ChangeSource> source = source();
    long[] expected = {100, 200, 400, 800, 1000, 1000};
    for (long millis : expected) {
      ChangeDetected change = next(millis);
      assertThat(change.source()).isEqualTo("interval");
      assertThat(change.atBootNanos()).isEqualTo(7);
      settle(source, change, false);
    }
    settle(source, next(1000), true);
    settle(source, next(100), true);
    settle(source, next(100), false);
    next(200);
    source.tell(new ChangeSource.Stop());
  }

  @Test
  void aQuestionThatIsNeverAnsweredIsAskedAgain() {
    ActorRef<ChangeSource> source = source();
    next(100);
    ChangeDetected again = next(10_000);
    settle(source, again, true);
    next(100);
    source.tell(new ChangeSource.Stop());
  }

  @Test
  void anAnswerToAnEarlierQuestionCountsForNothing() {
    ActorRef<ChangeSource> source = source();
    ChangeDetected old = next(100);
    next(10_000);
    settle(source, old, true);
    next(10_000);
    source.tell(new ChangeSource.Stop());
  }

  @Test
  void aPaceThatCannotBeIsRefused() {
    assertThatThrownBy(() -> Pace.of(Duration.ZERO, MAX))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Pace.of(MAX, FAST)).isInstanceOf(IllegalArgumentException.class);
  }
}
