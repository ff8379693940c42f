package flocker.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeTextTest {
  @ParameterizedTest
  @CsvSource({
    "-5, 0 s",
    "0, 0 s",
    "340, 0.3 s",
    "9900, 9.9 s",
    "12000, 12 s",
    "119000, 119 s",
    "120000, 2 min",
    "7199000, 119 min",
    "7200000, 2 h",
    "172800000, 2 d"
  })
  void aSpanIsShownInItsNaturalUnit(long millis, String text) {
    assertThat(TimeText.span(Duration.ofMillis(millis))).isEqualTo(text);
  }
}
