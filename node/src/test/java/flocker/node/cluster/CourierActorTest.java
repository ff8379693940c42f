package flocker.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import flocker.node.cluster.CourierActor.Delivered;
import flocker.node.cluster.CourierView.Drop;
import flocker.protocol.authority.AuthorityBatch;
import flocker.protocol.authority.AuthorityMessage;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SystemId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two hosts that are members of nothing, and their couriers over real remoting. */
class CourierActorTest {
  private static final HostId A = new HostId("00000000000000aa");
  private static final HostId B = new HostId("00000000000000bb");
  private static final Duration ROUND = Duration.ofMillis(250);
  private static final HostId STRANGER = new HostId("00000000000000ff");
  private static final SystemId SYSTEM = new SystemId("0000000000000001");
  private static final AuthorityMessage NUDGE = new AuthorityMessage.Nudge(new Epoch(256));

  private ActorSystem<SpawnProtocol.Command> hostA;
  private ActorSystem<SpawnProtocol.Command> hostB;
  private ActorRef<CourierActor.Command> courierA;
  private ActorRef<CourierActor.Command> courierB;

  /** Renews when ticked and answers renewals, as a voter would. */
  record Ticked() {}

  @BeforeEach
  void startTwo() {
    hostA = Nodes.start("127.0.0.1", 0);
    hostB = Nodes.start("127.0.0.1", 0);
    courierA = spawn(hostA, CourierActor.create("test", A, ROUND), CourierActor.NAME);
    courierB = spawn(hostB, CourierActor.create("test", B, Nodes.PATIENCE), CourierActor.NAME);
    courierA.tell(new CourierActor.SetPeers(Map.of(B, Nodes.address(hostB))));
    courierB.tell(new CourierActor.SetPeers(Map.of(A, Nodes.address(hostA))));
  }

  @AfterEach
  void stopTwo() {
    Nodes.stop(hostA);
    Nodes.stop(hostB);
  }

  @Test
  void carriesBetweenHostsAndToItself() {
    TestProbe<Delivered> atA = TestProbe.create(Delivered.class, hostA);
    TestProbe<Delivered> atB = TestProbe.create(Delivered.class, hostB);
    courierA.tell(new CourierActor.Register(SYSTEM, atA.getRef()));
    courierB.tell(new CourierActor.Register(SYSTEM, atB.getRef()));
    courierA.tell(new CourierActor.Post(SYSTEM, B, NUDGE));
    atB.expectMessage(Nodes.PATIENCE, new Delivered(A, NUDGE));
    courierA.tell(new CourierActor.Post(SYSTEM, A, NUDGE));
    atA.expectMessage(Nodes.PATIENCE, new Delivered(A, NUDGE));
    courierB.tell(new CourierActor.Post(SYSTEM, A, OutboxTest.offer(150_000)));
    atA.expectMessage(Nodes.PATIENCE, new Delivered(B, OutboxTest.offer(150_000)));
  }

  @Test
  void oneBatchPerPeerAndTickCarriesAHundredSystems() {
    List<ActorRef<Object>> voters = new ArrayList<>();
    List<SystemId> systems =
        IntStream.range(0, 100).mapToObj(i -> new SystemId(String.format("%016x", i))).toList();
    for (SystemId system : systems) {
      voters.add(voter(hostA, courierA, system));
      voter(hostB, courierB, system);
    }
    int ticks = 10;
    for (int tick = 1; tick <= ticks; tick++) {
      voters.forEach(voter -> voter.tell(new Ticked()));
      long itemsSoFar = tick * 100L;
      await()
          .atMost(Nodes.PATIENCE)
          .until(() -> describe(hostB, courierB).itemsSent() == itemsSoFar);
    }
    CourierView a = describe(hostA, courierA);
    CourierView b = describe(hostB, courierB);
    assertThat(a.itemsSent()).isEqualTo(1000);
    assertThat(a.batchesSent()).isEqualTo(Map.of(B, (long) ticks));
    assertThat(b.batchesSent()).isEqualTo(Map.of(A, (long) ticks));
    assertThat(a.dropped()).isEmpty();
    assertThat(b.dropped()).isEmpty();
  }

  @Test
  void dropsAndCountsWhatIsNotForItOrFromStrangers() {
    TestProbe<Delivered> atB = TestProbe.create(Delivered.class, hostB);
    courierB.tell(new CourierActor.Register(SYSTEM, atB.getRef()));
    ActorRef<Object> b = courierB.unsafeUpcast();
    List<AuthorityBatch.Item> items = List.of(new AuthorityBatch.Item(SYSTEM, NUDGE));
    b.tell(new AuthorityBatch("other", A, B, items));
    b.tell(new AuthorityBatch("test", A, STRANGER, items));
    b.tell(new AuthorityBatch("test", STRANGER, B, items));
    b.tell(
        new AuthorityBatch(
            "test", A, B, List.of(new AuthorityBatch.Item(SystemId.CLUSTER, NUDGE))));
    courierB.tell(new CourierActor.Post(SYSTEM, STRANGER, NUDGE));
    courierB.tell(new CourierActor.Post(SYSTEM, A, OutboxTest.offer(Outbox.MESSAGE_BYTES)));
    assertThat(describe(hostB, courierB).dropped())
        .isEqualTo(
            Map.of(
                Drop.OTHER_CLUSTER, 1L,
                Drop.OTHER_HOST, 1L,
                Drop.UNKNOWN_SENDER, 1L,
                Drop.UNKNOWN_SYSTEM, 1L,
                Drop.UNKNOWN_DESTINATION, 1L,
                Drop.TOO_LARGE, 1L));
    atB.expectNoMessage();
  }

  @Test
  void aBatchIsNeverLargerOnTheWireThanEstimated() {
    AuthorityMessage answer =
        new AuthorityMessage.VoteAnswer(
            new Epoch(Long.MAX_VALUE),
            Long.MAX_VALUE,
            AuthorityMessage.Refusal.OWN_CONTAINER,
            new Epoch(Long.MAX_VALUE),
            Position.NONE,
            true,
            java.util.Optional.empty());
    for (AuthorityMessage message : List.of(answer, OutboxTest.offer(1_000), NUDGE)) {
      List<AuthorityBatch.Item> items =
          IntStream.range(0, 100)
              .mapToObj(i -> new AuthorityBatch.Item(SYSTEM, message))
              .collect(Collectors.toList());
      byte[] bytes =
          SerializationExtension.get(hostA)
              .serialize(new AuthorityBatch("test", A, B, items))
              .get();
      assertThat(bytes.length).isLessThan(items.stream().mapToInt(Outbox::estimatedBytes).sum());
    }
  }

  private static ActorRef<Object> voter(
      ActorSystem<SpawnProtocol.Command> host,
      ActorRef<CourierActor.Command> courier,
      SystemId system) {
    AuthorityMessage renew =
        new AuthorityMessage.Renew(new Epoch(256), 1, 3000, RecordVersion.INITIAL);
    AuthorityMessage answer =
        new AuthorityMessage.RenewAnswer(
            new Epoch(256), 1, true, new Epoch(256), RecordVersion.INITIAL, Position.NONE, true);
    ActorRef<Object> voter =
        spawn(
            host,
            Behaviors.receive(Object.class)
                .onMessage(
                    Ticked.class,
                    tick -> {
                      courier.tell(new CourierActor.Post(system, B, renew));
                      return Behaviors.same();
                    })
                .onMessage(
                    Delivered.class,
                    delivered -> {
                      if (delivered.message() instanceof AuthorityMessage.Renew) {
                        courier.tell(new CourierActor.Post(system, delivered.from(), answer));
                      }
                      return Behaviors.same();
                    })
                .build(),
            "voter-" + system);
    courier.tell(new CourierActor.Register(system, voter.narrow()));
    return voter;
  }

  private static CourierView describe(ActorSystem<?> host, ActorRef<CourierActor.Command> courier) {
    return AskPattern.ask(courier, CourierActor.Describe::new, Nodes.PATIENCE, host.scheduler())
        .toCompletableFuture()
        .join();
  }

  private static <T> ActorRef<T> spawn(
      ActorSystem<SpawnProtocol.Command> host, Behavior<T> behavior, String name) {
    return AskPattern.<SpawnProtocol.Command, ActorRef<T>>ask(
            host,
            to -> new SpawnProtocol.Spawn<>(behavior, name, Props.empty(), to),
            Nodes.PATIENCE,
            host.scheduler())
        .toCompletableFuture()
        .join();
  }
}
