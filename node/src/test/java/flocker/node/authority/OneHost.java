package flocker.node.authority;

import flocker.protocol.authority.AuthorityDurable;
import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityMessage;
import flocker.protocol.authority.AuthorityMessage.PreVoteAnswer;
import flocker.protocol.authority.AuthorityMessage.PreVoteRequest;
import flocker.protocol.authority.AuthorityMessage.Refusal;
import flocker.protocol.authority.AuthorityMessage.Renew;
import flocker.protocol.authority.AuthorityMessage.RenewAnswer;
import flocker.protocol.authority.AuthorityMessage.VoteAnswer;
import flocker.protocol.authority.AuthorityMessage.VoteRequest;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SystemId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGeneratorFactory;

/** One authority under test, with a clock in milliseconds and everything that it wanted done. */
final class OneHost {
  static final HostId A = new HostId("000000000000000a");
  static final HostId B = new HostId("000000000000000b");
  static final HostId C = new HostId("000000000000000c");
  static final HostId D = new HostId("000000000000000d");
  static final HostId E = new HostId("000000000000000e");
  static final SystemId SYSTEM = new SystemId("0123456789abcdef");
  static final long LEASE = 3_000;
  static final Position P0 = at(0, 5);

  private final Authority authority;
  private final boolean endsStreams;
  private final List<Effect> effects = new ArrayList<>();
  private Position position = P0;
  private long millis = 1_000_000;

  private OneHost(Authority.Setup setup, AuthorityDurable durable, boolean restarted, boolean end) {
    this.endsStreams = end;
    this.authority =
        new Authority(
            setup,
            durable,
            restarted,
            RandomGeneratorFactory.of("L64X128MixRandom").create(7),
            nanos());
    effects.addAll(authority.start(nanos()));
  }

  static Position at(long epoch, long sequence) {
    return new Position(new Epoch(epoch), sequence, new SnapshotGuid(epoch * 1000 + sequence));
  }

  static AuthorityRecord record(long epoch, long number, HostId... voters) {
    return new AuthorityRecord(
        new RecordVersion(new Epoch(epoch), number), new TreeSet<>(Arrays.asList(voters)), "{}");
  }

  static AuthorityDurable journal(AuthorityEvent... events) {
    AuthorityDurable durable = AuthorityDurable.initial(record(0, 0, A, B, C));
    for (AuthorityEvent event : events) {
      durable = durable.apply(event);
    }
    return durable;
  }

  static Authority.Setup setup(HostId self) {
    return new Authority.Setup(
        self, self.value().charAt(15) - 'a', SYSTEM, true, LeaseTimes.DEFAULT);
  }

  /** Host a of a, b, c with an empty journal; fit, no container, copy at {@link #P0}. */
  static OneHost fresh() {
    return of(setup(A), journal(), false).ready();
  }

  /** Host a with this journal, restarted; fit, no container, copy at {@link #P0}. */
  static OneHost restarted(AuthorityEvent... events) {
    return of(setup(A), journal(events), true).ready();
  }

  static OneHost of(Authority.Setup setup, AuthorityDurable durable, boolean restarted) {
    return new OneHost(setup, durable, restarted, true);
  }

  /** Its streams end only when {@link #endStreams} is called. */
  static OneHost slowStreams() {
    return new OneHost(setup(A), journal(), false, false).ready();
  }

  OneHost ready() {
    give(new Input.PositionChanged(position));
    give(new Input.FitnessChanged(true));
    give(new Input.ContainerChanged(false));
    return this;
  }

  private long nanos() {
    return millis * 1_000_000L;
  }

  long millis() {
    return millis;
  }

  Authority authority() {
    return authority;
  }

  AuthorityView view() {
    return authority.view(nanos());
  }

  /** A step and what follows at once: messages to itself, and the end of streams. */
  List<Effect> give(Input input) {
    List<Effect> step = new ArrayList<>(authority.on(input, nanos()));
    List<Effect> all = new ArrayList<>(step);
    for (Effect effect : step) {
      if (effect instanceof Effect.Send send && send.to().equals(A)) {
        all.addAll(give(new Input.Received(A, send.message())));
      } else if (effect instanceof Effect.EndStreams end && endsStreams) {
        all.addAll(give(new Input.StreamsEnded(end.epoch(), position)));
      }
    }
    effects.addAll(step);
    return all;
  }

  List<Effect> endStreams(long epoch, Position finalPosition) {
    position = finalPosition;
    return give(new Input.StreamsEnded(new Epoch(epoch), finalPosition));
  }

  List<Effect> move(Position to) {
    position = to;
    return give(new Input.PositionChanged(to));
  }

  List<Effect> receive(HostId from, AuthorityMessage message) {
    return give(new Input.Received(from, message));
  }

  /** Time passes; every wish for a tick is fulfilled on time. */
  List<Effect> pass(long forMillis) {
    long end = millis + forMillis;
    List<Effect> all = new ArrayList<>();
    while (authority.nextWake() <= end * 1_000_000L) {
      long wake = Math.floorDiv(authority.nextWake() + 999_999L, 1_000_000L);
      if (wake > end) {
        break;
      }
      millis = Math.max(millis, wake);
      all.addAll(give(new Input.Tick()));
    }
    millis = end;
    return all;
  }

  /** Time passes without any tick, as if the host stood still. */
  void standStill(long forMillis) {
    millis += forMillis;
  }

  /** Makes this host master by b's vote; returns the epoch. */
  Epoch elect() {
    give(new Input.StandNow());
    PreVoteRequest asked = sent(PreVoteRequest.class, B);
    receive(B, yes(asked));
    pass(1_000);
    VoteRequest vote = sent(VoteRequest.class, B);
    receive(B, yes(vote));
    return vote.epoch();
  }

  static PreVoteAnswer yes(PreVoteRequest to) {
    return new PreVoteAnswer(
        to.epoch(), to.candidacy(), Refusal.NONE, Epoch.ZERO, P0, true, Optional.empty());
  }

  static PreVoteAnswer no(PreVoteRequest to, Refusal why, Position position, boolean could) {
    return new PreVoteAnswer(
        to.epoch(), to.candidacy(), why, Epoch.ZERO, position, could, Optional.empty());
  }

  static VoteAnswer yes(VoteRequest to) {
    return new VoteAnswer(
        to.epoch(), to.candidacy(), Refusal.NONE, to.epoch(), P0, true, Optional.empty());
  }

  static VoteAnswer no(VoteRequest to, Refusal why) {
    return new VoteAnswer(to.epoch(), to.candidacy(), why, Epoch.ZERO, P0, true, Optional.empty());
  }

  static RenewAnswer ack(Renew to) {
    return new RenewAnswer(to.epoch(), to.renewal(), true, to.epoch(), to.record(), P0, true);
  }

  static VoteRequest asks(long epoch, Position position) {
    return new VoteRequest(new Epoch(epoch), epoch * 10, position, RecordVersion.INITIAL, LEASE);
  }

  static PreVoteRequest preAsks(long epoch, Position position) {
    return new PreVoteRequest(new Epoch(epoch), epoch * 10, position, RecordVersion.INITIAL, LEASE);
  }

  static Renew renews(long epoch, long leaseMillis) {
    return new Renew(new Epoch(epoch), 1, leaseMillis, RecordVersion.INITIAL);
  }

  /** The newest message of this type that was sent to {@code to}. */
  <T extends AuthorityMessage> T sent(Class<T> type, HostId to) {
    return allSent(effects, type, to).stream()
        .reduce((first, second) -> second)
        .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " in " + effects));
  }

  static <T extends AuthorityMessage> List<T> allSent(List<Effect> in, Class<T> type, HostId to) {
    return in.stream()
        .filter(Effect.Send.class::isInstance)
        .map(Effect.Send.class::cast)
        .filter(send -> send.to().equals(to))
        .map(Effect.Send::message)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  static <T extends Effect> List<T> only(List<Effect> in, Class<T> type) {
    return in.stream().filter(type::isInstance).map(type::cast).toList();
  }

  static List<AuthorityEvent> persisted(List<Effect> in) {
    return only(in, Effect.Persist.class).stream().map(Effect.Persist::event).toList();
  }

  List<Effect> effects() {
    return effects;
  }

  void forget() {
    effects.clear();
  }
}
