package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SystemId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A user system as {@code flocker status} shows it.
 *
 * @param master empty while there is none
 * @param epoch the newest one known
 * @param lease empty while nobody holds one
 * @param endpoints where clients reach it: {@code ADDRESS:PORT}, on every host
 * @param container empty where its state is not known
 * @param snapshots how many the master keeps
 * @param newest the newest snapshot on the master, or known of it
 * @param replicas one per host other than the master
 * @param lossIfMasterDiedNow against the best replica; empty if there is none to take over
 * @param barrier the newest recorded one
 * @param paused why hosts do nothing with it by themselves; empty: they do
 * @param stashes how many there are on all hosts in contact
 * @param changeSources what tells the master of changes; empty on other hosts and while it looks
 *     for none
 */
public record SystemView(
    SystemName name,
    SystemId id,
    State state,
    Optional<HostName> master,
    Epoch epoch,
    Optional<Lease> lease,
    List<String> endpoints,
    Optional<Container> container,
    int snapshots,
    Optional<SnapshotView> newest,
    List<Replica> replicas,
    Optional<Loss> lossIfMasterDiedNow,
    Optional<Barrier> barrier,
    Optional<String> paused,
    LossPolicy lossPolicy,
    int stashes,
    List<Alarm> alarms,
    List<ChangeSource> changeSources,
    Map<String, Long> refused) {

  /** What the cluster is doing with the system. */
  public enum State {
    /** The container runs. */
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("starting")
    STARTING,
    @JsonProperty("stopping")
    STOPPING,
    /** Stopped by an operator. */
    @JsonProperty("stopped")
    STOPPED,
    /** There is no master yet or any more. */
    @JsonProperty("no-master")
    NO_MASTER,
    /** A new master is getting ready. */
    @JsonProperty("taking-over")
    TAKING_OVER,
    @JsonProperty("switching-over")
    SWITCHING_OVER,
    @JsonProperty("rolling-back")
    ROLLING_BACK,
    /** Left stopped with an alarm that says why. */
    @JsonProperty("failed")
    FAILED,
    /** Being destroyed. */
    @JsonProperty("destroying")
    DESTROYING;

    /** As it is written everywhere. */
    public String word() {
      return SystemView.word(this);
    }
  }

  /**
   * @param remainingMillis until it ends if it is not renewed
   */
  public record Lease(HostName heldBy, long remainingMillis) {}

  /**
   * @param state absent, running, paused or exited
   * @param startedAt empty if it does not run
   * @param restarts by Flocker since this epoch began, because init had ended
   */
  public record Container(
      String state, Optional<Instant> startedAt, Optional<Integer> exitCode, int restarts) {}

  /**
   * A copy on another host.
   *
   * @param lagSeconds how long it has lacked something that the master has; zero if up to date,
   *     empty if unknown
   * @param lagBytes of the streams still to come; empty if unknown
   * @param position empty if there is no copy yet
   * @param stream the one that is on its way
   */
  public record Replica(
      HostName host,
      ReplicaState state,
      Optional<Double> lagSeconds,
      Optional<Long> lagBytes,
      Optional<PositionLabel> position,
      Optional<Stream> stream) {}

  /**
   * A stream on its way.
   *
   * @param bytes sent so far
   * @param totalBytes about how many there will be; empty if unknown
   * @param bytesPerSecond since it began
   * @param secondsLeft at this rate; empty if unknown
   */
  public record Stream(
      long bytes, Optional<Long> totalBytes, long bytesPerSecond, Optional<Long> secondsLeft) {}

  /** How a copy stands to the master's. */
  public enum ReplicaState {
    /** It lacks nothing, or only what is on its way to it and younger than two seconds. */
    @JsonProperty("up-to-date")
    UP_TO_DATE,
    /** An incremental stream is on its way or due. */
    @JsonProperty("catching-up")
    CATCHING_UP,
    /** The first or another full stream is on its way. */
    @JsonProperty("full-send")
    FULL_SEND,
    /** It holds something that the master's history lacks, and is being stashed. */
    @JsonProperty("diverged")
    DIVERGED,
    /** No contact. */
    @JsonProperty("away")
    AWAY,
    /** In contact, but it cannot receive; an alarm says why. */
    @JsonProperty("failing")
    FAILING;

    /** As it is written everywhere. */
    public String word() {
      return SystemView.word(this);
    }
  }

  /** What would be missing on the best replica; {@code bytes} is empty if unknown. */
  public record Loss(double seconds, Optional<Long> bytes) {}

  /**
   * What notices changes.
   *
   * @param name interval, fanotify or block-trace
   * @param state active, starting, unavailable or stuck
   * @param detail what it sees, or why it sees nothing
   */
  public record ChangeSource(String name, String state, String detail) {}

  /** Who is known to hold everything up to a position. */
  public record Barrier(PositionLabel position, List<HostName> hosts) {
    public Barrier {
      hosts = List.copyOf(hosts);
    }
  }

  public SystemView {
    endpoints = List.copyOf(endpoints);
    replicas = List.copyOf(replicas);
    alarms = List.copyOf(alarms);
    changeSources = List.copyOf(changeSources);
    refused = Map.copyOf(refused);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
