package flocker.node.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Several sources are one, and the interval steps back while the kernel tells of changes. */
class ChangesActorTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration MAX = Duration.ofMillis(600);

  private final TestProbe<ChangeDetected> changes = KIT.createTestProbe();
  private final TestProbe<List<SourceStatus>> statuses = KIT.createTestProbe();
  private final Told watch = new Told();

  /** A watch that says what the test wants. */
  private static final class Told implements Watch {
    private volatile Status status = new Status(State.STARTING, "");
    private volatile Runnable news = () -> {};
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger remounted = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    @Override
    public Status status() {
      return status;
    }

    @Override
    public void remounted() {
      int unused = remounted.incrementAndGet();
    }

    @Override
    public void close() {
      int unused = closed.incrementAndGet();
    }

    Watch start(Runnable listener) {
      news = listener;
      int unused = started.incrementAndGet();
      return this;
    }
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private ActorRef<ChangeSource> changes() {
    return KIT.spawn(
        ChangesActor.create(
            new ChangesActor.Parts(
                Pace.of(Duration.ofMillis(50), MAX),
                Map.of(SourceName.FANOTIFY, watch::start),
                System::nanoTime,
                changes.ref()::tell,
                statuses.ref()::tell)));
  }

  private void await(Watch.State state) {
    List<SourceStatus> all = statuses.receiveMessage(SOON);
    while (all.stream().noneMatch(s -> s.name().equals("fanotify") && s.state().equals(state))) {
      all = statuses.receiveMessage(SOON);
    }
    assertThat(all).hasSize(2).anyMatch(s -> s.name().equals("interval"));
  }

  private ChangeDetected next(String source) {
    ChangeDetected change = changes.receiveMessage(SOON);
    while (!change.source().equals(source)) {
      change.feedback().settled(false);
      change = changes.receiveMessage(SOON);
    }
    return change;
  }

  @Test
  void newsOfTheKernelIsPassedOnAndTheIntervalWaitsForItsTurn() {
    ActorRef<ChangeSource> source = changes();
    await(Watch.State.STARTING);
    next("interval");
    watch.status = new Watch.Status(Watch.State.ACTIVE, "sees");
    await(Watch.State.ACTIVE);
    watch.news.run();
    next("fanotify").feedback().settled(true);
    // Whoever looked: the interval begins anew, and looks when nobody has for so long.
    long looked = System.nanoTime();
    next("interval").feedback().settled(false);
    assertThat(System.nanoTime() - looked).isGreaterThan(MAX.toNanos() / 2);
    watch.status = new Watch.Status(Watch.State.UNAVAILABLE, "gone");
    await(Watch.State.UNAVAILABLE);
    next("interval").feedback().settled(true);
    next("interval");
    source.tell(new ChangeSource.Stop());
    KIT.createTestProbe().expectTerminated(source, SOON);
    assertThat(watch.closed.get()).isEqualTo(1);
  }

  @Test
  void aWatchThatHangsIsReplacedAtARemountButNotForEver() {
    ActorRef<ChangeSource> source = changes();
    watch.status = new Watch.Status(Watch.State.ACTIVE, "sees");
    await(Watch.State.ACTIVE);
    source.tell(new ChangeSource.Remounted());
    Awaitility.await().atMost(SOON).until(() -> watch.remounted.get() == 1);
    watch.status = new Watch.Status(Watch.State.STUCK, "hangs");
    await(Watch.State.STUCK);
    for (int i = 0; i < 6; i++) {
      source.tell(new ChangeSource.Remounted());
    }
    Awaitility.await().atMost(SOON).until(() -> watch.remounted.get() == 4);
    watch.status = new Watch.Status(Watch.State.ACTIVE, "sees again");
    await(Watch.State.ACTIVE);
    assertThat(watch.remounted.get()).isEqualTo(4);
    assertThat(watch.started.get()).isEqualTo(4);
    assertThat(watch.closed.get()).isEqualTo(3);
    source.tell(new ChangeSource.Stop());
  }
}
