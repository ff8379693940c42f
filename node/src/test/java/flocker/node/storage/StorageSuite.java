package flocker.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** What the suites of the storage contract share: one rig a suite, fresh datasets for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StorageSuite {
  static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private int datasets;
  private StorageRig rig;

  /** Makes the storage under test, or fails an assumption that says what is not run. */
  abstract StorageRig makeRig() throws Exception;

  @BeforeAll
  void startRig() throws Exception {
    rig = makeRig();
  }

  @AfterAll
  void stopRig() {
    if (rig != null) {
      rig.close();
    }
  }

  final StorageRig rig() {
    return rig;
  }

  final Storage here() throws StorageFault {
    return rig.here();
  }

  final Storage there() throws StorageFault {
    return rig.there();
  }

  /** A name that no other test of this suite uses. */
  final Dataset unused() {
    datasets++;
    return new Dataset("d" + datasets);
  }

  /** A new dataset, mounted and writable. */
  final Dataset created() throws StorageFault {
    Dataset dataset = unused();
    here().create(dataset);
    here().mount(dataset);
    return dataset;
  }

  static SnapshotName name(int sequence) {
    return SnapshotName.of(new Epoch(256), sequence, NOON);
  }

  static Snapshot snapshot(Storage storage, Dataset dataset, int sequence) throws StorageFault {
    return storage.snapshot(dataset, name(sequence));
  }

  static List<SnapshotName> names(Storage storage, Dataset dataset) throws StorageFault {
    return storage.snapshots(dataset).stream().map(Snapshot::name).toList();
  }

  /** Writes and fsyncs. */
  static void write(Storage storage, Dataset dataset, String file, String text)
      throws StorageFault, IOException {
    Path path = storage.mount(dataset).resolve(file);
    try (FileChannel out =
        FileChannel.open(
            path,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      out.force(true);
    }
  }

  static void writeNoise(Storage storage, Dataset dataset, String file, int bytes)
      throws StorageFault, IOException {
    byte[] noise = new byte[bytes];
    new Random(bytes).nextBytes(noise);
    Files.write(storage.mount(dataset).resolve(file), noise);
  }

  static String read(Storage storage, Dataset dataset, String file)
      throws StorageFault, IOException {
    return Files.readString(storage.mount(dataset).resolve(file));
  }

  static byte[] stream(Storage storage, Dataset dataset, Integer base, int to)
      throws StorageFault, IOException {
    Optional<SnapshotName> from = Optional.ofNullable(base).map(StorageSuite::name);
    try (SendStream send = storage.send(dataset, from, name(to))) {
      byte[] all;
      try {
        all = send.bytes().readAllBytes();
      } catch (IOException e) {
        send.finish();
        throw e;
      }
      send.finish();
      return all;
    }
  }

  static void receiveFull(Storage storage, Dataset dataset, byte[] bytes) throws StorageFault {
    receive(storage, dataset, false, bytes);
  }

  static void receiveIncrement(Storage storage, Dataset dataset, byte[] bytes) throws StorageFault {
    receive(storage, dataset, true, bytes);
  }

  private static void receive(Storage storage, Dataset dataset, boolean incremental, byte[] bytes)
      throws StorageFault {
    try (ReceiveStream receive = storage.receive(dataset, incremental)) {
      try {
        for (int i = 0; i < bytes.length; i += 5000) {
          receive.sink().write(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + 5000)));
        }
      } catch (IOException e) {
        // The receiver has ended early; finish tells why.
        assertThat(e.getMessage()).isNotNull();
      }
      receive.finish();
    }
  }

  static StorageFault fault(StorageFault.Kind kind, ThrowingCallable call) {
    StorageFault fault = catchThrowableOfType(StorageFault.class, call);
    assertThat(fault).as("a fault of kind " + kind).isNotNull();
    assertThat(fault.kind()).as(fault.getMessage()).isEqualTo(kind);
    assertThat(fault.getMessage()).isNotBlank();
    return fault;
  }
}
