package flocker.node.cluster;

import flocker.protocol.formation.FormationView;
import flocker.protocol.formation.FormationView.Phase;
import flocker.protocol.id.HostId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What this host has heard of the others lately. Pure; part of {@link Formation}. */
final class Hearsay {
  private static final long POLL_WAITING = Duration.ofMillis(80).toNanos();
  private static final long POLL_MEMBER = Duration.ofSeconds(5).toNanos();
  private static final long FRESH = Duration.ofSeconds(2).toNanos();
  private static final long FRESH_FOR_MEMBER = Duration.ofSeconds(12).toNanos();

  private final FormationSetting setting;
  private final Set<HostId> others;
  private final Map<HostId, FormationView> views = new TreeMap<>();
  private final Map<HostId, Long> heardAt = new HashMap<>();
  private final Map<HostId, String> failures = new HashMap<>();
  private final Map<HostId, Long> answeredAt = new HashMap<>();
  private final Set<HostId> polling = new TreeSet<>();
  // Since when a host has waited without hearing a majority.
  private final Map<HostId, Long> lonelySince = new HashMap<>();

  Hearsay(FormationSetting setting, Set<HostId> hosts) {
    this.setting = setting;
    this.others = new TreeSet<>(hosts);
    others.remove(setting.self());
  }

  /** Whom to ask now. Each is asked again only after it has answered or failed. */
  List<HostId> due(boolean member, long now) {
    List<HostId> due = new ArrayList<>();
    for (HostId host : others) {
      Long at = answeredAt.get(host);
      if (!polling.contains(host)
          && (at == null || now - at >= (member ? POLL_MEMBER : POLL_WAITING))) {
        polling.add(host);
        due.add(host);
      }
    }
    return due;
  }

  void heard(FormationView view, long now) {
    HostId host = view.host();
    if (!others.contains(host)) {
      return;
    }
    answered(host, now);
    if (!view.cluster().equals(setting.cluster())) {
      notHeard(host, "it belongs to cluster " + view.cluster(), now);
      return;
    }
    views.put(host, view);
    heardAt.put(host, now);
    failures.remove(host);
    if (view.phase() == Phase.WAITING && !view.seesMajority()) {
      lonelySince.putIfAbsent(host, now);
    } else {
      lonelySince.remove(host);
    }
  }

  void notHeard(HostId host, String why, long now) {
    answered(host, now);
    views.remove(host);
    heardAt.remove(host);
    failures.put(host, why);
  }

  private void answered(HostId host, long now) {
    polling.remove(host);
    answeredAt.put(host, now);
  }

  /** Whether every other voter has answered or failed at least once. */
  boolean askedAll() {
    return otherVoters().allMatch(answeredAt::containsKey);
  }

  /** Whether every other voter is in contact. */
  boolean heardAll(long now) {
    return otherVoters().allMatch(host -> fresh(host, FRESH, now));
  }

  boolean seesMajority(long now) {
    long voices = otherVoters().filter(host -> fresh(host, FRESH_FOR_MEMBER, now)).count();
    return voices + (setting.voters().contains(setting.self()) ? 1 : 0) >= setting.majority();
  }

  String missing(long now) {
    return otherVoters()
        .filter(host -> !fresh(host, FRESH_FOR_MEMBER, now))
        .map(host -> host + " (" + failures.getOrDefault(host, "no answer yet") + ")")
        .collect(Collectors.joining(", "));
  }

  /** Other voters that wait, or ask, as this host does. */
  List<HostId> waitingVoters(long now) {
    return otherVoters()
        .filter(host -> fresh(host, FRESH, now))
        .filter(
            host ->
                views.get(host).phase() == Phase.WAITING || views.get(host).phase() == Phase.ASKING)
        .toList();
  }

  /**
   * The waiting voter with the smallest id: it starts the cluster. One that hears no majority
   * cannot, and is passed over after a while.
   */
  Optional<HostId> firstInTurn(long patience, long now) {
    return Stream.concat(
            waitingVoters(now).stream()
                .filter(host -> now - lonelySince.getOrDefault(host, now) <= patience),
            Stream.of(setting.self()))
        .min(Comparator.naturalOrder());
  }

  /**
   * A member of the cluster that most voters are in; another one for each {@code turn}, those that
   * reach all their members first.
   */
  Optional<FormationView> bestMember(int turn, long now) {
    List<FormationView> candidates = members(FRESH, now);
    Map<String, Long> sizes = sizes(candidates);
    Optional<String> best =
        sizes.entrySet().stream()
            .max(
                Map.Entry.<String, Long>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey);
    List<FormationView> ways =
        candidates.stream()
            .filter(view -> best.filter(view.incarnation()::equals).isPresent())
            .sorted(Comparator.comparingInt(view -> view.unreachable().size()))
            .toList();
    return ways.isEmpty() ? Optional.empty() : Optional.of(ways.get(turn % ways.size()));
  }

  /** The cluster that counts {@code member} among its own. */
  Optional<String> incarnationWith(String member, long now) {
    return members(FRESH, now).stream()
        .filter(view -> view.members().contains(member))
        .map(FormationView::incarnation)
        .findFirst();
  }

  /**
   * Another incarnation that this member should be in: that of a majority of the voters; or, if all
   * voters are heard and none has a majority, the larger one, by id if they are equal.
   */
  Optional<String> betterIncarnation(String mine, long now) {
    Map<String, Long> sizes = sizes(members(FRESH_FOR_MEMBER, now));
    if (setting.voters().contains(setting.self())) {
      sizes.merge(mine, 1L, Long::sum);
    } else {
      sizes.putIfAbsent(mine, 0L);
    }
    boolean allHeard = otherVoters().allMatch(host -> fresh(host, FRESH_FOR_MEMBER, now));
    boolean decided = sizes.values().stream().anyMatch(size -> size >= setting.majority());
    return sizes.entrySet().stream()
        .filter(entry -> entry.getValue() >= setting.majority() || (allHeard && !decided))
        .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .filter(best -> !best.equals(mine));
  }

  private List<FormationView> members(long freshness, long now) {
    return views.values().stream()
        .filter(view -> fresh(view.host(), freshness, now) && view.member())
        .toList();
  }

  private Map<String, Long> sizes(List<FormationView> members) {
    Map<String, Long> sizes = new TreeMap<>();
    for (FormationView view : members) {
      sizes.merge(view.incarnation(), setting.voters().contains(view.host()) ? 1L : 0L, Long::sum);
    }
    return sizes;
  }

  private Stream<HostId> otherVoters() {
    return setting.voters().stream().filter(host -> !host.equals(setting.self()));
  }

  private boolean fresh(HostId host, long freshness, long now) {
    Long at = heardAt.get(host);
    return at != null && now - at <= freshness;
  }
}
