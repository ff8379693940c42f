package flocker.node.storage.zfs;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each recorded complaint must be read as the kind that stands above it. */
class ZfsFaultsTest {
  /** One block of a sample file. */
  record Sample(Kind kind, int exit, String stderr) {}

  static Stream<Sample> zfsFuse() throws IOException {
    return samples("zfs-fuse-0.7.0.txt");
  }

  static Stream<Sample> openZfs() throws IOException {
    return samples("openzfs-2.1.txt");
  }

  private static Stream<Sample> samples(String file) throws IOException {
    try (InputStream in = ZfsFaultsTest.class.getResourceAsStream("/zfs/faults/" + file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("(?m)^== ", -1)).skip(1).map(ZfsFaultsTest::sample);
    }
  }

  private static Sample sample(String block) {
    String[] parts = block.split("\n", 2);
    String[] words = parts[0].split(" ", 2);
    return new Sample(Kind.valueOf(words[0]), Integer.parseInt(words[1]), parts[1]);
  }

  @ParameterizedTest
  @MethodSource({"zfsFuse", "openZfs"})
  void aRecordedComplaintHasItsKind(Sample sample) {
    StorageFault fault = ZfsFaults.of(List.of("zfs", "x"), sample.exit(), sample.stderr());

    assertThat(fault.kind()).isEqualTo(sample.kind());
    assertThat(fault.getMessage())
        .contains("'zfs x'")
        .contains(Integer.toString(sample.exit()))
        .doesNotContain("\n");
  }

  @Test
  void everyKindThatComesFromTextHasASample() throws IOException {
    Set<Kind> sampled = zfsFuse().map(Sample::kind).collect(Collectors.toSet());

    assertThat(sampled).containsAll(EnumSet.complementOf(EnumSet.of(Kind.TIMEOUT)));
  }
}
