package flocker.node.retention;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.storage.Snapshot;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What may be destroyed, from made-up histories; the last test from random ones. */
class ThinningTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Thinning THINNING = new Thinning(5, Duration.ofMinutes(10), 3);

  private static Snapshot snapshot(long number, Instant at) {
    return new Snapshot(
        SnapshotName.of(new Epoch(256), number, at), new SnapshotGuid(1000 + number), at);
  }

  private static List<Snapshot> everySecond(int count) {
    List<Snapshot> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(snapshot(i, START.plusSeconds(i)));
    }
    return all;
  }

  @Test
  void theNewestAreKept() {
    assertThat(THINNING.plan(everySecond(5), Set.of())).isEmpty();
    List<Snapshot> seven = everySecond(7);
    // Of the two older ones the first of its ten minutes stays.
    assertThat(THINNING.plan(seven, Set.of())).containsExactly(seven.get(1).name());
  }

  @Test
  void aBaseIsNeverDestroyed() {
    List<Snapshot> many = everySecond(50);
    assertThat(THINNING.plan(many, Set.of(many.get(20).guid())))
        .doesNotContain(many.get(20).name())
        .hasSize(50 - 5 - 1 - 1);
  }

  @Test
  void olderOnesAreKeptByTheGridAndTheGridIsBounded() {
    List<Snapshot> hours = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      hours.add(snapshot(i, START.plus(Duration.ofMinutes(10L * i))));
    }
    List<SnapshotName> plan = THINNING.plan(hours, Set.of());
    assertThat(plan).hasSize(20 - 5 - 3).doesNotContain(hours.get(14).name(), hours.get(12).name());
  }

  @Test
  void namesThatAreNotOursAreLeftAlone() {
    List<Snapshot> all = new ArrayList<>(everySecond(50));
    all.add(0, new Snapshot(new SnapshotName("by-hand"), new SnapshotGuid(1), START));
    assertThat(THINNING.plan(all, Set.of())).doesNotContain(new SnapshotName("by-hand"));
  }

  @Test
  void hostsThatSawDifferentPartsKeepACommonBase() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Snapshot> master = new ArrayList<>();
      Instant at = START;
      for (int i = 0; i < 60; i++) {
        at = at.plusSeconds(random.nextInt(1, 200));
        master.add(snapshot(i, at));
      }
      List<Snapshot> slave = master.subList(0, random.nextInt(30, 60));
      Set<SnapshotName> kept = kept(master);
      assertThat(kept).as("seed %d", seed).contains(master.get(59).name());
      kept.retainAll(kept(slave));
      long lag = Duration.between(slave.get(slave.size() - 1).created(), at).toMinutes();
      if (lag < 20) {
        assertThat(kept).as("seed %d", seed).isNotEmpty();
      }
    }
  }

  private static Set<SnapshotName> kept(List<Snapshot> all) {
    Set<SnapshotName> kept = new java.util.HashSet<>();
    all.forEach(snapshot -> kept.add(snapshot.name()));
    kept.removeAll(THINNING.plan(all, Set.of()));
    return kept;
  }
}
