package flocker.node.authority;

import flocker.protocol.authority.AuthorityMessage.PreVoteRequest;
import flocker.protocol.authority.AuthorityMessage.Refusal;
import flocker.protocol.authority.AuthorityMessage.VoteRequest;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The answers to one question of a candidate to all voters. Votes are counted with the record that
 * was the newest when the question was put; a newer one ends the candidacy.
 */
final class Ballot {
  /** What one voter said. */
  record Answer(Refusal refusal, Position position, boolean couldServe) {}

  private static final Set<Refusal> PASSING =
      EnumSet.of(
          Refusal.LEASE,
          Refusal.RESTARTED,
          Refusal.OWN_CONTAINER,
          Refusal.EPOCH,
          Refusal.RECORD,
          Refusal.NOT_A_VOTER);

  private final long id;
  private final Epoch epoch;
  private final Position position;
  private final RecordVersion record;
  private final Ledger ledger;
  private final Map<HostId, Answer> answers = new TreeMap<>();

  Ballot(Ledger ledger, long id, Epoch epoch, Position position) {
    this.ledger = ledger;
    this.id = id;
    this.epoch = epoch;
    this.position = position;
    this.record = ledger.record().version();
  }

  long id() {
    return id;
  }

  Epoch epoch() {
    return epoch;
  }

  Position position() {
    return position;
  }

  RecordVersion record() {
    return record;
  }

  PreVoteRequest preVoteRequest(boolean forced) {
    return new PreVoteRequest(epoch, id, position, record, ledger.leaseMillis(), forced);
  }

  VoteRequest voteRequest(boolean forced) {
    return new VoteRequest(epoch, id, position, record, ledger.leaseMillis(), forced);
  }

  void put(HostId from, Answer answer) {
    if (ledger.isVoter(from)) {
      answers.put(from, answer);
    }
  }

  private int voters() {
    return ledger.record().voters().size();
  }

  private long yes() {
    return answers.values().stream().filter(a -> a.refusal == Refusal.NONE).count();
  }

  boolean granted() {
    return yes() >= ledger.record().majority();
  }

  /** So many have refused that no majority is left. */
  boolean hopeless() {
    return answers.size() - yes() > voters() - ledger.record().majority();
  }

  boolean complete() {
    return answers.size() >= voters();
  }

  boolean heardMajority() {
    return answers.size() >= ledger.record().majority();
  }

  /** This host agreed with itself and asked the others, and too few of them have answered. */
  boolean unheard() {
    Answer own = answers.get(ledger.self());
    return own != null && own.refusal == Refusal.NONE && !heardMajority();
  }

  /** The voter with the newest copy, newer than the candidate's, that could serve itself. */
  Optional<HostId> fresher() {
    return answers.entrySet().stream()
        .filter(e -> e.getValue().couldServe)
        .filter(e -> e.getValue().position.compareTo(position) > 0)
        .max(Comparator.comparing(e -> e.getValue().position))
        .map(Map.Entry::getKey);
  }

  Set<Refusal> refusals() {
    Set<Refusal> all = EnumSet.noneOf(Refusal.class);
    answers.values().forEach(a -> all.add(a.refusal));
    all.remove(Refusal.NONE);
    return all;
  }

  /** There were refusals, and all of them will pass by themselves. */
  boolean passing() {
    Set<Refusal> all = refusals();
    return !all.isEmpty() && PASSING.containsAll(all);
  }

  /** For people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (HostId voter : ledger.record().voters()) {
      Answer answer = answers.get(voter);
      text.append(text.length() == 0 ? "" : ", ").append(voter).append(": ");
      text.append(answer == null ? "no answer" : answer.refusal.toString());
    }
    return text.toString();
  }
}
