package flocker.node.storage.zfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flocker.node.storage.StorageFault;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The first record of streams recorded from zfs-fuse 0.7.0, whole and damaged. */
class StreamHeaderTest {
  private static byte[] recorded(String name) throws IOException {
    try (InputStream in = StreamHeaderTest.class.getResourceAsStream("/zfs/streams/" + name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void aFullStreamHasNoBase() throws Exception {
    StreamHeader header = StreamHeader.read(recorded("full.bin"));

    assertThat(header)
        .isEqualTo(
            new StreamHeader(
                Optional.empty(),
                SnapshotGuid.parse("8944521118171716531"),
                new SnapshotName("a"),
                Instant.ofEpochSecond(1795366930)));
  }

  @Test
  void anIncrementNamesItsBase() throws Exception {
    StreamHeader header = StreamHeader.read(recorded("empty.bin"));

    assertThat(header.from()).contains(SnapshotGuid.parse("8944521118171716531"));
    assertThat(header.to()).isEqualTo(SnapshotGuid.parse("11953499831430039882"));
    assertThat(header.name()).isEqualTo(new SnapshotName("b"));
  }

  @Test
  void onlyAStreamOfItsFirstAndLastRecordIsEmpty() throws Exception {
    byte[] empty = recorded("empty.bin");
    byte[] other = empty.clone();
    other[StreamHeader.LENGTH] = 3;

    assertThat(StreamHeader.isEmptyStream(empty)).isTrue();
    assertThat(StreamHeader.isEmptyStream(other)).isFalse();
    assertThat(StreamHeader.isEmptyStream(recorded("increment.bin"))).isFalse();
    assertThat(StreamHeader.isEmptyStream(Arrays.copyOf(empty, empty.length + 312))).isFalse();
  }

  @Test
  void anythingElseIsRefused() throws Exception {
    byte[] full = recorded("full.bin");
    byte[] packaged = full.clone();
    packaged[16] = 2;
    byte[] nameless = full.clone();
    nameless[56] = 0;
    byte[] evil = full.clone();
    System.arraycopy("tank/x@../../etc\0".getBytes(StandardCharsets.US_ASCII), 0, evil, 56, 17);

    for (byte[] bad :
        new byte[][] {
          new byte[0], Arrays.copyOf(full, 311), new byte[312], packaged, nameless, evil
        }) {
      assertThatThrownBy(() -> StreamHeader.read(bad))
          .isInstanceOf(StorageFault.class)
          .extracting(fault -> ((StorageFault) fault).kind())
          .isEqualTo(StorageFault.Kind.BAD_STREAM);
    }
  }

  @Test
  void noiseNeverCrashes() throws Exception {
    Random random = new Random(7);
    byte[] good = Arrays.copyOf(recorded("full.bin"), StreamHeader.LENGTH);
    for (int i = 0; i < 3000; i++) {
      byte[] bad = good.clone();
      for (int j = 0; j <= i % 8; j++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(StreamHeader.read(bad).name().value()).isNotEmpty();
      } catch (StorageFault e) {
        assertThat(e.kind()).isEqualTo(StorageFault.Kind.BAD_STREAM);
      }
    }
  }
}
