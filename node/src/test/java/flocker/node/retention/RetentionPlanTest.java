package flocker.node.retention;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.storage.Snapshot;
import flocker.protocol.admin.RetentionRules;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What goes and what stays. Goal: whatever the history and the rules, nothing is destroyed that
 * somebody builds on. Method: small histories by hand, then random lives of a copy, each thinned
 * again and again while it grows.
 */
class RetentionPlanTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static Snapshot snapshot(long number, Instant at) {
    return new Snapshot(
        SnapshotName.of(new Epoch(256), number, at), new SnapshotGuid(1000 + number), at);
  }

  private static List<Snapshot> every(Duration gap, int count) {
    List<Snapshot> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(snapshot(i, START.plus(gap.multipliedBy(i))));
    }
    return all;
  }

  private static RetentionPlan plan(String rules, List<Snapshot> all) {
    return plan(rules, all, Set.of(), Set.of(), Map.of(), RetentionPlan.Space.AMPLE);
  }

  private static RetentionPlan plan(
      String rules,
      List<Snapshot> all,
      Set<SnapshotGuid> pins,
      Set<SnapshotName> origins,
      Map<String, SnapshotGuid> bases,
      RetentionPlan.Space space) {
    return RetentionPlan.of(
        RetentionRules.parse(rules), new RetentionPlan.Facts(all, pins, origins, bases, space));
  }

  private static List<Long> kept(RetentionPlan plan) {
    return plan.lines().stream()
        .filter(RetentionPlan.Line::keep)
        .map(line -> line.snapshot().guid().value() - 1000)
        .toList();
  }

  private static String why(RetentionPlan plan, int index) {
    return plan.lines().get(index).why();
  }

  @Test
  void eachLineSaysTheRuleThatDecides() {
    List<Snapshot> all = every(Duration.ofMinutes(20), 12);
    RetentionPlan plan = plan("all for 45m, 1/h for 2h, at least 2", all);
    assertThat(kept(plan)).containsExactly(6L, 9L, 10L, 11L);
    assertThat(why(plan, 11)).isEqualTo("newest");
    assertThat(why(plan, 10)).isEqualTo("all for 45m");
    assertThat(why(plan, 6)).isEqualTo("1/h for 2h");
    assertThat(why(plan, 7)).isEqualTo("no rule keeps it");
    assertThat(plan.destroyed()).first().isEqualTo(all.get(0).name());
  }

  @Test
  void theNewestAreKeptWhateverTheirAge() {
    RetentionPlan plan = plan("at least 3", every(Duration.ofDays(1), 10));
    assertThat(kept(plan)).containsExactly(7L, 8L, 9L);
    assertThat(why(plan, 7)).isEqualTo("at least 3");
  }

  @Test
  void theLastMinuteIsKeptByEverybody() {
    RetentionPlan plan = plan("at least 1", every(Duration.ofSeconds(10), 20));
    assertThat(kept(plan)).containsExactly(14L, 15L, 16L, 17L, 18L, 19L);
    assertThat(why(plan, 15)).isEqualTo("of the last minute");
  }

  @Test
  void pinsOriginsBasesAndForeignNamesAreKept() {
    List<Snapshot> all = new ArrayList<>(every(Duration.ofMinutes(5), 10));
    all.add(4, new Snapshot(new SnapshotName("by-hand"), new SnapshotGuid(1), START));
    RetentionPlan plan =
        plan(
            "at least 1",
            all,
            Set.of(new SnapshotGuid(1001)),
            Set.of(all.get(2).name()),
            Map.of("b", new SnapshotGuid(1003), "c", new SnapshotGuid(1003)),
            RetentionPlan.Space.AMPLE);
    assertThat(plan.lines().stream().filter(RetentionPlan.Line::keep).map(RetentionPlan.Line::why))
        .containsExactly(
            "pinned",
            "a stash is built on it",
            "base of b, c",
            "not of Flocker's own line",
            "newest");
  }

  @Test
  void basesCostNoMoreThanTheBudgetAndTheOldestGoFirst() {
    List<Snapshot> all = every(Duration.ofMinutes(5), 10);
    Map<String, SnapshotGuid> bases =
        Map.of("b", new SnapshotGuid(1001), "c", new SnapshotGuid(1004));
    Map<SnapshotName, Long> held = Map.of(all.get(1).name(), 60L, all.get(4).name(), 50L);
    RetentionPlan both =
        plan("at least 1", all, Set.of(), Set.of(), bases, new RetentionPlan.Space(110, held, 0));
    assertThat(kept(both)).containsExactly(1L, 4L, 9L);
    RetentionPlan one =
        plan("at least 1", all, Set.of(), Set.of(), bases, new RetentionPlan.Space(109, held, 0));
    assertThat(kept(one)).containsExactly(4L, 9L);
    assertThat(why(one, 1)).isEqualTo("base of b, beyond the budget");
    assertThat(one.held()).extracting(RetentionPlan.Held::kept).containsExactly(false, true);
    assertThat(RetentionPlan.costly("b", one.held().get(0), 109)).contains("full resend");
    assertThat(RetentionPlan.costly("c", one.held().get(1), 109)).isEmpty();
    assertThat(RetentionPlan.costly("c", one.held().get(1), 99)).contains("beyond that");
  }

  @Test
  void aBaseThatARuleKeepsCostsNothing() {
    List<Snapshot> all = every(Duration.ofMinutes(5), 4);
    RetentionPlan plan =
        plan(
            "at least 4",
            all,
            Set.of(),
            Set.of(),
            Map.of("b", new SnapshotGuid(1000)),
            new RetentionPlan.Space(0, Map.of(all.get(0).name(), 1L << 40), 0));
    assertThat(plan.destroyed()).isEmpty();
    assertThat(plan.held()).isEmpty();
  }

  @Test
  void whenSpaceIsShortTheOldestGoFirstAndNeverABase() {
    List<Snapshot> all = every(Duration.ofMinutes(5), 10);
    Map<String, SnapshotGuid> bases = Map.of("b", new SnapshotGuid(1001));
    RetentionPlan some =
        plan(
            "at least 10",
            all,
            Set.of(new SnapshotGuid(1003)),
            Set.of(),
            bases,
            new RetentionPlan.Space(10, Map.of(), 3));
    assertThat(kept(some)).containsExactly(1L, 3L, 5L, 6L, 7L, 8L, 9L);
    assertThat(why(some, 0)).isEqualTo("space is short (at least 10)");
    RetentionPlan all10 =
        plan(
            "at least 10",
            all,
            Set.of(),
            Set.of(),
            bases,
            new RetentionPlan.Space(10, Map.of(), 1000));
    assertThat(kept(all10)).containsExactly(1L, 9L);
  }

  @Test
  void nothingIsPlannedForNothing() {
    assertThat(plan("at least 1", List.of()).lines()).isEmpty();
  }

  /** A copy that lives, in random steps, with everything that may be built on it. */
  private static final class Life {
    final SplittableRandom random;
    final RetentionRules rules;
    final Map<String, SnapshotGuid> bases = new HashMap<>();
    final Set<SnapshotGuid> pins = new HashSet<>();
    final Set<SnapshotName> origins = new HashSet<>();
    List<Snapshot> all = new ArrayList<>();
    Instant now = START;
    long number;

    Life(int seed) {
      random = new SplittableRandom(seed);
      rules =
          RetentionRules.parse(
              List.of(
                      "at least 1",
                      "all for 10m, at least 3",
                      "all for 1m, 1/min for 2h, 1/h for 3d, 1/day for 30d, at least 20",
                      "4/h for 5h, 1/week for 52w, at least 2")
                  .get(random.nextInt(4)));
    }

    void grow() {
      for (int i = random.nextInt(1, 30); i > 0; i--) {
        now = now.plusSeconds(random.nextInt(4) == 0 ? random.nextInt(40_000) : random.nextInt(90));
        all.add(snapshot(number++, now));
      }
      Snapshot any = all.get(random.nextInt(all.size()));
      switch (random.nextInt(5)) {
        case 0 -> bases.put("b", all.get(all.size() - 1).guid());
        case 1 -> bases.put("c", any.guid());
        case 2 -> pins.add(any.guid());
        case 3 -> origins.add(any.name());
        default -> pins.removeIf(pin -> random.nextBoolean());
      }
    }

    RetentionPlan plan(int shortBy) {
      return RetentionPlan.of(
          rules,
          new RetentionPlan.Facts(
              all, pins, origins, bases, new RetentionPlan.Space(1000, Map.of(), shortBy)));
    }
  }

  @Test
  void inRandomLivesNothingIsDestroyedThatSomebodyBuildsOnAndThePlanIsWhatIsDone() {
    int destroyed = 0;
    for (int seed = 0; seed < 80; seed++) {
      Life life = new Life(seed);
      for (int step = 0; step < 25; step++) {
        life.grow();
        int shortBy = life.random.nextInt(4) == 0 ? life.random.nextInt(50) : 0;
        RetentionPlan plan = life.plan(shortBy);
        Set<SnapshotName> gone = new HashSet<>(plan.destroyed());
        destroyed += gone.size();
        for (Snapshot each : life.all) {
          boolean builtOn =
              life.bases.containsValue(each.guid())
                  || life.pins.contains(each.guid())
                  || life.origins.contains(each.name());
          assertThat(builtOn && gone.contains(each.name())).as("seed %d", seed).isFalse();
        }
        Snapshot newest = life.all.get(life.all.size() - 1);
        assertThat(gone).as("seed %d", seed).doesNotContain(newest.name());
        List<Snapshot> left =
            life.all.stream()
                .filter(each -> !gone.contains(each.name()))
                .collect(Collectors.toCollection(ArrayList::new));
        assertThat(left)
            .as("seed %d: what was to be kept is what is left", seed)
            .isEqualTo(
                plan.lines().stream()
                    .filter(RetentionPlan.Line::keep)
                    .map(RetentionPlan.Line::snapshot)
                    .toList());
        life.all = left;
        assertThat(life.plan(0).destroyed())
            .as("seed %d: done twice it does nothing more", seed)
            .isEmpty();
      }
    }
    assertThat(destroyed).isGreaterThan(1_000);
  }

  @Test
  void inBatchesItEndsAsInOneGo() {
    for (int seed = 0; seed < 40; seed++) {
      Life life = new Life(seed);
      for (int step = 0; step < 20; step++) {
        life.grow();
      }
      RetentionPlan shown = life.plan(0);
      while (!life.plan(0).destroyed().isEmpty()) {
        List<SnapshotName> batch = life.plan(0).destroyed();
        Set<SnapshotName> gone =
            new HashSet<>(batch.subList(0, Math.min(batch.size(), life.random.nextInt(1, 9))));
        life.all.removeIf(each -> gone.contains(each.name()));
      }
      assertThat(life.all)
          .as("seed %d", seed)
          .isEqualTo(
              shown.lines().stream()
                  .filter(RetentionPlan.Line::keep)
                  .map(RetentionPlan.Line::snapshot)
                  .toList());
    }
  }

  @Test
  void aHostThatIsAwayAndItsMasterKeepACommonBase() {
    RetentionRules rules = RetentionRules.DEFAULT;
    for (int seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Snapshot> master = new ArrayList<>();
      List<Snapshot> slave = new ArrayList<>();
      Map<String, SnapshotGuid> told = new HashMap<>();
      Instant now = START;
      int leaves = random.nextInt(100, 300);
      for (int i = 0; i < 600; i++) {
        now = now.plusSeconds(random.nextInt(1, 600));
        Snapshot next = snapshot(i, now);
        master.add(next);
        if (i < leaves && random.nextInt(3) > 0) {
          slave.add(next); // coalesced: not every one gets there
          told.put("b", next.guid());
        }
        thin(rules, master, told);
        // The slave goes on thinning what it has.
        thin(RetentionRules.DEFAULT_ON_SLAVES, slave, Map.of());
      }
      Set<Snapshot> common = new HashSet<>(master);
      common.retainAll(slave);
      assertThat(common).as("seed %d", seed).contains(slave.get(slave.size() - 1));
    }
  }

  private static void thin(
      RetentionRules rules, List<Snapshot> all, Map<String, SnapshotGuid> bases) {
    Set<SnapshotName> gone =
        new HashSet<>(
            RetentionPlan.of(
                    rules,
                    new RetentionPlan.Facts(
                        all, Set.of(), Set.of(), bases, RetentionPlan.Space.AMPLE))
                .destroyed());
    all.removeIf(each -> gone.contains(each.name()));
  }
}
