package flocker.protocol.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotGuid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminValuesTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "A", "1a", "-a", "a_b", "a b", "a\n", "ä"})
  void aNameOfAnotherShapeIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> new SystemName(text));
    assertThatIllegalArgumentException().isThrownBy(() -> new HostName(text));
  }

  @Test
  void aNameHasAtMost63Characters() {
    assertThat(new SystemName("a".repeat(63)).value()).hasSize(63);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SystemName("a".repeat(100_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250));
  }

  @ParameterizedTest
  @CsvSource({
    "5432,         '',            5432, 5432, 5432",
    "80:8080,      '',            80,   8080, 80:8080",
    "80:80,        '',            80,   80,   80",
    "10.0.0.1:80,  10.0.0.1,      80,   80,   10.0.0.1:80",
    "0.0.0.0:1:2,  0.0.0.0,       1,    2,    0.0.0.0:1:2",
    "[fd00::1]:80, [fd00::1],     80,   80,   [fd00::1]:80",
  })
  void aPublishedPortIsRead(String text, String address, int port, int inside, String written) {
    Publish publish = Publish.parse(text);
    assertThat(publish.address()).isEqualTo(Optional.of(address).filter(a -> !a.isEmpty()));
    assertThat(publish.port()).isEqualTo(port);
    assertThat(publish.containerPort()).isEqualTo(inside);
    assertThat(publish).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "0",
        "65536",
        "80:0",
        "-1",
        "80:",
        ":80",
        "1:2:3",
        "256.0.0.1:80",
        "10.0.0:80",
        "host:80",
        "80/tcp",
        "80 ",
        "::1:80",
        "999999"
      })
  void whatIsNoPublishedPortIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Publish.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "4096B, 4096",
    "1K, 1024",
    "512M, 536870912",
    "1.5G, 1610612736",
    "1GiB, 1073741824",
    "2TB, 2199023255552"
  })
  void aSizeIsRead(String text, long bytes) {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "M", "-1M", "1X", "1 M", "0.0001K", "999999999999999T", "1e3"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "10240, 10 KiB",
    "536870912, 512 MiB",
    "1610612736, 1.5 GiB",
    "9223372036854775807, 8388608 TiB"
  })
  void aSizeIsShownShort(long bytes, String shown) {
    assertThat(new ByteSize(bytes)).hasToString(shown);
  }

  @Test
  void aPositionIsShownWithoutItsGuid() {
    Position position = new Position(new Epoch(513), 42, new SnapshotGuid(1));
    assertThat(PositionLabel.of(position)).hasValue(PositionLabel.parse("513.42"));
    assertThat(PositionLabel.of(Position.NONE)).isEmpty();
    assertThat(PositionLabel.parse("513.42")).hasToString("513.42");
    assertThat(PositionLabel.parse("513.9")).isLessThan(PositionLabel.parse("513.42"));
  }

  @Test
  void portsThatCannotBothBeListenedOnAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> withPublish("80", "10.0.0.1:80:81"))
        .withMessageContaining("'80'")
        .withMessageContaining("'10.0.0.1:80:81'");
    assertThat(withPublish("10.0.0.1:80", "10.0.0.2:80").publish()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1A", "A B", "A=B", "A-B"})
  void anEnvironmentVariableHasAProperName(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SystemSettings(
                    null, null, Map.of(name, "x"), Optional.empty(), Optional.empty(), null, null));
  }

  @Test
  void limitsAreWithinReason() {
    assertThatIllegalArgumentException().isThrownBy(() -> limits("1M", 1.0, "TERM", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> limits("64M", 0.0, "TERM", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> limits("64M", Double.NaN, "TERM", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> limits("64M", 1.0, "SIGTERM", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> limits("64M", 1.0, "TERM", -1));
    assertThat(limits("64M", 0.5, "RTMIN+3", 0).stopSignal()).isEqualTo("RTMIN+3");
  }

  private static SystemSettings withPublish(String... ports) {
    return new SystemSettings(
        null,
        List.of(ports).stream().map(Publish::parse).toList(),
        null,
        Optional.empty(),
        Optional.empty(),
        null,
        null);
  }

  private static SystemSettings limits(String memory, double cpus, String signal, int grace) {
    return new SystemSettings(
        null, null, null, Optional.of(ByteSize.parse(memory)), Optional.of(cpus), signal, grace);
  }
}
