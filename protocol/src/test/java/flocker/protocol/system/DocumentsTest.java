package flocker.protocol.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flocker.protocol.admin.ByteSize;
import flocker.protocol.admin.Publish;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemSettings;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SystemId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Documents of records: what is written is read back; what is damaged is refused. */
class DocumentsTest {
  private static final SystemRecord SYSTEM =
      SystemRecord.of(
          new SystemName("pg"),
          new SystemSettings(
              List.of("/sbin/init", "-x"),
              List.of(Publish.parse("5432")),
              Map.of("LANG", "C"),
              Optional.of(new ByteSize(1L << 29)),
              Optional.of(1.5),
              "TERM",
              10),
          true);
  private static final SystemId ID = new SystemId("0123456789abcdef");

  @Test
  void settingsComeBackAsTheyWere() {
    assertThat(Documents.system(Documents.write(SYSTEM))).isEqualTo(SYSTEM);
  }

  @Test
  void pinsComeBackInTheirOrderAndOlderDocumentsHaveNone() {
    SystemRecord pinned =
        SYSTEM
            .withPin(new SnapshotGuid(7), true)
            .withPin(new SnapshotGuid(-9), true)
            .withPin(new SnapshotGuid(7), true);
    assertThat(pinned.pins()).containsExactly(new SnapshotGuid(-9), new SnapshotGuid(7));
    assertThat(Documents.system(Documents.write(pinned))).isEqualTo(pinned);
    assertThat(pinned.withRun(false).pins()).isEqualTo(pinned.pins());
    assertThat(pinned.withPin(new SnapshotGuid(-9), false).pins())
        .containsExactly(new SnapshotGuid(7));
    String older = Documents.write(SYSTEM).replace(",\"pins\":[]", "");
    assertThat(older).doesNotContain("pins");
    assertThat(Documents.system(older)).isEqualTo(SYSTEM);
  }

  @Test
  void aCatalogComesBackAsItWas() {
    Catalog catalog =
        Catalog.EMPTY
            .with(new Catalog.Entry(ID, new HostId("00000000000000aa"), SYSTEM))
            .without(new SystemId("fedcba9876543210"));
    String document = Documents.write(catalog);
    assertThat(document).contains("\"id\":\"0123456789abcdef\"");
    assertThat(Documents.catalog(document)).isEqualTo(catalog);
  }

  @Test
  void aDestroyedIdIsNeverUsedAgain() {
    Catalog.Entry entry = new Catalog.Entry(ID, new HostId("00000000000000aa"), SYSTEM);
    Catalog catalog = Catalog.EMPTY.with(entry).without(ID);
    assertThat(catalog.systems()).isEmpty();
    assertThatThrownBy(() -> catalog.with(entry)).hasMessageContaining("used before");
  }

  @Test
  void aNameIsUsedOnce() {
    Catalog catalog =
        Catalog.EMPTY.with(new Catalog.Entry(ID, new HostId("00000000000000aa"), SYSTEM));
    assertThatThrownBy(
            () ->
                catalog.with(
                    new Catalog.Entry(
                        new SystemId("fedcba9876543210"), new HostId("00000000000000aa"), SYSTEM)))
        .hasMessageContaining("'pg' exists");
  }

  @Test
  void damagedTextIsRefused() {
    assertThatThrownBy(() -> Documents.system("{\"name\":")).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> Documents.catalog("[]")).hasMessageContaining("Catalog");
  }
}
