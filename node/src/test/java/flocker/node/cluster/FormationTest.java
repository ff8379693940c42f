package flocker.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.formation.FormationView;
import flocker.protocol.formation.FormationView.Phase;
import flocker.protocol.formation.PromiseAnswer;
import flocker.protocol.formation.PromiseRequest;
import flocker.protocol.id.HostId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What one host decides, message by message. */
class FormationTest {
  private static final HostId A = new HostId("00000000000000aa");
  private static final HostId B = new HostId("00000000000000bb");
  private static final HostId C = new HostId("00000000000000cc");
  private static final Set<HostId> ALL = Set.of(A, B, C);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final List<FormationEffect> effects = new ArrayList<>();
  private long now = 1000 * SECOND;

  @Test
  void theFirstOfAMajorityStartsTheClusterWithItsPromises() {
    Formation a = formation(A, Optional.empty());
    tell(a, heard(B, Phase.WAITING, ""));
    assertThat(effects).isEmpty();
    tell(a, new FormationInput.NotHeard(C, "connection refused"));
    assertThat(effects).isEmpty();
    now += Formation.START_TOGETHER;
    tell(a, heard(B, Phase.WAITING, ""));
    assertThat(effects)
        .hasSize(2)
        .hasAtLeastOneElementOfType(FormationEffect.Keep.class)
        .hasAtLeastOneElementOfType(FormationEffect.Ask.class);
    long attempt = ((FormationEffect.Ask) effects.get(1)).attempt();
    tell(a, answer(B, attempt, true));
    assertThat(effects).containsExactly(new FormationEffect.Found());
    tell(a, membership("aa"));
    assertThat(a.view(now).member()).isTrue();
    assertThat(effects).containsExactly(new FormationEffect.Keep(Optional.empty()));
  }

  @Test
  void aHostAloneOnlyWaitsAndSaysWhy() {
    Formation a = formation(A, Optional.empty());
    tell(a, new FormationInput.NotHeard(B, "connection refused"));
    tell(a, new FormationInput.NotHeard(C, "connection refused"));
    for (int i = 0; i < 1000; i++) {
      now += SECOND;
      tell(a, new FormationInput.Tick());
      assertThat(effects).allMatch(effect -> effect instanceof FormationEffect.Poll);
    }
    assertThat(a.view(now).phase()).isEqualTo(Phase.WAITING);
    assertThat(a.view(now).why()).contains(B.value()).contains("connection refused");
  }

  @Test
  void theOnlyVoterNeedsNobody() {
    Formation a =
        new Formation(
            new FormationSetting("test", A, "a", new TreeSet<>(Set.of(A)), "x"),
            Set.of(A),
            Optional.empty(),
            now);
    tell(a, new FormationInput.Tick());
    assertThat(effects).contains(new FormationEffect.Found());
  }

  @Test
  void joinsTheClusterThatExists() {
    Formation a = formation(A, Optional.empty());
    tell(a, heard(C, Phase.MEMBER, "x"));
    assertThat(effects).containsExactly(new FormationEffect.Join("cc"));
    tell(a, membership("aa"));
    assertThat(a.view(now).incarnation()).isEqualTo("x");
  }

  @Test
  void promisesOneFounderForThirtySeconds() {
    Formation c = formation(C, Optional.empty());
    assertThat(ask(c, A).granted()).isTrue();
    assertThat(effects).hasOnlyElementsOfType(FormationEffect.Keep.class);
    assertThat(ask(c, B).granted()).isFalse();
    assertThat(ask(c, A).granted()).isTrue();
    now += Formation.PROMISE;
    assertThat(ask(c, B).granted()).isTrue();
  }

  @Test
  void aPromiseSurvivesARestartOfThePromiser() {
    Formation c = formation(C, Optional.of(new FormationPromise(A, 7, now + 10 * SECOND)));
    assertThat(ask(c, B).granted()).isFalse();
    assertThat(ask(c, A).granted()).isTrue();
  }

  @Test
  void aPromiseThatIsGivenBackIsFree() {
    Formation c = formation(C, Optional.empty());
    ask(c, A);
    c.withdraw(new PromiseRequest("test", A, 6), effects);
    assertThat(ask(c, B).granted()).isFalse();
    c.withdraw(new PromiseRequest("test", A, 7), effects);
    assertThat(ask(c, B).granted()).isTrue();
  }

  @Test
  void promisesNothingToStrangersOrWhileAMember() {
    Formation c = formation(C, Optional.empty());
    assertThat(ask(c, new HostId("00000000000000ff")).granted()).isFalse();
    assertThat(c.promise(new PromiseRequest("other", A, 7), now, effects).granted()).isFalse();
    tell(c, heard(A, Phase.MEMBER, "x"));
    assertThat(ask(c, B).granted()).isFalse();
  }

  @Test
  void givesUpAnAttemptThatWasRefusedAndGivesThePromisesBack() {
    Formation a = formation(A, Optional.empty());
    tell(a, heard(B, Phase.WAITING, ""));
    tell(a, heard(C, Phase.WAITING, ""));
    long attempt = ((FormationEffect.Ask) effects.get(1)).attempt();
    tell(a, answer(B, attempt, false));
    assertThat(effects).isEmpty();
    tell(a, answer(C, attempt, false));
    assertThat(effects)
        .contains(
            new FormationEffect.GiveBack(B, attempt),
            new FormationEffect.GiveBack(C, attempt),
            new FormationEffect.Keep(Optional.empty()));
    assertThat(a.view(now).phase()).isEqualTo(Phase.WAITING);
  }

  @Test
  void answersToAnOlderAttemptDoNotCount() {
    Formation a = formation(A, Optional.empty());
    tell(a, heard(B, Phase.WAITING, ""));
    tell(a, heard(C, Phase.WAITING, ""));
    long attempt = ((FormationEffect.Ask) effects.get(1)).attempt();
    tell(a, answer(B, attempt - 1, true));
    assertThat(effects).isEmpty();
  }

  @Test
  void aMemberInTheWayIsWaitedForWithoutARestart() {
    Formation a = formation(A, Optional.empty());
    FormationView stuck =
        new FormationView(
            "test", B, Phase.MEMBER, "x", "bb", List.of("bb", "cc"), List.of("cc"), true, "");
    for (int i = 0; i < 300; i++) {
      now += SECOND;
      tell(a, new FormationInput.Heard(stuck));
      assertThat(effects).noneMatch(effect -> effect instanceof FormationEffect.Restart);
    }
    assertThat(a.view(now).phase()).isEqualTo(Phase.JOINING);
    assertThat(a.view(now).why()).contains("unreachable: cc");
  }

  @Test
  void asksForARestartWhenItCannotJoinThoughNothingIsInTheWay() {
    Formation a = formation(A, Optional.empty());
    List<FormationEffect> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      now += SECOND;
      tell(a, heard(B, Phase.MEMBER, "x"));
      all.addAll(effects);
    }
    assertThat(all).filteredOn(e -> e instanceof FormationEffect.Restart).hasSize(1);
  }

  @Test
  void asksForARestartWhenTheMajorityIsElsewhereOrItWasRemoved() {
    Formation a = formation(A, Optional.empty());
    tell(a, heard(B, Phase.MEMBER, "x"));
    tell(a, membership("aa"));
    tell(a, heard(B, Phase.MEMBER, "y"));
    assertThat(effects).isEmpty();
    tell(a, heard(C, Phase.MEMBER, "y"));
    assertThat(effects).hasOnlyElementsOfType(FormationEffect.Restart.class);

    Formation b = formation(B, Optional.empty());
    tell(b, heard(C, Phase.MEMBER, "x"));
    tell(b, membership("bb"));
    tell(b, new FormationInput.Membership("bb", true, List.of(), List.of()));
    assertThat(effects).hasOnlyElementsOfType(FormationEffect.Restart.class);
  }

  private Formation formation(HostId self, Optional<FormationPromise> kept) {
    return new Formation(
        new FormationSetting(
            "test", self, self.value().substring(14), new TreeSet<>(ALL), "by-" + self),
        ALL,
        kept,
        now);
  }

  private void tell(Formation formation, FormationInput input) {
    effects.clear();
    effects.addAll(formation.on(input, now));
  }

  private PromiseAnswer ask(Formation formation, HostId founder) {
    effects.clear();
    return formation.promise(new PromiseRequest("test", founder, 7), now, effects);
  }

  private static FormationInput heard(HostId host, Phase phase, String incarnation) {
    return new FormationInput.Heard(
        new FormationView(
            "test",
            host,
            phase,
            incarnation,
            host.value().substring(14),
            List.of("aa", "bb", "cc"),
            List.of(),
            true,
            ""));
  }

  private static FormationInput membership(String self) {
    return new FormationInput.Membership(self, false, List.of("aa", "bb", "cc"), List.of());
  }

  private static FormationInput answer(HostId voter, long attempt, boolean granted) {
    return new FormationInput.Answered(new PromiseAnswer(voter, attempt, granted, ""));
  }
}
