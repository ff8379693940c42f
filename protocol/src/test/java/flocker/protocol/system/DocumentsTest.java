package flocker.protocol.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flocker.protocol.id.HostId;
import flocker.protocol.id.SystemId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Documents of records: what is written is read back; what is damaged is refused. */
class DocumentsTest {
  private static final SystemSettings SETTINGS =
      new SystemSettings(
          "pg",
          List.of("/sbin/init", "-x"),
          Map.of("LANG", "C"),
          List.of(new PublishedPort(Optional.empty(), 5432, 5432)),
          Optional.of(1L << 29),
          Optional.of(1.5),
          "TERM",
          10_000,
          true);
  private static final SystemId ID = new SystemId("0123456789abcdef");

  @Test
  void settingsComeBackAsTheyWere() {
    assertThat(Documents.settings(Documents.write(SETTINGS))).isEqualTo(SETTINGS);
  }

  @Test
  void aCatalogComesBackAsItWas() {
    Catalog catalog =
        Catalog.EMPTY
            .with(new Catalog.Entry(ID, new HostId("00000000000000aa"), SETTINGS))
            .without(new SystemId("fedcba9876543210"));
    String document = Documents.write(catalog);
    assertThat(document).contains("\"id\":\"0123456789abcdef\"");
    assertThat(Documents.catalog(document)).isEqualTo(catalog);
  }

  @Test
  void aDestroyedIdIsNeverUsedAgain() {
    Catalog.Entry entry = new Catalog.Entry(ID, new HostId("00000000000000aa"), SETTINGS);
    Catalog catalog = Catalog.EMPTY.with(entry).without(ID);
    assertThat(catalog.systems()).isEmpty();
    assertThatThrownBy(() -> catalog.with(entry)).hasMessageContaining("used before");
  }

  @Test
  void aNameIsUsedOnce() {
    Catalog catalog =
        Catalog.EMPTY.with(new Catalog.Entry(ID, new HostId("00000000000000aa"), SETTINGS));
    assertThatThrownBy(
            () ->
                catalog.with(
                    new Catalog.Entry(
                        new SystemId("fedcba9876543210"),
                        new HostId("00000000000000aa"),
                        SETTINGS)))
        .hasMessageContaining("'pg' exists");
  }

  @Test
  void damagedTextIsRefused() {
    assertThatThrownBy(() -> Documents.settings("{\"name\":")).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> Documents.catalog("[]")).hasMessageContaining("Catalog");
  }
}
