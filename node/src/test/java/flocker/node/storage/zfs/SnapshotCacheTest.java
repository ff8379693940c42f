package flocker.node.storage.zfs;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The cache never keeps a list that a change may have overtaken. */
class SnapshotCacheTest {
  private static final Dataset DATASET = new Dataset("d");

  private final AtomicLong nanos = new AtomicLong(1);
  private final SnapshotCache cache = new SnapshotCache(nanos::get);

  private static Snapshot snapshot(int number) {
    return new Snapshot(
        new SnapshotName("s" + number), new SnapshotGuid(number), Instant.ofEpochSecond(number));
  }

  private void fill(Snapshot... snapshots) {
    cache.offer(DATASET, cache.ticket(DATASET), List.of(snapshots));
  }

  @Test
  void followsItsOwnChanges() {
    fill(snapshot(1));
    cache.begin(DATASET);
    assertThat(cache.known(DATASET)).contains(List.of(snapshot(1)));
    cache.added(DATASET, snapshot(2));
    cache.begin(DATASET);
    cache.removed(DATASET, snapshot(1).name());
    cache.begin(DATASET);
    cache.unchanged(DATASET);

    assertThat(cache.known(DATASET)).contains(List.of(snapshot(2)));
  }

  @Test
  void dropsAListThatWasReadWhileSomethingChanged() {
    long before = cache.ticket(DATASET);
    cache.begin(DATASET);
    long during = cache.ticket(DATASET);
    cache.offer(DATASET, during, List.of(snapshot(1)));
    assertThat(cache.known(DATASET)).isEmpty();
    cache.added(DATASET, snapshot(2));

    cache.offer(DATASET, before, List.of(snapshot(1)));
    cache.offer(DATASET, during, List.of(snapshot(1)));

    assertThat(cache.known(DATASET)).isEmpty();
  }

  @Test
  void dropsAListThatWasReadBeforeEverythingWasForgotten() {
    long before = cache.ticket(DATASET);
    cache.forgetAll();

    cache.offer(DATASET, before, List.of(snapshot(1)));

    assertThat(cache.known(DATASET)).isEmpty();
    fill(snapshot(2));
    cache.forgetAll();
    assertThat(cache.known(DATASET)).isEmpty();
  }

  @Test
  void doubtsForAWhileAfterAChangeThatMayStillHappen() {
    fill(snapshot(1));
    cache.begin(DATASET);
    cache.unknown(DATASET, true);
    fill(snapshot(1));
    assertThat(cache.known(DATASET)).isEmpty();

    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    fill(snapshot(1), snapshot(2));

    assertThat(cache.known(DATASET)).contains(List.of(snapshot(1), snapshot(2)));
  }
}
