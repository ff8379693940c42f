package flocker.protocol.authority;

import flocker.protocol.id.HostId;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What must outlive any host, kept by every voter of one authority: who the voters are, and a
 * document that the authority does not look into (a user system's settings; for the cluster the
 * list of hosts and systems).
 *
 * @param version ordered by (epoch, number); a voter never goes back to an older one
 * @param voters the hosts whose majority decides; never empty
 * @param document JSON text
 */
public record AuthorityRecord(RecordVersion version, SortedSet<HostId> voters, String document) {
  public AuthorityRecord {
    if (voters.isEmpty()) {
      throw new IllegalArgumentException("an authority has at least one voter");
    }
    voters = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(voters));
  }

  /** How many voters make a majority. */
  public int majority() {
    return voters.size() / 2 + 1;
  }
}
