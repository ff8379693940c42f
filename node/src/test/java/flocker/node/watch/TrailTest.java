package flocker.node.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import flocker.node.api.CannedNode;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrailTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final SystemName SHOP = new SystemName("shop");

  private final Trail trail = new Trail();

  private static ClusterView at(long second, List<SystemView> systems) {
    ClusterView golden = CannedNode.cluster();
    return new ClusterView(
        golden.cluster(),
        golden.node(),
        START.plusSeconds(second),
        golden.hosts(),
        systems,
        golden.voters(),
        golden.alarms());
  }

  private static ClusterView at(long second) {
    return at(second, CannedNode.cluster().systems());
  }

  @Test
  void aPointSaysWhatChartsShow() {
    trail.add(at(0));
    TrailPoint point = trail.points().get(0);
    assertThat(point.at()).isEqualTo(START);
    assertThat(point.systems().get(SHOP).lag()).isEqualTo(Map.of(new HostName("a"), 0.0));
    assertThat(point.systems().get(SHOP).loss()).hasValue(0.25);
    assertThat(point.systems().get(new SystemName("mail")).loss()).isEmpty();
    assertThat(point.hosts()).containsOnlyKeys(new HostName("a"), new HostName("b"));
  }

  @Test
  void pointsAreFiveSecondsApart() {
    for (long second = 0; second < 20; second++) {
      trail.add(at(second));
    }
    assertThat(trail.points())
        .extracting(point -> point.at().getEpochSecond() % 60)
        .containsExactly(0L, 5L, 10L, 15L);
  }

  @Test
  void aClockThatWasSetBackBeginsAnew() {
    trail.add(at(1000));
    trail.add(at(10));
    assertThat(trail.points()).extracting(TrailPoint::at).containsExactly(START.plusSeconds(10));
  }

  @Test
  void itIsBoundedInPointsAndInSystems() {
    for (long i = 0; i < 500; i++) {
      trail.add(at(i * 5));
    }
    assertThat(trail.points()).hasSize(360);
    assertThat(trail.points().get(359).at()).isEqualTo(START.plusSeconds(499 * 5));
  }

  @Test
  void manySystemsShortenIt() {
    List<SystemView> many = manySystems(100);
    for (long i = 0; i < 400; i++) {
      trail.add(at(i * 5, many));
    }
    assertThat(trail.points()).hasSize(72);
  }

  private static List<SystemView> manySystems(int number) {
    ObjectMapper json = AdminJson.tolerant();
    List<SystemView> systems = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      ObjectNode one = json.valueToTree(CannedNode.cluster().systems().get(0));
      systems.add(json.convertValue(one.put("name", "s" + i), SystemView.class));
    }
    return systems;
  }
}
