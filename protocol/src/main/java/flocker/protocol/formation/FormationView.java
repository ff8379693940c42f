package flocker.protocol.formation;

import flocker.protocol.id.HostId;
import java.util.List;
import java.util.Objects;

/**
 * One host's place in the cluster.
 *
 * @param cluster the cluster's name
 * @param host who answers
 * @param phase how far it is
 * @param incarnation the random id that the founder gave to this running cluster; empty unless
 *     {@code MEMBER}
 * @param address where its remoting listens
 * @param members by address and the random id of their actor system, so that a restarted one is
 *     another
 * @param unreachable members that it cannot reach; they keep others from joining until they return
 *     or are removed
 * @param seesMajority whether it has heard from a majority of the voters, itself included
 * @param why for people: what it waits for; empty if it waits for nothing
 */
public record FormationView(
    String cluster,
    HostId host,
    Phase phase,
    String incarnation,
    String address,
    List<String> members,
    List<String> unreachable,
    boolean seesMajority,
    String why) {
  /** How far a host is. */
  public enum Phase {
    /** It looks for a cluster, or for enough hosts to start one. */
    WAITING,
    /** It has asked the voters to let it start one. */
    ASKING,
    /** It starts one. */
    FOUNDING,
    /** It has asked a member to let it in. */
    JOINING,
    /** It is in. */
    MEMBER,
    /** It cannot go on without a new actor system. */
    RESTART
  }

  public FormationView {
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(phase, "phase");
    Objects.requireNonNull(incarnation, "incarnation");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(why, "why");
    members = List.copyOf(members);
    unreachable = List.copyOf(unreachable);
  }

  /** Whether it belongs to a running cluster. */
  public boolean member() {
    return phase == Phase.MEMBER;
  }
}
