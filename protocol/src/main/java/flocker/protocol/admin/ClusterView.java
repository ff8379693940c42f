package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import flocker.protocol.id.HostId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The cluster as one node sees it: the document that {@code flocker status --json} prints.
 *
 * @param node which node this view is of
 * @param at when, by its clock
 * @param alarms of the cluster and its hosts; a system's own stand with the system
 */
public record ClusterView(
    Cluster cluster,
    HostName node,
    Instant at,
    List<Host> hosts,
    List<SystemView> systems,
    Voters voters,
    List<Alarm> alarms)
    implements AdminReply {
  /**
   * @param version of the program on this node
   */
  public record Cluster(String name, String version) {}

  /**
   * @param address where its remoting and its API listen
   * @param role what it does now
   * @param reachable in contact with this node; always true for itself
   * @param storage empty for a witness and where it is not known
   * @param traffic empty where it is not known
   */
  public record Host(
      HostName name,
      HostId id,
      String address,
      Role role,
      boolean reachable,
      boolean voter,
      Optional<Storage> storage,
      Optional<Traffic> traffic) {
    public Host {
      traffic = traffic == null ? Optional.empty() : traffic;
    }
  }

  /** What a host does. */
  public enum Role {
    /** Master of at least one system. */
    @JsonProperty("master")
    MASTER,
    /** Keeps copies only. */
    @JsonProperty("slave")
    SLAVE,
    /** Votes, and has no storage. */
    @JsonProperty("witness")
    WITNESS;

    /** As it is written everywhere. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param state what the pool says of itself, lower case: online, degraded …; or {@code sick}
   * @param free bytes
   * @param size bytes
   */
  public record Storage(String state, long free, long size) {}

  /**
   * What streams have carried since the node started.
   *
   * @param sentBytes read from storage to be sent
   * @param receivedBytes given to storage
   */
  public record Traffic(long sentBytes, long receivedBytes) {}

  /**
   * @param number of the record that lists them; grows with every change
   */
  public record Voters(long number, List<HostId> ids) {
    public Voters {
      ids = List.copyOf(ids);
    }
  }

  public ClusterView {
    hosts = List.copyOf(hosts);
    systems = List.copyOf(systems);
    alarms = List.copyOf(alarms);
  }
}
