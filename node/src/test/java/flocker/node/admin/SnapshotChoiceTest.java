package flocker.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.storage.Snapshot;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SnapshotList;
import flocker.protocol.admin.SnapshotRef;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.admin.SystemName;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.id.SnapshotName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which snapshot is meant, and who holds it. */
class SnapshotChoiceTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final SystemName SHOP = new SystemName("shop");

  private static Snapshot snapshot(long seq, String label) {
    SnapshotMark mark = SnapshotMark.of("operator").labelled(Optional.ofNullable(label));
    Instant at = NOON.plusSeconds(seq);
    return new Snapshot(
        SnapshotName.of(new Epoch(513), seq, at, mark), new SnapshotGuid(100 + seq), at);
  }

  private static final List<Snapshot> ALL =
      List.of(
          snapshot(1, null),
          snapshot(2, "upgrade"),
          snapshot(3, "twice"),
          snapshot(4, "twice"),
          snapshot(5, "105"),
          new Snapshot(new SnapshotName("by-hand"), new SnapshotGuid(9), NOON.plusSeconds(60)));

  @ParameterizedTest
  @CsvSource({
    "513.1, 101",
    "upgrade, 102",
    "newest, 105",
    "by-hand, 9",
    "9, 9",
    "105, 105",
    "flocker-513-3-20260301T120003Z.operator:twice, 103",
  })
  void whatIsMeantIsFound(String text, long guid) {
    assertThat(SnapshotChoice.of(new SnapshotRef(text), ALL).found().orElseThrow().guid())
        .isEqualTo(new SnapshotGuid(guid));
  }

  @Test
  void whatIsNotThereOrCalledTwiceIsRefusedWithWhatToDo() {
    SnapshotChoice twice = SnapshotChoice.of(new SnapshotRef("twice"), ALL);
    assertThat(twice.found()).isEmpty();
    assertThat(twice.code()).isEqualTo(RefusalCode.CONFLICT);
    assertThat(twice.why()).contains("513.3, 513.4");
    SnapshotChoice none = SnapshotChoice.of(new SnapshotRef("513.9"), ALL);
    assertThat(none.code()).isEqualTo(RefusalCode.NOT_FOUND);
    assertThat(SnapshotChoice.of(new SnapshotRef("newest"), List.of()).found()).isEmpty();
  }

  private static SnapshotList list(String host, int total, SnapshotView... snapshots) {
    return new SnapshotList(SHOP, new HostName(host), total, List.of(snapshots), List.of());
  }

  private static SnapshotView view(long seq) {
    Snapshot s = snapshot(seq, null);
    return SnapshotView.of(s.name(), s.guid(), s.created());
  }

  @Test
  void listsOfHostsBecomeOneWithWhoHoldsEach() {
    SnapshotView own = view(3).with(true, Optional.of(77L));
    SnapshotList together =
        Holders.together(
            new HostName("b"),
            List.of(list("a", 9, view(1), view(3)), list("b", 2, view(2), own)),
            List.of(new HostName("c")),
            2);
    assertThat(together.host()).isEqualTo(new HostName("b"));
    assertThat(together.total()).isEqualTo(2);
    assertThat(together.silentHosts()).containsExactly(new HostName("c"));
    assertThat(together.snapshots())
        .containsExactly(view(2).on(hosts("b")), own.on(hosts("a", "b")));
  }

  @Test
  void withoutAMasterTheFirstThatAnswersCounts() {
    SnapshotList together =
        Holders.together(
            new HostName("x"), List.of(list("b", 4, view(1)), list("a", 5)), List.of(), 10);
    assertThat(together.host()).isEqualTo(new HostName("a"));
    assertThat(together.snapshots()).containsExactly(view(1).on(hosts("b")));
  }

  private static List<HostName> hosts(String... names) {
    return Stream.of(names).map(HostName::new).toList();
  }
}
