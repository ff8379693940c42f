package flocker.node.retention;

import flocker.node.blocking.Blocking;
import flocker.node.config.HostEntry;
import flocker.node.config.NodeConfig;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.time.BootClock;
import flocker.protocol.admin.HistorySettings;
import flocker.protocol.admin.RetentionRules;
import flocker.protocol.admin.RetentionView;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SystemId;
import flocker.protocol.retention.BasesTold;
import flocker.protocol.retention.ToRetention;
import flocker.protocol.system.SystemRecord;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Carries out {@link RetentionPlan} on one copy, at {@code /user/systems/<id>/retention}: a batch,
 * then a pause, so that other work hardly waits for it. A master also tells the other hosts what it
 * knows of their bases, and everybody writes down what he was told.
 */
public final class RetentionActor extends AbstractBehavior<ToRetention> {
  /** What its own host tells it. */
  public sealed interface Command extends ToRetention {}

  /** What the system's record says. */
  public record Wanted(SystemRecord system) implements Command {}

  /**
   * @param epoch while this host is master: its own
   * @param confirmed what the slaves have confirmed in it
   */
  public record Role(Optional<Epoch> epoch, Map<HostId, SnapshotGuid> confirmed)
      implements Command {
    public Role {
      confirmed = Map.copyOf(confirmed);
    }
  }

  /**
   * What would be done now; nothing is.
   *
   * @param rules to try out instead of those in force
   * @param limit so many of the newest are shown
   */
  public record Preview(Optional<RetentionRules> rules, int limit, ActorRef<Previewed> replyTo)
      implements Command {}

  /** The answer: one of the two. */
  public record Previewed(Optional<RetentionView> view, String trouble) {}

  /** For the system's alarms; an empty text clears it. */
  public record Alarm(String code, String text) {}

  private record RoundEnded(
      Optional<RetentionRound.Looked> looked, int destroyed, BaseBook written, String trouble)
      implements Command {}

  private enum Round implements Command {
    INSTANCE
  }

  private static final Duration USUAL = Duration.ofSeconds(15);
  private static final Duration SOON = Duration.ofSeconds(3);
  private static final Duration UNDER_PRESSURE = Duration.ofSeconds(30);
  // A copy that nothing happens to is looked at every so many rounds: the pool may fill all the
  // same.
  private static final int IDLE_ROUNDS = 8;
  private static final int UNTOUCHED = -1;
  private static final String BOOK = "bases";

  /**
   * Whose copy it is and where the others are.
   *
   * @param others every other host with storage
   * @param at the retention of the same system on another host, by its fixed path
   */
  public record Setting(
      SystemId system,
      Dataset dataset,
      Storage storage,
      BootClock clock,
      NodeConfig.RetentionConfig limits,
      HostEntry self,
      List<HostEntry> others,
      Function<HostId, ActorRef<ToRetention>> at) {
    public Setting {
      others = List.copyOf(others);
    }
  }

  private final TimerScheduler<ToRetention> timers;
  private final Setting setting;
  private final SystemId system;
  private final Dataset dataset;
  private final RetentionRound round;
  private final Blocking storing;
  private final ActorRef<Alarm> alarms;
  private final Set<String> raised = new HashSet<>();
  private SystemRecord wanted;
  private Role role = new Role(Optional.empty(), Map.of());
  private BaseBook book = BaseBook.EMPTY;
  // What is written down; empty: it was not looked at yet.
  private Optional<BaseBook> written = Optional.empty();
  private List<Snapshot> settled = List.of();
  private int idle;
  private boolean busy;

  /** Of one copy, while its tree lives. */
  public static Behavior<ToRetention> create(
      Setting setting, SystemRecord wanted, ActorRef<Alarm> alarms) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new RetentionActor(context, timers, setting, wanted, alarms)));
  }

  private RetentionActor(
      ActorContext<ToRetention> context,
      TimerScheduler<ToRetention> timers,
      Setting setting,
      SystemRecord wanted,
      ActorRef<Alarm> alarms) {
    super(context);
    this.timers = timers;
    this.setting = setting;
    this.system = setting.system();
    this.dataset = setting.dataset();
    this.wanted = wanted;
    this.alarms = alarms;
    this.round = new RetentionRound(setting.storage(), dataset, setting.limits(), setting.clock());
    this.storing =
        new Blocking(
            context
                .getSystem()
                .dispatchers()
                .lookup(DispatcherSelector.fromConfig("flocker.storage-dispatcher")));
    timers.startSingleTimer(Round.INSTANCE, Round.INSTANCE, USUAL);
  }

  @Override
  public Receive<ToRetention> createReceive() {
    return newReceiveBuilder()
        .onMessage(BasesTold.class, this::onBasesTold)
        .onMessage(Wanted.class, this::onWanted)
        .onMessage(Role.class, this::onRole)
        .onMessage(Preview.class, this::onPreview)
        .onMessageEquals(Round.INSTANCE, this::onRound)
        .onMessage(RoundEnded.class, this::onRoundEnded)
        .build();
  }

  private Behavior<ToRetention> onBasesTold(BasesTold told) {
    boolean mine = role.epoch().filter(own -> own.compareTo(told.epoch()) >= 0).isPresent();
    if (told.system().equals(system) && !mine) {
      book = book.told(told, self()).of(others());
    }
    return this;
  }

  private Behavior<ToRetention> onWanted(Wanted now) {
    if (!now.system().history().equals(wanted.history())) {
      idle = IDLE_ROUNDS;
    }
    wanted = now.system();
    return this;
  }

  private Behavior<ToRetention> onRole(Role now) {
    role = now;
    now.epoch().ifPresent(epoch -> book = book.confirmed(epoch, now.confirmed()).of(others()));
    return this;
  }

  private HostId self() {
    return setting.self().id();
  }

  private Set<HostId> others() {
    return setting.others().stream()
        .map(HostEntry::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private String label(HostId id) {
    return setting.others().stream()
        .filter(entry -> entry.id().equals(id))
        .map(HostEntry::name)
        .findFirst()
        .orElseThrow();
  }

  private RetentionRules rules() {
    HistorySettings history = wanted.history();
    return role.epoch().isPresent() ? history.retention() : history.onSlaves();
  }

  /** All that a round is made of, so that it shares nothing with this actor. */
  private record Turn(
      BaseBook book,
      Optional<BaseBook> written,
      Optional<List<Snapshot>> settled,
      RetentionRules rules,
      Set<SnapshotGuid> pins,
      Optional<Epoch> epoch) {}

  private Turn turn(RetentionRules rules) {
    return new Turn(
        book,
        written,
        idle < IDLE_ROUNDS ? Optional.of(settled) : Optional.empty(),
        rules,
        Set.copyOf(wanted.pins()),
        role.epoch());
  }

  private RetentionRound.Wanted wanted(Turn turn, BaseBook known) {
    Map<String, SnapshotGuid> bases = new TreeMap<>();
    known.of(others()).known().forEach((id, guid) -> bases.put(label(id), guid));
    Optional<Epoch> fork = turn.epoch().filter(epoch -> bases.size() < others().size());
    return new RetentionRound.Wanted(turn.rules(), turn.pins(), bases, fork);
  }

  private Behavior<ToRetention> onRound() {
    if (busy) {
      return this;
    }
    tellOthers();
    busy = true;
    Turn turn = turn(rules());
    getContext()
        .pipeToSelf(
            storing.call(() -> work(turn)),
            (ended, thrown) ->
                thrown == null
                    ? ended
                    : new RoundEnded(Optional.empty(), 0, turn.book(), Blocking.reason(thrown)));
    return this;
  }

  private void tellOthers() {
    role.epoch()
        .ifPresent(
            epoch -> {
              for (HostId other : others()) {
                setting.at().apply(other).tell(new BasesTold(epoch, system, self(), book.tell()));
              }
            });
  }

  /** Blocks. */
  private RoundEnded work(Turn turn) throws StorageFault {
    if (!round.storage().exists(dataset)) {
      return new RoundEnded(Optional.empty(), 0, turn.book(), "");
    }
    BaseBook known = remembered(turn);
    List<Snapshot> snapshots = round.storage().snapshots(dataset);
    if (turn.settled().equals(Optional.of(snapshots)) && known.equals(turn.book())) {
      return new RoundEnded(Optional.empty(), UNTOUCHED, known, "");
    }
    Optional<RetentionRound.Looked> looked = round.look(wanted(turn, known));
    int destroyed = looked.isPresent() ? round.carryOut(looked.get().plan()).size() : 0;
    return new RoundEnded(looked, destroyed, known, "");
  }

  /** Reads what was written down before a restart, and writes what is new. Blocks. */
  private BaseBook remembered(Turn turn) throws StorageFault {
    BaseBook known = turn.book();
    if (turn.written().isEmpty()) {
      Optional<BaseBook> before = round.storage().property(dataset, BOOK).flatMap(BaseBook::read);
      // What was heard or confirmed since is newer than what is written.
      known = before.map(old -> old.with(turn.book())).orElse(known);
    }
    if (!turn.written().equals(Optional.of(known)) && !known.known().isEmpty()) {
      round.storage().setProperty(dataset, BOOK, known.write());
    }
    return known;
  }

  private Behavior<ToRetention> onRoundEnded(RoundEnded ended) {
    busy = false;
    Duration pause = USUAL;
    if (!ended.trouble().isEmpty()) {
      getContext().getLog().warn("retention-failed dataset={} {}", dataset, ended.trouble());
    } else {
      learn(ended.written());
      idle = ended.destroyed() == UNTOUCHED ? idle + 1 : 0;
    }
    if (ended.looked().isPresent()) {
      RetentionRound.Looked looked = ended.looked().get();
      int planned = looked.plan().destroyed().size();
      settled = planned == 0 && looked.pressure().isEmpty() ? looked.snapshots() : List.of();
      if (!looked.pressure().isEmpty()) {
        pause = UNDER_PRESSURE;
      } else if (planned > ended.destroyed()) {
        pause = SOON;
      }
      if (ended.destroyed() > 0) {
        getContext()
            .getLog()
            .debug("thinned dataset={} snapshots={} of={}", dataset, ended.destroyed(), planned);
      }
      raise(looked);
    }
    timers.startSingleTimer(Round.INSTANCE, Round.INSTANCE, pause);
    return this;
  }

  /** What came while the round ran is newer. */
  private void learn(BaseBook was) {
    book = written.isEmpty() ? was.with(book).of(others()) : book;
    written = Optional.of(was);
  }

  private void raise(RetentionRound.Looked looked) {
    Map<String, String> now =
        RetentionAlarms.of(
            looked,
            role.epoch().isPresent() ? book.of(others()) : BaseBook.EMPTY,
            role.confirmed().keySet(),
            this::label);
    Set<String> gone = new HashSet<>(raised);
    gone.removeAll(now.keySet());
    raised.clear();
    raised.addAll(now.keySet());
    gone.forEach(code -> alarms.tell(new Alarm(code, "")));
    now.forEach((code, text) -> alarms.tell(new Alarm(code, text)));
  }

  private Behavior<ToRetention> onPreview(Preview preview) {
    Turn turn = turn(preview.rules().orElse(rules()));
    RetentionRound.Wanted now = wanted(turn, turn.book());
    RetentionReport report =
        new RetentionReport(wanted, setting.self().name(), turn.epoch().isPresent(), labels(), now);
    storing
        .call(
            () -> {
              Optional<RetentionRound.Looked> looked = round.look(now);
              return looked.isEmpty()
                  ? Optional.<RetentionView>empty()
                  : Optional.of(
                      report.view(
                          looked.get(),
                          round.held(looked.get().plan().destroyed()),
                          preview.limit()));
            })
        .whenComplete(
            (view, thrown) ->
                preview
                    .replyTo()
                    .tell(
                        thrown == null
                            ? new Previewed(view, "this host has no copy of the system")
                            : new Previewed(Optional.empty(), Blocking.reason(thrown))));
    return this;
  }

  private List<String> labels() {
    return others().stream().map(this::label).toList();
  }
}
