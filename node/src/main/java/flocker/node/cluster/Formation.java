package flocker.node.cluster;

import flocker.protocol.formation.FormationView;
import flocker.protocol.formation.FormationView.Phase;
import flocker.protocol.formation.PromiseAnswer;
import flocker.protocol.formation.PromiseRequest;
import flocker.protocol.id.HostId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How hosts become one cluster: join the one that exists, else start one with the promises of a
 * majority of the voters. Pure: times are nanoseconds of this host's CLOCK_BOOTTIME.
 *
 * <pre>
 * WAITING ── a member is heard ──────────────────────► JOINING ── among the members ──► MEMBER
 *    │  ▲                                                 │ 30 s, and nobody unreachable    │
 *    │  └─ refused, or 2 s ─┐                             ▼ is in the way                   │
 *    └─ a majority waits,   │                          RESTART ◄── a majority is in another ┘
 *       this host is first ─► ASKING ── a majority promised ──► FOUNDING ──► MEMBER
 * </pre>
 *
 * <p>At most one is started, because two majorities share a voter, and a voter promises one founder
 * for 30 s: long enough for the others to hear of the new cluster and join it. A promise is on disk
 * before it is told, so a voter that restarts still keeps it. A founder uses promises for 15 s
 * only. Should two clusters exist all the same (a machine was paused between its last promise and
 * its start), the host that finds a majority of the voters in the other asks to be restarted.
 */
final class Formation {
  static final long PROMISE = Duration.ofSeconds(30).toNanos();

  /** A founder does not use promises that are older than this: half of how long they last. */
  static final long USE_PROMISES = Duration.ofSeconds(15).toNanos();

  static final long ASK_LIMIT = Duration.ofSeconds(2).toNanos();
  static final long JOIN_AGAIN = Duration.ofSeconds(5).toNanos();
  static final long JOIN_LIMIT = Duration.ofSeconds(30).toNanos();

  /** A host that waits before this one's turn, but hears no majority, is waited for this long. */
  static final long PATIENCE_WITH_FIRST = Duration.ofSeconds(1).toNanos();

  /** Hosts that are started together are waited for this long, so that they do not compete. */
  static final long START_TOGETHER = Duration.ofMillis(700).toNanos();

  private static final long TURN = Duration.ofMillis(250).toNanos();

  private final FormationSetting setting;
  private final Hearsay hearsay;
  private FormationInput.Membership membership =
      new FormationInput.Membership("", false, List.of(), List.of());
  private Phase phase = Phase.WAITING;
  private long since;
  private final long startedAt;
  private String incarnation = "";
  private String why = "looking for other hosts";
  private Optional<FormationPromise> promise;
  // Of the present or last attempt to start the cluster.
  private long attempt;
  private long notBefore;
  private final Set<HostId> asked = new HashSet<>();
  private final Set<HostId> granted = new HashSet<>();
  private final Set<HostId> refused = new HashSet<>();
  // While JOINING.
  private long askedToJoinAt;
  private int joinAttempts;

  /** {@code kept} is the promise that was on disk, if there was one. */
  Formation(
      FormationSetting setting, Set<HostId> hosts, Optional<FormationPromise> kept, long now) {
    this.setting = setting;
    this.hearsay = new Hearsay(setting, hosts);
    this.promise = kept;
    this.since = now;
    this.startedAt = now;
  }

  FormationView view(long now) {
    return new FormationView(
        setting.cluster(),
        setting.self(),
        phase,
        phase == Phase.MEMBER ? incarnation : "",
        setting.address(),
        membership.members(),
        membership.unreachable(),
        hearsay.seesMajority(now),
        why);
  }

  List<FormationEffect> on(FormationInput input, long now) {
    List<FormationEffect> effects = new ArrayList<>();
    if (input instanceof FormationInput.Heard heard) {
      hearsay.heard(heard.view(), now);
    } else if (input instanceof FormationInput.NotHeard notHeard) {
      hearsay.notHeard(notHeard.host(), notHeard.why(), now);
    } else if (input instanceof FormationInput.Answered answered) {
      onAnswer(answered.answer());
    } else if (input instanceof FormationInput.Membership seen) {
      membership = seen;
    } else {
      hearsay
          .due(phase == Phase.MEMBER, now)
          .forEach(h -> effects.add(new FormationEffect.Poll(h)));
    }
    decide(effects, now);
    return effects;
  }

  /**
   * A voter is asked for its promise. The effects are to be carried out before the answer is told.
   */
  PromiseAnswer promise(PromiseRequest request, long now, List<FormationEffect> effects) {
    String no = objection(request, now);
    if (no.isEmpty()) {
      keep(
          Optional.of(new FormationPromise(request.founder(), request.attempt(), now + PROMISE)),
          effects);
    }
    return new PromiseAnswer(setting.self(), request.attempt(), no.isEmpty(), no);
  }

  /** A founder gives a promise back. */
  PromiseAnswer withdraw(PromiseRequest request, List<FormationEffect> effects) {
    boolean held =
        promise.isPresent()
            && promise.get().founder().equals(request.founder())
            && promise.get().attempt() == request.attempt();
    if (held) {
      keep(Optional.empty(), effects);
    }
    return new PromiseAnswer(setting.self(), request.attempt(), held, held ? "" : "not promised");
  }

  private String objection(PromiseRequest request, long now) {
    if (!request.cluster().equals(setting.cluster())) {
      return "this host belongs to cluster " + setting.cluster();
    } else if (!setting.voters().contains(setting.self())) {
      return "this host is no voter";
    } else if (!setting.voters().contains(request.founder())) {
      return "host " + request.founder() + " is no voter";
    } else if (phase != Phase.WAITING) {
      return "this host is " + phase + ": " + why;
    }
    return promisedToOther(request.founder(), now);
  }

  private String promisedToOther(HostId founder, long now) {
    return promise
        .filter(kept -> now < kept.until() && !kept.founder().equals(founder))
        .map(
            kept ->
                "host "
                    + kept.founder()
                    + " has the promise for another "
                    + Duration.ofNanos(kept.until() - now).toSeconds()
                    + " s")
        .orElse("");
  }

  private void decide(List<FormationEffect> effects, long now) {
    switch (phase) {
      case WAITING -> whileWaiting(effects, now);
      case ASKING -> whileAsking(effects, now);
      case FOUNDING -> {
        if (membership.member()) {
          becomeMember(setting.incarnation(), effects, now);
        }
      }
      case JOINING -> whileJoining(effects, now);
      case MEMBER -> whileMember(effects, now);
      case RESTART -> {}
    }
  }

  private void whileWaiting(List<FormationEffect> effects, long now) {
    Optional<FormationView> member = hearsay.bestMember(0, now);
    if (member.isPresent()) {
      joinAttempts = 0;
      enter(Phase.JOINING, "", now);
      join(member.get(), effects, now);
      return;
    }
    why = reasonToWait(now);
    if (why.isEmpty() && now >= notBefore) {
      ask(effects, now);
    }
  }

  /** Empty if this host may ask for promises. */
  private String reasonToWait(long now) {
    if (!setting.voters().contains(setting.self())) {
      return "waiting for a cluster to join: this host is no voter and cannot start one";
    } else if (!hearsay.heardAll(now)
        && (!hearsay.askedAll() || now - startedAt < START_TOGETHER)) {
      return "looking for other hosts";
    } else if (!hearsay.seesMajority(now)) {
      return "waiting for a majority of the "
          + setting.voters().size()
          + " voters; not in contact: "
          + hearsay.missing(now);
    } else if (!promisedToOther(setting.self(), now).isEmpty()) {
      return "waiting for another host to start the cluster: "
          + promisedToOther(setting.self(), now);
    }
    return hearsay
        .firstInTurn(PATIENCE_WITH_FIRST, now)
        .filter(first -> !first.equals(setting.self()))
        .map(first -> "waiting for host " + first + " to start the cluster")
        .orElse("");
  }

  private void ask(List<FormationEffect> effects, long now) {
    enter(Phase.ASKING, "asking the voters to let this host start the cluster", now);
    attempt = Math.max(attempt + 1, now);
    asked.clear();
    granted.clear();
    refused.clear();
    keep(Optional.of(new FormationPromise(setting.self(), attempt, now + PROMISE)), effects);
    granted.add(setting.self());
    for (HostId voter : hearsay.waitingVoters(now)) {
      asked.add(voter);
      effects.add(new FormationEffect.Ask(voter, attempt));
    }
    whileAsking(effects, now);
  }

  private void onAnswer(PromiseAnswer answer) {
    if (phase == Phase.ASKING && answer.attempt() == attempt && asked.contains(answer.voter())) {
      (answer.granted() ? granted : refused).add(answer.voter());
    }
  }

  private void whileAsking(List<FormationEffect> effects, long now) {
    boolean late = now - since > ASK_LIMIT;
    if (granted.size() >= setting.majority() && now - since < USE_PROMISES) {
      enter(Phase.FOUNDING, "starting the cluster", now);
      effects.add(new FormationEffect.Found());
    } else if (late || asked.size() - refused.size() + 1 < setting.majority()) {
      asked.forEach(voter -> effects.add(new FormationEffect.GiveBack(voter, attempt)));
      keep(Optional.empty(), effects);
      enter(Phase.WAITING, "not enough promises to start the cluster", now);
      notBefore = now + TURN * (1 + setting.voters().headSet(setting.self()).size());
    }
  }

  private void join(FormationView via, List<FormationEffect> effects, long now) {
    askedToJoinAt = now;
    joinAttempts++;
    why = "joining the cluster through " + via.address();
    if (!via.unreachable().isEmpty()) {
      why +=
          "; it admits nobody while these members are unreachable: "
              + String.join(", ", via.unreachable())
              + " (user systems are served all the same)";
    }
    effects.add(new FormationEffect.Join(via.address()));
  }

  private void whileJoining(List<FormationEffect> effects, long now) {
    if (membership.member()) {
      // Only a member that counts this very actor system among its own knows which cluster it is:
      // the process at the address that was asked may be another by now.
      Optional<String> joined = hearsay.incarnationWith(membership.self(), now);
      if (joined.isPresent()) {
        becomeMember(joined.get(), effects, now);
        return;
      }
    }
    Optional<FormationView> via = hearsay.bestMember(joinAttempts, now);
    if (via.isEmpty()) {
      if (membership.member()) {
        restart("the cluster that was joined is gone", effects);
        return;
      }
      enter(Phase.WAITING, "the cluster that was being joined is gone", now);
    } else if (!via.get().unreachable().isEmpty()) {
      // It cannot admit anybody, and a new actor system would not be admitted either.
      since = now;
    } else if (now - since > JOIN_LIMIT) {
      restart("could not join the cluster through " + via.get().address() + " for 30 s", effects);
      return;
    }
    if (phase == Phase.JOINING && !membership.member() && now - askedToJoinAt > JOIN_AGAIN) {
      join(via.orElseThrow(), effects, now);
    }
  }

  private void becomeMember(String of, List<FormationEffect> effects, long now) {
    incarnation = of;
    enter(Phase.MEMBER, "", now);
    keep(Optional.empty(), effects);
  }

  private void whileMember(List<FormationEffect> effects, long now) {
    if (membership.removed()) {
      restart("this host was removed from the cluster", effects);
      return;
    }
    hearsay
        .betterIncarnation(incarnation, now)
        .ifPresent(
            other ->
                restart(
                    "this host is in cluster incarnation "
                        + incarnation
                        + ", the majority is in "
                        + other,
                    effects));
  }

  private void restart(String reason, List<FormationEffect> effects) {
    phase = Phase.RESTART;
    why = reason;
    effects.add(new FormationEffect.Restart(reason));
  }

  private void enter(Phase next, String reason, long now) {
    phase = next;
    since = now;
    why = reason;
  }

  private void keep(Optional<FormationPromise> next, List<FormationEffect> effects) {
    if (!promise.equals(next)) {
      promise = next;
      effects.add(new FormationEffect.Keep(next));
    }
  }
}
