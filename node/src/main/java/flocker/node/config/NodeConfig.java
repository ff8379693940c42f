package flocker.node.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.Missing;
import com.typesafe.config.ConfigException.WrongType;
import flocker.node.authority.LeaseTimes;
import flocker.node.change.SourceName;
import flocker.protocol.id.HostId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All settings of one host, one record per section of reference.conf.
 *
 * @param bandwidth bytes a second of all streams to slaves together; 0: no limit
 */
public record NodeConfig(
    Path stateDir,
    String cluster,
    HostEntry self,
    List<HostEntry> hosts,
    Ports ports,
    LeaseTimes lease,
    StorageConfig storage,
    RetentionConfig retention,
    ContainerConfig container,
    SnapshotConfig snapshot,
    PublishConfig publish,
    Duration confirmWithin,
    int takeOversPerHour,
    long bandwidth) {

  private static final long LEAST_BANDWIDTH = 64 * 1024;

  /** TCP ports on the host's own address. */
  public record Ports(int remoting, int api) {}

  /** Section {@code storage}. */
  public record StorageConfig(
      String pool,
      String parent,
      Duration commandDeadline,
      double reserve,
      Duration fitnessInterval,
      Duration canaryDeadline) {}

  /**
   * Section {@code retention}.
   *
   * @param pressure share of the pool below which space is short
   * @param baseBudget share of the pool for what is kept for hosts that are away
   */
  public record RetentionConfig(double pressure, double baseBudget) {}

  /** Section {@code container}. */
  public record ContainerConfig(
      String runtime, String cgroupParent, int maxRestarts, Duration backOff) {}

  /** Section {@code snapshot}. */
  public record SnapshotConfig(
      Duration minGap, Duration intervalFast, Duration intervalMax, Set<SourceName> sources) {}

  /** Section {@code publish}. */
  public record PublishConfig(int heldConnections, Duration hold) {}

  public NodeConfig {
    hosts = List.copyOf(hosts);
  }

  /** The ids of all hosts, which are the first voters of every authority. */
  public SortedSet<HostId> hostIds() {
    SortedSet<HostId> ids = new TreeSet<>();
    hosts.forEach(host -> ids.add(host.id()));
    return ids;
  }

  /** The host of that id; throws if there is none. */
  public HostEntry host(HostId id) {
    return hosts.stream()
        .filter(host -> host.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no host " + id));
  }

  /** Reads section {@code flocker} of a resolved configuration. */
  public static NodeConfig from(Path stateDir, Config resolved) {
    try {
      Config c = resolved.getConfig("flocker");
      List<HostEntry> hosts = new ArrayList<>();
      for (Config host : c.getConfigList("cluster.hosts")) {
        hosts.add(
            new HostEntry(
                new HostId(host.getString("id")),
                host.getString("name"),
                host.getInt("index"),
                host.getString("address"),
                host.getBoolean("witness")));
      }
      return new NodeConfig(
          stateDir,
          nonEmpty(c, "cluster.name"),
          self(hosts, new HostId(c.getString("host.id"))),
          distinct(hosts),
          new Ports(port(c, "remoting.port"), port(c, "api.port")),
          new LeaseTimes(
              c.getDuration("lease.duration"),
              c.getDuration("lease.kill-allowance"),
              c.getDouble("lease.clock-rate-margin")),
          storage(c.getConfig("storage")),
          new RetentionConfig(
              fraction(c, "retention.pressure", 0.5), fraction(c, "retention.base-budget", 0.9)),
          container(c.getConfig("container")),
          snapshot(c.getConfig("snapshot")),
          new PublishConfig(
              integer(c, "publish.held-connections", 0, 65536),
              duration(c, "publish.hold", Duration.ZERO, Duration.ofMinutes(10))),
          duration(c, "switchover.confirm-within", Duration.ofSeconds(1), Duration.ofHours(1)),
          integer(c, "automation.take-overs-per-hour", 1, 30),
          bandwidth(c));
    } catch (Missing | WrongType | IllegalArgumentException e) {
      throw new ConfigException("the configuration cannot be used: " + e.getMessage(), e);
    }
  }

  private static StorageConfig storage(Config c) {
    return new StorageConfig(
        nonEmpty(c, "pool"),
        nonEmpty(c, "parent"),
        duration(c, "command-deadline", Duration.ofSeconds(1), Duration.ofMinutes(10)),
        fraction(c, "reserve", 0.5),
        duration(c, "fitness-interval", Duration.ofMillis(200), Duration.ofMinutes(1)),
        duration(c, "canary-deadline", Duration.ofMillis(500), Duration.ofMinutes(1)));
  }

  private static ContainerConfig container(Config c) {
    return new ContainerConfig(
        nonEmpty(c, "runtime"),
        nonEmpty(c, "cgroup-parent"),
        integer(c, "max-restarts", 0, 100),
        duration(c, "restart-back-off", Duration.ofMillis(100), Duration.ofMinutes(1)));
  }

  private static SnapshotConfig snapshot(Config c) {
    Duration hour = Duration.ofHours(1);
    Duration fast = duration(c, "interval-fast", Duration.ofMillis(10), hour);
    return new SnapshotConfig(
        duration(c, "min-gap", Duration.ofMillis(10), hour),
        fast,
        duration(c, "interval-max", fast, hour),
        sources(c));
  }

  private static long bandwidth(Config c) {
    long bytes = c.getBytes("replication.bandwidth");
    if (bytes != 0 && bytes < LEAST_BANDWIDTH) {
      throw new ConfigException(
          "replication.bandwidth must be 0 or at least " + LEAST_BANDWIDTH + ", not " + bytes);
    }
    return bytes;
  }

  private static Set<SourceName> sources(Config c) {
    Set<SourceName> sources = EnumSet.noneOf(SourceName.class);
    c.getStringList("sources").forEach(word -> sources.add(SourceName.of(word)));
    return Set.copyOf(sources);
  }

  private static HostEntry self(List<HostEntry> hosts, HostId id) {
    return hosts.stream()
        .filter(host -> host.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new ConfigException("host.id " + id + " is not among cluster.hosts"));
  }

  private static List<HostEntry> distinct(List<HostEntry> hosts) {
    long ids = hosts.stream().map(HostEntry::id).distinct().count();
    long names = hosts.stream().map(HostEntry::name).distinct().count();
    long indexes = hosts.stream().map(HostEntry::index).distinct().count();
    long addresses = hosts.stream().map(HostEntry::address).distinct().count();
    if (Math.min(Math.min(ids, names), Math.min(indexes, addresses)) < hosts.size()) {
      throw new ConfigException(
          "two entries of cluster.hosts have the same id, name, index or address");
    }
    return hosts;
  }

  private static String nonEmpty(Config c, String key) {
    String value = c.getString(key);
    if (value.isBlank()) {
      throw new ConfigException(key + " must not be empty");
    }
    return value;
  }

  private static int port(Config c, String key) {
    return integer(c, key, 1, 65535);
  }

  private static int integer(Config c, String key, int min, int max) {
    int value = c.getInt(key);
    if (value < min || value > max) {
      throw new ConfigException(key + " must be " + min + " to " + max + ", not " + value);
    }
    return value;
  }

  private static double fraction(Config c, String key, double max) {
    double value = c.getDouble(key);
    if (!(value >= 0 && value <= max)) {
      throw new ConfigException(key + " must be 0 to " + max + ", not " + value);
    }
    return value;
  }

  private static Duration duration(Config c, String key, Duration min, Duration max) {
    Duration value = c.getDuration(key);
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new ConfigException(key + " must be " + min + " to " + max + ", not " + value);
    }
    return value;
  }
}
