package flocker.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {
  @Test
  void wordsAreSplitAsAShellSplitsThem() {
    assertThat(ShellWords.split("  a  b\tc ")).containsExactly("a", "b", "c");
    assertThat(ShellWords.split("sh -c 'echo \"$A\"'")).containsExactly("sh", "-c", "echo \"$A\"");
    assertThat(ShellWords.split("a\\ b \"c \\\" d\"e '' '\\'"))
        .containsExactly("a b", "c \" de", "", "\\");
    assertThat(ShellWords.split(" ")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'a", "\"a", "a\\", "\"a\\\""})
  void whatIsNotClosedIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ShellWords.split(text));
  }
}
