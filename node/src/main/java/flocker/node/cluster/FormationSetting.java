package flocker.node.cluster;

import flocker.protocol.id.HostId;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a {@link Formation} knows from the start.
 *
 * @param cluster the cluster's name
 * @param self this host
 * @param address where this host's remoting listens, as a Pekko address
 * @param voters whose majority may let one of them start the cluster
 * @param incarnation random; of the cluster, should this host start one
 */
public record FormationSetting(
    String cluster, HostId self, String address, SortedSet<HostId> voters, String incarnation) {
  public FormationSetting {
    voters = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(voters));
  }

  int majority() {
    return voters.size() / 2 + 1;
  }
}
