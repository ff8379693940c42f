package flocker.node.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import flocker.node.time.BootClock;
import flocker.node.time.LinuxBootClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A lab with one user system, {@code lines}, shared by the tests of a class, and the facts that are
 * asserted about it.
 */
final class Scenario implements AutoCloseable {
  static final String SYSTEM = "lines";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(100);

  final Lab lab;
  final BootClock clock = LinuxBootClock.open(warning -> {});
  private final ContainerWatch watch;
  private int writers;

  /** Makes the lab and the system, and waits until every host has it. */
  Scenario(String name, String... options) {
    lab = new Lab(name);
    watch = new ContainerWatch(name, clock);
    try {
      lab.up(options);
      create();
      awaitSteady();
    } catch (RuntimeException | AssertionError failure) {
      // The caller never sees this object; nobody else would take the lab away.
      close();
      throw failure;
    }
  }

  private void create() {
    String port = Integer.toString(LineClient.PORT);
    String tar = Lab.userSystem("busybox");
    lab.run(
        "flocker",
        lab.hosts().get(0),
        "system",
        "create",
        SYSTEM,
        "--from-tar",
        tar,
        "--init",
        "/sbin/init",
        "--publish",
        port);
  }

  /** Before each test: whatever the one before it left is mended. */
  void steady() {
    lab.mend();
    awaitSteady();
  }

  /**
   * Runs, and every copy holds what the master's newest snapshot was when this was first seen to
   * run: a client that writes without pause leaves no moment at which nothing newer is on its way.
   */
  void awaitSteady() {
    await("the system runs").atMost(PATIENCE.multipliedBy(2)).pollInterval(LOOK).until(this::runs);
    lab.hosts().stream().filter(host -> !host.equals(master())).forEach(this::awaitCopy);
  }

  private boolean runs() {
    return system().isPresent()
        && system().get().path("state").asText().equals("running")
        && newest().isPresent();
  }

  /** The copy on {@code host} holds what the master's newest snapshot was when this was asked. */
  void awaitCopy(String host) {
    await("the newest snapshot is known").atMost(PATIENCE).until(() -> newest().isPresent());
    Position wanted = newest().orElseThrow();
    await("the copy on " + host + " holds " + wanted)
        .atMost(PATIENCE.multipliedBy(2))
        .pollInterval(LOOK)
        .until(() -> copy(host).filter(has -> has.compareTo(wanted) >= 0).isPresent());
  }

  /** A position by its two numbers, as status shows it. */
  private record Position(long epoch, long seq) implements Comparable<Position> {
    private static final Comparator<Position> ORDER =
        Comparator.comparingLong(Position::epoch).thenComparingLong(Position::seq);

    @Override
    public int compareTo(Position other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return epoch + "." + seq;
    }
  }

  private Optional<Position> newest() {
    return system()
        .map(s -> s.path("newest"))
        .filter(newest -> newest.path("seq").isNumber())
        .map(newest -> new Position(newest.path("epoch").asLong(), newest.path("seq").asLong()));
  }

  private Optional<Position> copy(String host) {
    return replica(host)
        .filter(replica -> !replica.path("state").asText().equals("diverged"))
        .map(replica -> replica.path("position").asText("").split("\\.", -1))
        .filter(numbers -> numbers.length == 2)
        .map(numbers -> new Position(Long.parseLong(numbers[0]), Long.parseLong(numbers[1])));
  }

  Optional<JsonNode> system() {
    return lab.system(SYSTEM);
  }

  String master() {
    return system().map(s -> s.path("master").asText("")).orElse("");
  }

  boolean isMaster(String host, long epoch) {
    return system()
        .filter(s -> s.path("master").asText("").equals(host))
        .filter(s -> s.path("epoch").asLong() == epoch)
        .isPresent();
  }

  List<String> slaves() {
    return lab.hostsOtherThan(master());
  }

  long epoch() {
    return system().map(s -> s.path("epoch").asLong()).orElse(0L);
  }

  private Optional<JsonNode> replica(String host) {
    JsonNode replicas = system().map(s -> s.path("replicas")).orElseGet(MissingNode::getInstance);
    for (JsonNode replica : replicas) {
      if (replica.path("host").asText().equals(host)) {
        return Optional.of(replica);
      }
    }
    return Optional.empty();
  }

  /** The word of a copy's state; empty if the host has none or is not known. */
  String replicaState(String host) {
    return replica(host).map(replica -> replica.path("state").asText()).orElse("");
  }

  /** Alarms of the system and of the cluster, as any node shows them. */
  Set<String> alarms() {
    Set<String> codes = new HashSet<>();
    for (String host : lab.hosts()) {
      lab.get(host, "/v1/status")
          .ifPresent(
              status -> {
                add(codes, status.path("alarms"));
                status.path("systems").forEach(system -> add(codes, system.path("alarms")));
              });
    }
    return codes;
  }

  private static void add(Set<String> codes, JsonNode alarms) {
    alarms.forEach(alarm -> codes.add(alarm.path("code").asText()));
  }

  /** A client that knows every host. */
  LineWriter writer() {
    return writer(lab.addresses());
  }

  LineWriter writer(List<String> addresses) {
    LineWriter writer = new LineWriter(addresses, "w" + ++writers, clock);
    long begun = clock.nanos();
    awaitAck(writer, begun, PATIENCE);
    return writer;
  }

  /** Waits for the first acknowledgement after a moment; returns how long after it that was. */
  Duration awaitAck(LineWriter writer, long moment, Duration limit) {
    await("an acknowledged line")
        .atMost(limit)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> writer.firstAfter(moment).isPresent());
    return Duration.ofNanos(writer.firstAfter(moment).getAsLong() - moment);
  }

  void awaitMasterOtherThan(String host) {
    await("another master than " + host)
        .atMost(PATIENCE)
        .pollInterval(LOOK)
        .until(() -> !master().isEmpty() && !master().equals(host));
  }

  void awaitReplica(String host, String state) {
    await("the copy on " + host + " is " + state)
        .atMost(PATIENCE)
        .pollInterval(LOOK)
        .until(() -> replicaState(host).equals(state));
  }

  void awaitNotRunningOn(String host, Duration limit) {
    await("no process of the container on " + host)
        .atMost(limit)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !watch.runsOn(host));
  }

  boolean runsOn(String host) {
    return watch.runsOn(host);
  }

  /** Which run of the user system answers. */
  String boot() {
    return served(LineClient::boot);
  }

  List<String> liveLines() {
    return served(LineClient::lines);
  }

  /** A question to the append server. */
  private interface Question<T> {
    T ask(LineClient client) throws IOException;
  }

  private <T> T served(Question<T> question) {
    return await("an answer of the append server")
        .atMost(PATIENCE)
        .pollInterval(LOOK)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              String master = master();
              if (master.isEmpty()) {
                throw new IOException("no master is known");
              }
              try (var client = new LineClient(lab.address(master), Duration.ofSeconds(5))) {
                return question.ask(client);
              }
            },
            answer -> true);
  }

  /** Every acknowledged line is in the live filesystem. */
  void assertAllLive(LineWriter writer) {
    // Before the look: what is acknowledged after it cannot be in it.
    Set<String> acknowledged = acknowledged(writer);
    assertThat(liveLines()).as("the live file").containsAll(acknowledged);
  }

  /** Every acknowledged line is in the live filesystem or in a stash. */
  void assertNothingLost(LineWriter writer) {
    Set<String> missing = acknowledged(writer);
    liveLines().forEach(missing::remove);
    if (!missing.isEmpty()) {
      lab.hosts().forEach(host -> lab.stashedLines(host, "srv/lines").forEach(missing::remove));
    }
    assertThat(missing).as("acknowledged lines that are nowhere").isEmpty();
  }

  private static Set<String> acknowledged(LineWriter writer) {
    return writer.acked().stream()
        .map(LineWriter.Acked::line)
        .collect(Collectors.toCollection(HashSet::new));
  }

  void assertNeverTwice() {
    watch.assertNeverTwice();
  }

  @Override
  public void close() {
    watch.close();
    lab.down();
  }
}
