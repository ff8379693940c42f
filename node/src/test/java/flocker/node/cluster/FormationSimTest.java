package flocker.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.formation.PromiseAnswer;
import flocker.protocol.formation.PromiseRequest;
import flocker.protocol.id.HostId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three or five hosts under lost messages, cut links, crashes and restarts, by a virtual clock and
 * from a seed. A stand-in for Pekko's membership admits a host if the member that is asked reaches
 * all other members. Never do fewer than a majority start a cluster; never are two majorities in
 * different ones; and after healing all are in one, soon.
 */
class FormationSimTest {
  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final long SECOND = 1000 * MILLI;

  private record Event(long at, long number, Runnable what) {}

  /** One host: what is in memory dies with it, what is on disk does not. */
  private final class Host {
    final HostId id;
    Optional<FormationPromise> disk = Optional.empty();
    Optional<Formation> formation = Optional.empty();
    String memberOf = "";
    String wantsVia = "";
    int life;
    // Powered, so that it refuses connections before it listens.
    boolean starting;

    Host(int index) {
      id = new HostId(String.format("%016x", index + 1));
    }

    void start() {
      life++;
      memberOf = "";
      wantsVia = "";
      formation =
          Optional.of(
              new Formation(
                  new FormationSetting("sim", id, id.value(), voters(), id + "/" + life),
                  voters(),
                  disk,
                  now));
      tick(life);
    }

    void crash() {
      formation = Optional.empty();
      memberOf = "";
      life++;
    }

    private void tick(int ofLife) {
      if (life == ofLife && formation.isPresent()) {
        tryToJoin();
        Set<String> members = memberOf.isEmpty() ? Set.of() : members(memberOf);
        List<String> unreached =
            members.stream().filter(member -> !reaches(this, member)).sorted().toList();
        tell(new FormationInput.Membership(name(), false, List.copyOf(members), unreached));
        tell(new FormationInput.Tick());
        at(100 * MILLI, () -> tick(ofLife));
      }
    }

    private String name() {
      return id + "#" + life;
    }

    private void tryToJoin() {
      if (memberOf.isEmpty() && !wantsVia.isEmpty()) {
        Host via = byId(wantsVia);
        if (linked(this, via) && !via.memberOf.isEmpty()) {
          Set<String> others = new TreeSet<>(members(via.memberOf));
          others.removeIf(member -> member.startsWith(id.value()));
          // As in Pekko, asking to join is enough to have one's predecessor removed.
          everMembers.put(via.memberOf, others);
          if (others.stream().allMatch(member -> reaches(via, member))) {
            memberOf = via.memberOf;
            others.add(name());
          }
        }
      }
    }

    void tell(FormationInput input) {
      formation.ifPresent(f -> perform(f.on(input, now)));
    }

    void perform(List<FormationEffect> effects) {
      for (FormationEffect effect : effects) {
        if (effect instanceof FormationEffect.Keep keep) {
          disk = keep.promise();
        } else if (effect instanceof FormationEffect.Poll poll) {
          request(
              byId(poll.host().value()),
              to -> new FormationInput.Heard(to.formation.orElseThrow().view(now)),
              new FormationInput.NotHeard(poll.host(), "timeout"));
        } else if (effect instanceof FormationEffect.Ask ask) {
          PromiseRequest promise = new PromiseRequest("sim", id, ask.attempt());
          request(
              byId(ask.voter().value()),
              to -> {
                List<FormationEffect> first = new ArrayList<>();
                PromiseAnswer answer = to.formation.orElseThrow().promise(promise, now, first);
                to.perform(first);
                return new FormationInput.Answered(answer);
              },
              new FormationInput.Answered(
                  new PromiseAnswer(ask.voter(), ask.attempt(), false, "timeout")));
        } else if (effect instanceof FormationEffect.GiveBack back) {
          PromiseRequest promise = new PromiseRequest("sim", id, back.attempt());
          request(
              byId(back.voter().value()),
              to -> {
                List<FormationEffect> first = new ArrayList<>();
                to.formation.orElseThrow().withdraw(promise, first);
                to.perform(first);
                return new FormationInput.Tick();
              },
              new FormationInput.Tick());
        } else if (effect instanceof FormationEffect.Found) {
          memberOf = id + "/" + life;
          everMembers.put(memberOf, new TreeSet<>(Set.of(name())));
          foundings++;
        } else if (effect instanceof FormationEffect.Join join) {
          wantsVia = join.address();
        } else if (effect instanceof FormationEffect.Restart) {
          crash();
          at(2 * SECOND, this::start);
        }
      }
    }

    private void request(
        Host to, java.util.function.Function<Host, FormationInput> answer, FormationInput failed) {
      int asking = life;
      boolean poweredOff = to.formation.isEmpty() && !to.starting;
      boolean lost = poweredOff || cut(this, to) || random.nextInt(100) < lossPercent;
      long there = MILLI * (1 + random.nextInt(30));
      long back = MILLI * (1 + random.nextInt(30));
      if (lost) {
        at(SECOND, () -> tellIf(asking, failed));
        return;
      }
      at(
          there,
          () -> {
            if (to.formation.isEmpty()) {
              at(back, () -> tellIf(asking, failed));
              return;
            }
            FormationInput said = answer.apply(to);
            boolean answerLost = !linked(to, this) || random.nextInt(100) < lossPercent;
            at(answerLost ? SECOND : back, () -> tellIf(asking, answerLost ? failed : said));
          });
    }

    private void tellIf(int asking, FormationInput input) {
      if (life == asking) {
        tell(input);
      }
    }
  }

  private final List<Host> hosts = new ArrayList<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparing(Event::number));
  private final Map<String, Set<String>> everMembers = new HashMap<>();
  private final Set<Set<HostId>> cuts = new HashSet<>();
  private Random random;
  private int lossPercent;
  private long now;
  private long eventNumber;
  private int foundings;

  @ParameterizedTest
  @CsvSource({"3, 1", "3, 1001", "3, 2001", "5, 3001", "5, 4001"})
  void formsOneClusterWhateverHappens(int count, long firstSeed) {
    for (long seed = firstSeed; seed < firstSeed + 40; seed++) {
      reset(count, seed);
      long chaosEnds = now + 120 * SECOND;
      while (now < chaosEnds) {
        at(0, this::disturb);
        run(SECOND * (1 + random.nextInt(15)), seed);
      }
      cuts.clear();
      lossPercent = 0;
      hosts.stream().filter(host -> host.formation.isEmpty()).forEach(Host::start);
      run(90 * SECOND, seed);
      assertThat(hosts.stream().map(host -> host.memberOf).collect(Collectors.toSet()))
          .as(
              "seed %d: incarnations after healing: %s",
              seed,
              hosts.stream()
                  .map(host -> host.memberOf + ": " + host.formation.map(f -> f.view(now)))
                  .collect(Collectors.joining("\n")))
          .hasSize(1)
          .doesNotContain("");
      assertThat(foundings).as("seed %d", seed).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 3", "3, 2", "5, 5", "5, 3"})
  void formsFastFromACertainStart(int count, int present) {
    for (long seed = 1; seed <= 100; seed++) {
      reset(count, seed);
      lossPercent = 0;
      hosts.stream()
          .limit(present)
          .forEach(
              host -> {
                host.starting = true;
                at(random.nextInt(50) * MILLI, host::start);
              });
      run(Duration.ofMillis(present == count ? 1_000 : 2_500).toNanos(), seed);
      assertThat(hosts.stream().limit(present).map(host -> host.memberOf).distinct())
          .as("seed %d: %s", seed, views())
          .hasSize(1)
          .doesNotContain("");
      assertThat(foundings).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 1", "5, 2"})
  void fewerThanAMajorityNeverStart(int count, int present) {
    for (long seed = 1; seed <= 50; seed++) {
      reset(count, seed);
      hosts.stream().limit(present).forEach(Host::start);
      run(300 * SECOND, seed);
      assertThat(foundings).isZero();
    }
  }

  private void disturb() {
    Host host = hosts.get(random.nextInt(hosts.size()));
    switch (random.nextInt(7)) {
      case 0, 1 -> {
        if (host.formation.isEmpty()) {
          host.start();
        }
      }
      case 2 -> host.crash();
      case 3 -> {
        host.crash();
        int life = host.life;
        at(
            random.nextInt(3_000) * MILLI,
            () -> {
              if (host.life == life) {
                host.start();
              }
            });
      }
      case 4, 5 -> {
        Host other = hosts.get(random.nextInt(hosts.size()));
        if (other != host) {
          cuts.add(Set.of(host.id, other.id));
        }
      }
      default -> cuts.clear();
    }
  }

  private void run(long duration, long seed) {
    long until = now + duration;
    while (!events.isEmpty() && events.peek().at() <= until) {
      Event event = events.poll();
      now = event.at();
      event.what().run();
      checkMajorities(seed);
    }
    now = until;
  }

  private void checkMajorities(long seed) {
    long majorities =
        hosts.stream()
            .map(host -> host.memberOf)
            .filter(incarnation -> !incarnation.isEmpty())
            .collect(Collectors.groupingBy(incarnation -> incarnation, Collectors.counting()))
            .values()
            .stream()
            .filter(size -> size > hosts.size() / 2)
            .count();
    assertThat(majorities).as("seed %d: clusters with a majority", seed).isLessThanOrEqualTo(1);
  }

  private void reset(int count, long seed) {
    random = new Random(seed);
    hosts.clear();
    events.clear();
    everMembers.clear();
    cuts.clear();
    foundings = 0;
    now = 1_000 * SECOND;
    lossPercent = random.nextInt(20);
    for (int i = 0; i < count; i++) {
      hosts.add(new Host(i));
    }
  }

  private String views() {
    return hosts.stream()
        .map(host -> host.memberOf + ": " + host.formation.map(f -> f.view(now)))
        .collect(Collectors.joining("\n"));
  }

  private Set<String> members(String incarnation) {
    return everMembers.getOrDefault(incarnation, Set.of());
  }

  /** Whether the process of that name lives and is linked. */
  private boolean reaches(Host from, String member) {
    Host to = byId(member.substring(0, 16));
    return to.name().equals(member) && (to == from || linked(from, to));
  }

  private boolean linked(Host a, Host b) {
    return a.formation.isPresent() && b.formation.isPresent() && !cut(a, b);
  }

  private boolean cut(Host a, Host b) {
    return cuts.contains(Set.of(a.id, b.id));
  }

  private Host byId(String id) {
    return hosts.stream().filter(host -> host.id.value().equals(id)).findFirst().orElseThrow();
  }

  private SortedSet<HostId> voters() {
    return hosts.stream().map(host -> host.id).collect(Collectors.toCollection(TreeSet::new));
  }

  private void at(long delay, Runnable what) {
    events.add(new Event(now + delay, ++eventNumber, what));
  }
}
