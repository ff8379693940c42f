package flocker.node.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import flocker.node.config.HostEntry;
import flocker.node.config.NodeConfig;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.memory.InMemoryStorage;
import flocker.protocol.admin.RetentionRules;
import flocker.protocol.admin.RetentionView;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemSettings;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.id.SystemId;
import flocker.protocol.retention.BasesTold;
import flocker.protocol.retention.ToRetention;
import flocker.protocol.system.SystemRecord;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is shown is what is done, and what a host that is away can be sent from outlives masters and
 * restarts. Method: the real actor on storage in memory, by a clock that the test moves.
 */
class RetentionActorTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ManualTime.config().withFallback(com.typesafe.config.ConfigFactory.load()));
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final HostId A = new HostId("00000000000000aa");
  private static final HostId B = new HostId("00000000000000bb");
  private static final HostId C = new HostId("00000000000000cc");
  private static final SystemId SYSTEM = new SystemId("00000000000000f1");
  private static final Dataset LIVE = new Dataset(SYSTEM.value());
  private static final Dataset STASH = new Dataset("stash/" + SYSTEM + "-256-1");
  private static final Epoch EPOCH = new Epoch(256);
  private static final Duration ROUND = Duration.ofSeconds(16);
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  private final TestProbe<RetentionActor.Alarm> alarms = KIT.createTestProbe();
  private final TestProbe<ToRetention> others = KIT.createTestProbe();
  private InMemoryStorage storage;
  private final List<Snapshot> all = new ArrayList<>();

  @BeforeEach
  void fill() throws Exception {
    storage = new InMemoryStorage(7, 1000);
    storage.create(LIVE);
    grow(150);
  }

  private void grow(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      all.add(storage.snapshot(LIVE, SnapshotName.of(EPOCH, all.size(), AT)));
    }
  }

  @AfterEach
  void close() {
    storage.close();
  }

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private static HostEntry host(HostId id, String name, int index) {
    return new HostEntry(id, name, index, "10.0.0." + (index + 1), false);
  }

  private ActorRef<ToRetention> actor(String rules, double baseBudget) {
    SystemRecord fresh = SystemRecord.of(new SystemName("shop"), SystemSettings.defaults(), true);
    RetentionRules both = RetentionRules.parse(rules);
    SystemRecord wanted = fresh.withHistory(new flocker.protocol.admin.HistorySettings(both, both));
    ActorRef<ToRetention> actor =
        KIT.spawn(
            RetentionActor.create(
                new RetentionActor.Setting(
                    SYSTEM,
                    LIVE,
                    storage,
                    () -> 0,
                    new NodeConfig.RetentionConfig(0.1, baseBudget),
                    host(A, "a", 0),
                    List.of(host(B, "b", 1), host(C, "c", 2)),
                    other -> others.ref()),
                wanted,
                alarms.ref()));
    // Once it answers its timer runs, and the test may move the clock.
    preview(actor);
    return actor;
  }

  private RetentionView preview(ActorRef<ToRetention> actor) {
    TestProbe<RetentionActor.Previewed> probe = KIT.createTestProbe();
    actor.tell(new RetentionActor.Preview(Optional.empty(), 1000, probe.ref()));
    return probe.receiveMessage().view().orElseThrow();
  }

  private static List<SnapshotName> kept(RetentionView view) {
    return view.snapshots().stream()
        .filter(RetentionView.Line::keep)
        .map(RetentionView.Line::name)
        .toList();
  }

  private void leaves(List<SnapshotName> expected) {
    TIME.timePasses(ROUND);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(storage.snapshots(LIVE).stream().map(Snapshot::name).toList())
                    .isEqualTo(expected));
  }

  @Test
  void thePlanShownIsThePlanDone() throws Exception {
    storage.cloneFrom(LIVE, all.get(10).name(), STASH);
    ActorRef<ToRetention> actor = actor("all for 80s, at least 2", 0.5);
    actor.tell(
        new RetentionActor.Role(
            Optional.of(EPOCH), Map.of(B, all.get(20).guid(), C, all.get(149).guid())));
    RetentionView view = preview(actor);
    assertThat(view.total()).isEqualTo(150);
    assertThat(view.destroyed()).isEqualTo(67);
    assertThat(view.bases().get(0).snapshot()).contains(all.get(20).name());
    assertThat(kept(view)).contains(all.get(10).name(), all.get(20).name());
    assertThat(storage.snapshots(LIVE)).hasSize(150);
    leaves(kept(view));
    KIT.stop(actor);
  }

  @Test
  void aMasterTellsTheOthersAndTheyKeepWhatOneThatIsAwayHas() throws Exception {
    ActorRef<ToRetention> master = actor("at least 1", 0.5);
    master.tell(
        new RetentionActor.Role(
            Optional.of(EPOCH), Map.of(B, all.get(140).guid(), C, all.get(5).guid())));
    TIME.timePasses(ROUND);
    BasesTold told = others.expectMessageClass(BasesTold.class);
    assertThat(told.bases())
        .containsExactly(
            new BasesTold.Base(B, all.get(140).guid()), new BasesTold.Base(C, all.get(5).guid()));
    KIT.stop(master);
  }

  @Test
  void whatWasToldOutlivesARestartAndAnElection() throws Exception {
    SnapshotGuid base = all.get(5).guid();
    ActorRef<ToRetention> slave = actor("at least 200", 0.5);
    slave.tell(
        new BasesTold(
            EPOCH,
            SYSTEM,
            B,
            List.of(new BasesTold.Base(A, all.get(9).guid()), new BasesTold.Base(C, base))));
    TIME.timePasses(ROUND);
    await().until(() -> storage.property(LIVE, "bases").isPresent());
    KIT.stop(slave);
    ActorRef<ToRetention> elected = actor("at least 1", 0.5);
    elected.tell(new RetentionActor.Role(Optional.of(new Epoch(513)), Map.of()));
    List<SnapshotName> expected = new ArrayList<>();
    expected.add(all.get(5).name());
    expected.add(all.get(9).name());
    all.subList(90, 150).forEach(each -> expected.add(each.name()));
    leaves(expected);
    KIT.stop(elected);
  }

  @Test
  void aBaseThatCostsTooMuchIsGivenUpWithAnAlarm() throws Exception {
    Files.writeString(storage.mount(LIVE).resolve("old"), "x".repeat(300));
    grow(1);
    Files.writeString(storage.mount(LIVE).resolve("old"), "y");
    grow(100);
    ActorRef<ToRetention> actor = actor("at least 1", 0.1);
    actor.tell(
        new RetentionActor.Role(
            Optional.of(EPOCH), Map.of(B, all.get(150).guid(), C, all.get(250).guid())));
    RetentionView view = preview(actor);
    assertThat(kept(view)).doesNotContain(all.get(150).name());
    leaves(kept(view));
    RetentionActor.Alarm alarm = alarms.receiveMessage();
    assertThat(alarm.code()).isEqualTo("base-b");
    assertThat(alarm.text()).contains("full resend");
    KIT.stop(actor);
  }

  @Test
  void anythingOfAnotherSystemIsNotListenedTo() throws Exception {
    ActorRef<ToRetention> actor = actor("at least 1", 0.5);
    actor.tell(
        new BasesTold(
            EPOCH,
            new SystemId("00000000000000f2"),
            B,
            List.of(new BasesTold.Base(C, all.get(5).guid()))));
    assertThat(kept(preview(actor))).doesNotContain(all.get(5).name());
    KIT.stop(actor);
  }
}
