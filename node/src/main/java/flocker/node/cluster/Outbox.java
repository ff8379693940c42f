package flocker.node.cluster;

import flocker.protocol.authority.AuthorityBatch;
import flocker.protocol.authority.AuthorityMessage;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SystemId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What waits to be sent to each host, and when it goes. Pure; owned by one {@link CourierActor}.
 *
 * <p>A message goes with everything else that is due for its host in the same burst. In a
 * <em>round</em> (renewals, which all authorities of a host send at the same moments, or the
 * answers to a batch of them) the burst is made by many actors, so it is held until all of them
 * have spoken or the round is closed by its deadline. So one batch per pair of hosts carries all
 * systems, and nothing outside a round waits.
 */
final class Outbox {
  /**
   * The greatest estimated size of a batch: half of Artery's {@code maximum-frame-size}, as a
   * larger message is dropped by remoting without a word to the sender.
   */
  static final int BATCH_BYTES = 128 * 1024;

  /**
   * The greatest estimated size of a single message; it travels alone. Below what the wire's
   * serializer writes (192 KiB).
   */
  static final int MESSAGE_BYTES = 190 * 1024;

  /** Upper bound for a message without record: twice what the longest was measured to take. */
  private static final int PLAIN_BYTES = 512;

  private static final int BYTES_PER_VOTER = 40;

  // Invariant: no list is empty.
  private final Map<HostId, List<AuthorityBatch.Item>> waiting = new LinkedHashMap<>();
  // The first renewal of a round has come, and others may follow.
  private boolean renewing;
  // Systems whose answer to a renewal of that host is still to come. Invariant: no set is empty.
  private final Map<HostId, Set<SystemId>> answersAwaited = new LinkedHashMap<>();

  /** Adds a message; false if it is too large ever to be sent. */
  boolean post(SystemId system, HostId to, AuthorityMessage message) {
    AuthorityBatch.Item item = new AuthorityBatch.Item(system, message);
    if (estimatedBytes(item) > MESSAGE_BYTES) {
      return false;
    }
    waiting.computeIfAbsent(to, host -> new ArrayList<>()).add(item);
    renewing |= message instanceof AuthorityMessage.Renew;
    if (message instanceof AuthorityMessage.RenewAnswer) {
      answersAwaited.computeIfPresent(
          to, (host, systems) -> systems.remove(system) && systems.isEmpty() ? null : systems);
    }
    return true;
  }

  /** A batch with these items came from {@code from}: hold the answers to its renewals. */
  void openAnswers(HostId from, Collection<SystemId> renewed) {
    if (renewed.size() > 1) {
      answersAwaited.put(from, new HashSet<>(renewed));
    }
  }

  /** The deadline: nothing is held any longer. */
  void closeRounds() {
    renewing = false;
    answersAwaited.clear();
  }

  /** A system is no longer served here; nobody waits for it. */
  void forget(SystemId system) {
    answersAwaited.values().removeIf(systems -> systems.remove(system) && systems.isEmpty());
  }

  /** Whether something is held, so that a deadline is needed. */
  boolean holding() {
    return renewing || !answersAwaited.isEmpty();
  }

  /** Takes out what may go now: for each host one list, or several where one would be too large. */
  Map<HostId, List<List<AuthorityBatch.Item>>> takeDue() {
    Map<HostId, List<List<AuthorityBatch.Item>>> due = new LinkedHashMap<>();
    for (HostId host : List.copyOf(waiting.keySet())) {
      boolean held = renewing && waiting.get(host).stream().allMatch(Outbox::isRenewal);
      if (!held && !answersAwaited.containsKey(host)) {
        due.put(host, split(waiting.remove(host)));
      }
    }
    return due;
  }

  private static boolean isRenewal(AuthorityBatch.Item item) {
    return item.message() instanceof AuthorityMessage.Renew;
  }

  private static List<List<AuthorityBatch.Item>> split(List<AuthorityBatch.Item> items) {
    List<List<AuthorityBatch.Item>> batches = new ArrayList<>();
    List<AuthorityBatch.Item> batch = new ArrayList<>();
    int bytes = 0;
    for (AuthorityBatch.Item item : items) {
      int size = estimatedBytes(item);
      if (!batch.isEmpty() && bytes + size > BATCH_BYTES) {
        batches.add(batch);
        batch = new ArrayList<>();
        bytes = 0;
      }
      batch.add(item);
      bytes += size;
    }
    batches.add(batch);
    return batches;
  }

  /** An upper bound of the item's size on the wire. */
  static int estimatedBytes(AuthorityBatch.Item item) {
    return record(item.message())
        .map(
            record ->
                PLAIN_BYTES
                    + record.voters().size() * BYTES_PER_VOTER
                    + record.document().getBytes(StandardCharsets.UTF_8).length)
        .orElse(PLAIN_BYTES);
  }

  private static Optional<AuthorityRecord> record(AuthorityMessage message) {
    if (message instanceof AuthorityMessage.OfferRecord offer) {
      return Optional.of(offer.record());
    } else if (message instanceof AuthorityMessage.PreVoteAnswer answer) {
      return answer.newer();
    } else if (message instanceof AuthorityMessage.VoteAnswer answer) {
      return answer.newer();
    }
    return Optional.empty();
  }
}
