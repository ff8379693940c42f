package flocker.node.publish;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.publish.Routing.Action;
import flocker.node.publish.Routing.Reason;
import flocker.protocol.admin.Publish;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of each connection, by the clock of the test. */
class RoutingTest {
  private static final Publish PORT = new Publish(Optional.empty(), 5432, 15432);
  private static final Route CONTAINER = new Route.ToContainer("10.1.0.2");
  private static final Route HOST = new Route.ToHost("10.0.0.2");
  private static final Target AT_CONTAINER = new Target("10.1.0.2", 15432);
  private static final Target AT_HOST = new Target("10.0.0.2", 5432);
  private static final long HOLD = Duration.ofSeconds(30).toNanos();
  private static final long RETRY = Routing.RETRY.toNanos();

  private final Routing routing = new Routing(new PublishLimits(3, Duration.ofSeconds(30), 5));

  @Test
  void leadsToTheContainersPortOnTheMasterAndToThePublishedPortElsewhere() {
    routing.routeChanged(CONTAINER, 0);
    assertThat(routing.accepted(1, PORT, false, 0))
        .containsExactly(new Action.Connect(1, AT_CONTAINER));
    assertThat(routing.connected(1, AT_CONTAINER, 1)).containsExactly(new Action.Serve(1));
    routing.routeChanged(HOST, 2);
    assertThat(routing.accepted(2, PORT, false, 3)).containsExactly(new Action.Connect(2, AT_HOST));
  }

  @Test
  void holdsUntilARouteAppears() {
    assertThat(routing.accepted(1, PORT, false, 0)).isEmpty();
    assertThat(routing.accepted(2, PORT, false, 1)).isEmpty();
    assertThat(routing.held()).isEqualTo(2);
    assertThat(routing.routeChanged(CONTAINER, 5))
        .containsExactly(new Action.Connect(1, AT_CONTAINER), new Action.Connect(2, AT_CONTAINER));
  }

  @Test
  void endsWhatWasHeldTooLong() {
    routing.accepted(1, PORT, false, 0);
    routing.accepted(2, PORT, false, 10);
    assertThat(routing.nextWake()).hasValue(HOLD);
    assertThat(routing.tick(HOLD)).containsExactly(new Action.Reset(1, Reason.HELD_TOO_LONG));
    assertThat(routing.nextWake()).hasValue(HOLD + 10);
  }

  @Test
  void boundsTheHeldAndAll() {
    for (int id = 1; id <= 3; id++) {
      routing.accepted(id, PORT, false, 0);
    }
    assertThat(routing.accepted(4, PORT, false, 0))
        .containsExactly(new Action.Reset(4, Reason.FULL));
    routing.routeChanged(CONTAINER, 0);
    for (int id = 1; id <= 3; id++) {
      routing.connected(id, AT_CONTAINER, 0);
    }
    assertThat(routing.served()).isEqualTo(3);
    routing.accepted(5, PORT, false, 0);
    routing.accepted(6, PORT, false, 0);
    assertThat(routing.accepted(7, PORT, false, 0))
        .containsExactly(new Action.Reset(7, Reason.FULL));
    routing.closed(1);
    assertThat(routing.accepted(8, PORT, false, 0))
        .containsExactly(new Action.Connect(8, AT_CONTAINER));
  }

  @Test
  void resetsWhatIsLedToTheOldMaster() {
    routing.routeChanged(HOST, 0);
    routing.accepted(1, PORT, false, 0);
    routing.connected(1, AT_HOST, 0);
    assertThat(routing.routeChanged(Route.Hold.INSTANCE, 1))
        .containsExactly(new Action.Reset(1, Reason.ROUTE_CHANGED));
    assertThat(routing.served()).isZero();
  }

  @Test
  void aConnectionMadeToTheOldMasterIsNotServed() {
    routing.routeChanged(HOST, 0);
    routing.accepted(1, PORT, false, 0);
    routing.routeChanged(CONTAINER, 1);
    assertThat(routing.connected(1, AT_HOST, 2))
        .containsExactly(new Action.DropUpstream(1), new Action.Connect(1, AT_CONTAINER));
  }

  @Test
  void oneConnectionTriesARefusingTargetForAll() {
    routing.routeChanged(CONTAINER, 0);
    routing.accepted(1, PORT, false, 0);
    routing.accepted(2, PORT, false, 0);
    assertThat(routing.connectFailed(1, AT_CONTAINER, 10)).isEmpty();
    assertThat(routing.connectFailed(2, AT_CONTAINER, 20)).isEmpty();
    assertThat(routing.accepted(3, PORT, false, 30)).isEmpty();
    assertThat(routing.nextWake()).hasValue(20 + RETRY);
    assertThat(routing.tick(20 + RETRY)).containsExactly(new Action.Connect(1, AT_CONTAINER));
    assertThat(routing.tick(21 + RETRY)).isEmpty();
    assertThat(routing.connected(1, AT_CONTAINER, 22 + RETRY))
        .containsExactly(
            new Action.Serve(1),
            new Action.Connect(2, AT_CONTAINER),
            new Action.Connect(3, AT_CONTAINER));
  }

  @Test
  void aTargetThatNeverAnswersIsGivenUp() {
    routing.routeChanged(CONTAINER, 0);
    routing.accepted(1, PORT, false, 0);
    assertThat(routing.connectFailed(1, AT_CONTAINER, HOLD))
        .containsExactly(new Action.Reset(1, Reason.HELD_TOO_LONG));
    assertThat(routing.held()).isZero();
  }

  @Test
  void neverForwardsWhatAHostForwarded() {
    routing.routeChanged(HOST, 0);
    assertThat(routing.accepted(1, PORT, true, 0)).isEmpty();
    assertThat(routing.routeChanged(CONTAINER, 5))
        .containsExactly(new Action.Connect(1, AT_CONTAINER));
  }

  @Test
  void resetsConnectionsOfAPortThatIsNoLongerPublished() {
    routing.routeChanged(CONTAINER, 0);
    routing.accepted(1, PORT, false, 0);
    routing.connected(1, AT_CONTAINER, 0);
    assertThat(routing.unpublished(PORT)).containsExactly(new Action.Reset(1, Reason.UNPUBLISHED));
    assertThat(routing.connected(1, AT_CONTAINER, 1)).containsExactly(new Action.DropUpstream(1));
  }

  /** Whatever happens: bounds hold, each connection ends once, and nothing waits for ever. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void keepsItsBoundsUnderAnyEvents(long seed) {
    Random random = new Random(seed);
    Set<Long> alive = new HashSet<>();
    Set<Action.Connect> trying = new HashSet<>();
    long now = 0;
    for (long step = 1; step <= 5_000; step++) {
      now += random.nextInt(2_000_000_000);
      List<Action> actions;
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          alive.add(step);
          actions = routing.accepted(step, PORT, random.nextBoolean(), now);
        }
        case 2 ->
            actions =
                routing.routeChanged(
                    List.of(CONTAINER, HOST, Route.Hold.INSTANCE).get(random.nextInt(3)), now);
        case 3, 4 -> {
          if (trying.isEmpty()) {
            continue;
          }
          Action.Connect attempt = trying.iterator().next();
          trying.remove(attempt);
          actions =
              random.nextBoolean()
                  ? routing.connected(attempt.id(), attempt.target(), now)
                  : routing.connectFailed(attempt.id(), attempt.target(), now);
        }
        default -> {
          if (!alive.isEmpty() && random.nextBoolean()) {
            long closed = alive.iterator().next();
            alive.remove(closed);
            routing.closed(closed);
          }
          actions = routing.tick(now);
        }
      }
      for (Action action : actions) {
        if (action instanceof Action.Connect connect) {
          assertThat(trying.add(connect)).isTrue();
        } else if (action instanceof Action.Reset reset) {
          assertThat(alive.remove(reset.id())).isTrue();
        }
      }
      assertThat(routing.held() + routing.served()).isEqualTo(alive.size());
      assertThat(routing.held()).isLessThanOrEqualTo(3);
      assertThat(alive.size()).isLessThanOrEqualTo(5);
      long at = now;
      routing.nextWake().ifPresent(wake -> assertThat(wake).isGreaterThan(at));
    }
  }
}
