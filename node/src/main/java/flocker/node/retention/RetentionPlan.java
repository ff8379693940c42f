package flocker.node.retention;

import flocker.node.storage.Snapshot;
import flocker.protocol.admin.ByteSize;
import flocker.protocol.admin.RetentionRules;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which snapshots of one copy stay, which go, and by which rule. Pure, and without a clock: ages
 * are counted back from the newest snapshot, so that a host that is away keeps what it had, and the
 * base that another host keeps for it is there when it returns.
 *
 * <p>Never destroyed: the newest; what is not of Flocker's own line; pins; what a stash is a clone
 * of; the last minute before the newest; bases within the budget. When space is short, what the
 * rules keep goes too, oldest first, so many a round, until only those are left.
 */
public final class RetentionPlan {
  /** Kept whatever the rules: what other hosts may be told of a moment too late. */
  static final Duration SETTLING = Duration.ofMinutes(1);

  /**
   * What is decided from.
   *
   * @param snapshots of the copy, oldest first
   * @param pins kept because an operator said so
   * @param origins what other datasets are clones of
   * @param bases what each other host, by the name people call it, can be sent from
   * @param space what there is room for
   */
  public record Facts(
      List<Snapshot> snapshots,
      Set<SnapshotGuid> pins,
      Set<SnapshotName> origins,
      Map<String, SnapshotGuid> bases,
      Space space) {}

  /**
   * @param budgetBytes so much may be held for bases that no rule keeps
   * @param held what snapshots hold for themselves alone; those not in it: nothing
   * @param shortBy how many snapshots that a rule keeps go in this round, because the pool is
   *     filling
   */
  public record Space(long budgetBytes, Map<SnapshotName, Long> held, int shortBy) {
    /** No end of it. */
    public static final Space AMPLE = new Space(Long.MAX_VALUE, Map.of(), 0);

    long heldBy(Snapshot snapshot) {
      return held.getOrDefault(snapshot.name(), 0L);
    }
  }

  /** One snapshot and what becomes of it. */
  public record Line(Snapshot snapshot, boolean keep, String why) {}

  /**
   * A base that holds something that no rule keeps.
   *
   * @param kept false: it cost more than the budget allows and goes
   */
  public record Held(Snapshot snapshot, Set<String> hosts, long bytes, boolean kept) {}

  private final List<Line> lines;
  private final List<Held> held;

  private RetentionPlan(List<Line> lines, List<Held> held) {
    this.lines = List.copyOf(lines);
    this.held = List.copyOf(held);
  }

  /** Every snapshot, oldest first. */
  public List<Line> lines() {
    return lines;
  }

  /** Bases that only their hosts' absence keeps, or kept until now; oldest first. */
  public List<Held> held() {
    return held;
  }

  /** What goes, oldest first. */
  public List<SnapshotName> destroyed() {
    return lines.stream().filter(line -> !line.keep()).map(line -> line.snapshot().name()).toList();
  }

  /** Makes the plan. */
  public static RetentionPlan of(RetentionRules rules, Facts facts) {
    Map<SnapshotName, String> never = protectedOnes(facts);
    Map<SnapshotName, String> byRule = byRule(rules, facts.snapshots());
    Set<SnapshotName> squeezed = squeezed(facts, never, byRule);
    List<Held> held = held(facts, never, byRule, squeezed);
    Map<SnapshotName, Held> bases = new HashMap<>();
    held.forEach(base -> bases.put(base.snapshot().name(), base));
    List<Line> lines = new ArrayList<>();
    for (Snapshot snapshot : facts.snapshots()) {
      SnapshotName name = snapshot.name();
      Held base = bases.get(name);
      if (never.containsKey(name)) {
        lines.add(new Line(snapshot, true, never.get(name)));
      } else if (byRule.containsKey(name) && !squeezed.contains(name)) {
        lines.add(new Line(snapshot, true, byRule.get(name)));
      } else if (base != null && base.kept()) {
        lines.add(new Line(snapshot, true, "base of " + hosts(base)));
      } else if (base != null) {
        lines.add(new Line(snapshot, false, "base of " + hosts(base) + ", beyond the budget"));
      } else if (squeezed.contains(name)) {
        lines.add(new Line(snapshot, false, "space is short (" + byRule.get(name) + ")"));
      } else {
        lines.add(new Line(snapshot, false, "no rule keeps it"));
      }
    }
    return new RetentionPlan(lines, held);
  }

  private static String hosts(Held base) {
    return String.join(", ", base.hosts().stream().sorted().toList());
  }

  private static boolean own(Snapshot snapshot) {
    return snapshot.position().isPresent();
  }

  private static Optional<Snapshot> newest(List<Snapshot> snapshots) {
    return snapshots.stream().filter(RetentionPlan::own).reduce((older, newer) -> newer);
  }

  private static Map<SnapshotName, String> protectedOnes(Facts facts) {
    Optional<Snapshot> newest = newest(facts.snapshots());
    Instant settling =
        newest.map(Snapshot::created).map(at -> at.minus(SETTLING)).orElse(Instant.MAX);
    Map<SnapshotName, String> never = new HashMap<>();
    for (Snapshot snapshot : facts.snapshots()) {
      SnapshotName name = snapshot.name();
      if (!own(snapshot)) {
        never.put(name, "not of Flocker's own line");
      } else if (newest.get().equals(snapshot)) {
        never.put(name, "newest");
      } else if (facts.pins().contains(snapshot.guid())) {
        never.put(name, "pinned");
      } else if (facts.origins().contains(name)) {
        never.put(name, "a stash is built on it");
      } else if (snapshot.created().isAfter(settling)) {
        never.put(name, "of the last minute");
      }
    }
    return never;
  }

  /** The first rule that keeps each. */
  private static Map<SnapshotName, String> byRule(RetentionRules rules, List<Snapshot> snapshots) {
    List<Snapshot> own = snapshots.stream().filter(RetentionPlan::own).toList();
    Map<SnapshotName, String> kept = new LinkedHashMap<>();
    if (own.isEmpty()) {
      return kept;
    }
    Instant newest = own.get(own.size() - 1).created();
    rules
        .all()
        .ifPresent(
            span -> {
              String why = "all for " + RetentionRules.text(span);
              keep(kept, own, newest.minus(span), why);
            });
    for (RetentionRules.Grid grid : rules.grids()) {
      keep(kept, firsts(own, grid.period()), newest.minus(grid.span()), grid.toString());
    }
    String least = "at least " + rules.atLeast();
    keep(
        kept,
        own.subList(Math.max(own.size() - rules.atLeast(), 0), own.size()),
        Instant.MIN,
        least);
    return kept;
  }

  private static void keep(
      Map<SnapshotName, String> kept, List<Snapshot> which, Instant notBefore, String why) {
    for (Snapshot snapshot : which) {
      if (!snapshot.created().isBefore(notBefore)) {
        kept.putIfAbsent(snapshot.name(), why);
      }
    }
  }

  /**
   * The first of each period among all, also where the period began before the rule's age: what is
   * first stays first as it grows older, so nothing that is destroyed would have been kept later.
   */
  private static List<Snapshot> firsts(List<Snapshot> own, Duration period) {
    Set<Long> seen = new HashSet<>();
    return own.stream()
        .filter(
            each -> seen.add(Math.floorDiv(each.created().getEpochSecond(), period.toSeconds())))
        .toList();
  }

  private static Set<SnapshotName> squeezed(
      Facts facts, Map<SnapshotName, String> never, Map<SnapshotName, String> byRule) {
    Set<SnapshotGuid> bases = new HashSet<>(facts.bases().values());
    Set<SnapshotName> squeezed = new HashSet<>();
    for (Snapshot snapshot : facts.snapshots()) {
      if (squeezed.size() < facts.space().shortBy()
          && byRule.containsKey(snapshot.name())
          && !never.containsKey(snapshot.name())
          && !bases.contains(snapshot.guid())) {
        squeezed.add(snapshot.name());
      }
    }
    return squeezed;
  }

  /** Where all together cost more than the budget, the oldest go first. */
  private static List<Held> held(
      Facts facts,
      Map<SnapshotName, String> never,
      Map<SnapshotName, String> byRule,
      Set<SnapshotName> squeezed) {
    Map<SnapshotGuid, Set<String>> wanted = new HashMap<>();
    facts
        .bases()
        .forEach((host, guid) -> wanted.computeIfAbsent(guid, g -> new HashSet<>()).add(host));
    List<Snapshot> only =
        facts.snapshots().stream()
            .filter(each -> wanted.containsKey(each.guid()))
            .filter(each -> !never.containsKey(each.name()))
            .filter(each -> !byRule.containsKey(each.name()) || squeezed.contains(each.name()))
            .toList();
    long left = facts.space().budgetBytes();
    List<Held> held = new ArrayList<>();
    for (int i = only.size() - 1; i >= 0; i--) {
      Snapshot snapshot = only.get(i);
      long bytes = facts.space().heldBy(snapshot);
      boolean kept = bytes <= left;
      left = kept ? left - bytes : -1;
      held.add(0, new Held(snapshot, Set.copyOf(wanted.get(snapshot.guid())), bytes, kept));
    }
    return held;
  }

  /** For an alarm, {@code host} as people call it; empty while it costs less than half of it. */
  public static String costly(String host, Held base, long budgetBytes) {
    String much =
        new ByteSize(base.bytes()) + " of the " + new ByteSize(budgetBytes) + " that may be";
    if (!base.kept()) {
      return host
          + " was away too long: what it lacks holds "
          + much
          + " kept for hosts that are away, and is given up; it needs a full resend when it"
          + " returns";
    }
    return base.bytes() > budgetBytes / 2
        ? host
            + " is behind or away, and what it lacks holds "
            + much
            + " kept for such hosts; beyond that it is given up, and needs a full resend"
        : "";
  }
}
