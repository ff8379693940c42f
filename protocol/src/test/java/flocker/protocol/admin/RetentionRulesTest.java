package flocker.protocol.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One line is read as it is meant, printed as it is read, and refused with the reason. */
class RetentionRulesTest {
  @Test
  void theLineIsReadAndPrinted() {
    String line =
        "all for 10m, 1/min for 2h, 4/h for 3d, 1/day for 30d, 1/week for 52w, at least 20";
    RetentionRules rules = RetentionRules.parse(line);
    assertThat(rules.all()).hasValue(Duration.ofMinutes(10));
    assertThat(rules.grids()).hasSize(4);
    assertThat(rules.grids().get(1).period()).isEqualTo(Duration.ofMinutes(15));
    assertThat(rules.atLeast()).isEqualTo(20);
    assertThat(rules).hasToString(line.replace("52w", "364d"));
    assertThat(RetentionRules.parse(rules.toString())).isEqualTo(rules);
  }

  @Test
  void spacesDoNotMatterAndRulesMayBeLeftOut() {
    assertThat(RetentionRules.parse("  at least   3 ")).hasToString("at least 3");
    assertThat(RetentionRules.parse("all for 90s,at least 1"))
        .hasToString("all for 90s, at least 1");
    assertThat(RetentionRules.parse("all for 120m, at least 1").toString())
        .startsWith("all for 2h");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                     | a line of at most 300",
        "all for 10m                            | do not say how many",
        "at least 0                             | 1 to 100000",
        "at least 20, all for 10m               | stands last",
        "1/h for 3d, all for 10m, at least 2    | stands first",
        "all for 10m, all for 20m, at least 2   | stands first",
        "all for 10m,, at least 2               | none of",
        "all for ten minutes, at least 2        | none of",
        "all for 10, at least 2                 | an age is a number with",
        "all for 0s, at least 2                 | an age is 1 s",
        "all for 9999999w, at least 2           | an age is 1 s",
        "1/month for 3d, at least 2             | min, h, day, week",
        "7/min for 3d, at least 2               | periods of whole seconds",
        "0/h for 3d, at least 2                 | periods of whole seconds",
        "1/h for 3d, 1/h for 4d, at least 2     | keep fewer",
        "1/h for 3d, 1/day for 3d, at least 2   | for longer",
        "all for 3d, 1/h for 3d, at least 2     | for longer",
        "all for 10m; at least 2                | none of",
      })
  void nonsenseIsRefusedWithTheReason(String line, String why) {
    assertThatThrownBy(() -> RetentionRules.parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
