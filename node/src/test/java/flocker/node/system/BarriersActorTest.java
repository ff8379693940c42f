package flocker.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import flocker.node.authority.AuthorityView;
import flocker.node.authority.Effect;
import flocker.node.authority.HostView;
import flocker.node.authority.Input;
import flocker.node.authority.VoterActor;
import flocker.node.cluster.CourierActor;
import flocker.node.cluster.Directory;
import flocker.node.config.NodeConfig;
import flocker.node.container.InMemoryContainers;
import flocker.node.guard.InMemoryGuards;
import flocker.node.replication.Bandwidth;
import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import flocker.node.replication.ReplicatorEvent.State;
import flocker.node.storage.Snapshot;
import flocker.node.supervisor.MasterSupervisorActor;
import flocker.node.supervisor.Phase;
import flocker.node.supervisor.ShippingActor;
import flocker.node.supervisor.SupervisorEvent;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.BarrierView;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SystemName;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: a barrier's position goes to the voters only when another host has it, and whoever waits is
 * told how far it came. Method: the real actor; voter, supervisor and shipping are played.
 */
class BarriersActorTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final HostId A = new HostId("00000000000000aa");
  private static final HostId B = new HostId("00000000000000bb");
  private static final Epoch EPOCH = new Epoch(513);

  private final TestProbe<VoterActor.Command> voter = KIT.createTestProbe();
  private final TestProbe<UserSystemActor.ToSupervisor> supervisor = KIT.createTestProbe();
  private final TestProbe<AdminReply> replies = KIT.createTestProbe();
  private ActorRef<BarriersActor.Command> barriers;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void spawn() {
    barriers =
        KIT.spawn(
            BarriersActor.create(host(), new SystemName("shop"), voter.ref(), supervisor.ref()));
  }

  private static Host host() {
    NodeConfig config =
        NodeConfig.from(
            Path.of("unused"),
            ConfigFactory.parseString(
                    "flocker { cluster { name = lab, hosts = [{ id = \"00000000000000aa\", name = a,"
                        + " index = 1, address = \"127.0.0.1\", witness = false },"
                        + " { id = \"00000000000000bb\", name = b, index = 2,"
                        + " address = \"127.0.0.2\", witness = false }] },"
                        + " host.id = \"00000000000000aa\", storage.pool = tank }")
                .withFallback(ConfigFactory.load()));
    TestProbe<CourierActor.Command> courier = KIT.createTestProbe();
    TestProbe<EventsActor.Command> events = KIT.createTestProbe();
    return new Host(
        config,
        Optional.empty(),
        new InMemoryContainers(),
        new InMemoryGuards(System::nanoTime, id -> {}, id -> false),
        System::nanoTime,
        () -> AT,
        () -> new SplittableRandom(7),
        courier.ref(),
        events.ref(),
        new Directory(KIT.system(), Map.of()),
        Bandwidth.UNLIMITED);
  }

  private void take(Duration limit) {
    barriers.tell(new BarriersActor.Take(1, limit, replies.ref()));
    MasterSupervisorActor.TakeSnapshot order =
        (MasterSupervisorActor.TakeSnapshot) supervisor.receiveMessage().command();
    assertThat(order.mark().reason()).isEqualTo("barrier");
    Snapshot taken =
        new Snapshot(SnapshotName.of(EPOCH, 7, AT, order.mark()), new SnapshotGuid(7), AT);
    order.replyTo().tell(new ShippingActor.Taken(Optional.of(taken), Optional.empty()));
  }

  /** B is a voter and could serve. */
  private static void answer(VoterActor.Describe look) {
    look.replyTo()
        .tell(
            new AuthorityView(
                AuthorityView.Role.MASTER,
                EPOCH,
                Optional.of(A),
                1_000,
                EPOCH,
                Optional.of(A),
                Position.NONE,
                RecordVersion.INITIAL,
                new TreeSet<>(List.of(A, B)),
                false,
                0,
                0,
                Optional.empty(),
                new TreeMap<>(
                    Map.of(B, new HostView(Position.NONE, true, RecordVersion.INITIAL, 10)))));
  }

  private void confirmed(long sequence) {
    ReplicaStatus status =
        new ReplicaStatus(
            B,
            State.UP_TO_DATE,
            Optional.of(new Position(EPOCH, sequence, new SnapshotGuid(sequence))),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "");
    supervised(new SupervisorEvent.FromShipping(new ShippingActor.ReplicaChanged(status)));
  }

  private void supervised(SupervisorEvent event) {
    barriers.tell(new BarriersActor.News(new SystemNews.Supervised(event)));
  }

  /** The next thing the voter is told, besides looks, which are answered. */
  private Input told() {
    while (true) {
      VoterActor.Command command = voter.receiveMessage();
      if (command instanceof VoterActor.Tell tell) {
        return tell.input();
      }
      answer((VoterActor.Describe) command);
    }
  }

  @Test
  void theVotersAreAskedOnlyOnceAnotherHostHasIt() {
    take(LONG);
    confirmed(6);
    for (int look = 0; look < 3; look++) {
      answer(voter.expectMessageClass(VoterActor.Describe.class));
    }
    confirmed(7);
    Input.BarrierWanted wanted = (Input.BarrierWanted) told();
    assertThat(wanted.position()).isEqualTo(new Position(EPOCH, 7, new SnapshotGuid(7)));
    barriers.tell(
        new BarriersActor.News(
            new SystemNews.Decided(new Effect.BarrierDone(wanted.barrier(), wanted.position()))));
    BarrierView done = (BarrierView) replies.receiveMessage();
    assertThat(done.hosts()).containsExactly(new HostName("b"));
    assertThat(done.position()).hasToString("513.7");
  }

  @Test
  void whatNoOtherHostHasInTimeIsRefusedAndRecordsNothing() {
    take(Duration.ofMillis(200));
    AdminRefusal refused = (AdminRefusal) replies.receiveMessage();
    assertThat(refused.code()).isEqualTo(RefusalCode.FAILED);
    assertThat(refused.message()).contains("0 of 1 other hosts").contains("nothing was recorded");
  }

  @Test
  void anEndOfTheMastershipLeavesDoubtOnceTheVotersWereAsked() {
    take(LONG);
    confirmed(7);
    assertThat(told()).isInstanceOf(Input.BarrierWanted.class);
    supervised(new SupervisorEvent.PhaseChanged(Phase.RUNNING, Phase.YIELDING));
    AdminRefusal doubt = (AdminRefusal) replies.receiveMessage();
    assertThat(doubt.code()).isEqualTo(RefusalCode.TIMED_OUT);
    assertThat(doubt.message()).contains("may or may not be recorded");
    assertThat(told()).isInstanceOf(Input.BarriersAborted.class);
  }

  @Test
  void aRollBackEndsThoseUnderWay() {
    take(LONG);
    supervised(new SupervisorEvent.PhaseChanged(Phase.RUNNING, Phase.ROLLING_BACK));
    AdminRefusal refused = (AdminRefusal) replies.receiveMessage();
    assertThat(refused.message()).contains("goes back").contains("nothing was recorded");
    confirmed(7);
    assertThat(told()).as("and nothing is recorded").isInstanceOf(Input.BarriersAborted.class);
    voter.expectNoMessage(Duration.ofMillis(300));
  }
}
