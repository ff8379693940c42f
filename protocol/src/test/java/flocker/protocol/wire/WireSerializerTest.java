package flocker.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import flocker.protocol.WireMessage;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.replication.Payload;
import flocker.protocol.replication.ReplicationMessage;
import flocker.protocol.replication.SlaveVersions;
import flocker.protocol.replication.Version;
import flocker.protocol.system.CatalogMessage;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every message survives the wire as the bytes that were agreed, and nothing else is let in. Goal:
 * two releases understand each other, and hostile bytes end in an exception. Method: one sample of
 * each type, golden files, and damaged copies of both.
 */
class WireSerializerTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());

  private static ActorTestKit kit;
  private static Serialization serialization;
  private static WireSerializer serializer;

  @BeforeAll
  static void start() throws NotSerializableException {
    kit = ActorTestKit.create("golden");
    serialization = SerializationExtension.get(Adapter.toClassic(kit.system()));
    serializer = (WireSerializer) serialization.serializerFor(ReplicationMessage.Credit.class);
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void catalogueListsEveryWireMessageAndNothingElse() {
    assertThat(new ArrayList<Class<?>>(WireCatalogue.types().values()))
        .containsExactlyInAnyOrderElementsOf(concreteWireMessages());
  }

  @Test
  void thereIsASampleOfEachType() {
    assertThat(Samples.all(kit.system()).stream().map(Object::getClass).collect(Collectors.toSet()))
        .isEqualTo(Set.copyOf(WireCatalogue.types().values()));
  }

  @TestFactory
  Stream<DynamicTest> eachTypeSurvivesAnArrayAndABuffer() {
    return Samples.all(kit.system()).stream()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    serializer.manifest(sample),
                    () -> {
                      assertThat(read(write(sample), serializer.manifest(sample)))
                          .isEqualTo(sample);
                      if (!hasReference(sample)) {
                        assertThat(throughBuffer(sample, ByteOrder.BIG_ENDIAN)).isEqualTo(sample);
                        assertThat(throughBuffer(sample, ByteOrder.LITTLE_ENDIAN))
                            .isEqualTo(sample);
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> todaysBytesAreTheGoldenOnes() {
    return Samples.all(kit.system()).stream()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    serializer.manifest(sample), () -> compareWithGolden(sample)));
  }

  @Test
  void everyGoldenFileStillReads() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      List<Path> golden = files.filter(f -> !f.toString().endsWith(".json")).sorted().toList();
      assertThat(golden).hasSizeGreaterThanOrEqualTo(WireCatalogue.types().size());
      for (Path file : golden) {
        String manifest = file.getFileName().toString().replaceFirst("\\.(cbor|bin)$", "");
        assertThat(read(Files.readAllBytes(file), manifest)).isInstanceOf(WireMessage.class);
      }
    }
  }

  @Test
  void unknownManifestIsRefused() {
    assertThatThrownBy(() -> read(new byte[] {1}, "java.lang.Runtime"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("java.lang.Runtime");
  }

  @TestFactory
  Stream<DynamicTest> trailingBytesAreRefused() {
    return damaged(bytes -> Arrays.copyOf(bytes, bytes.length + 1));
  }

  @TestFactory
  Stream<DynamicTest> truncatedMessagesAreRefused() {
    return damaged(bytes -> Arrays.copyOf(bytes, bytes.length - 1));
  }

  @TestFactory
  Stream<DynamicTest> emptyMessagesAreRefused() {
    return damaged(bytes -> new byte[0]);
  }

  @TestFactory
  Stream<DynamicTest> oversizedMessagesAreRefused() {
    return damaged(bytes -> Arrays.copyOf(bytes, 2 << 20));
  }

  @Test
  void randomDamageNeverEndsInAnythingButARefusal() {
    Random random = new Random(20261122);
    for (WireMessage sample : Samples.all(kit.system())) {
      byte[] good = write(sample);
      for (int i = 0; i < 500; i++) {
        byte[] bad = good.clone();
        for (int flips = random.nextInt(4); flips >= 0; flips--) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
        }
        try {
          assertThat(read(bad, serializer.manifest(sample))).isInstanceOf(sample.getClass());
        } catch (NotSerializableException expected) {
          assertThat(expected).hasMessageContaining("refused");
        }
      }
    }
  }

  @Test
  void invalidValuesAreRefused() throws IOException {
    refusesEdited(sample(ReplicationMessage.Credit.class), "/stream", n -> n.put("epoch", -1));
    refusesEdited(
        sample(ReplicationMessage.Credit.class), "/stream", n -> n.put("master", "../../etc"));
    refusesEdited(sample(ReplicationMessage.Credit.class), "", n -> n.put("upTo", "12"));
    refusesEdited(sample(ReplicationMessage.Credit.class), "", n -> n.put("upTo", 1.5));
    refusesEdited(sample(ReplicationMessage.Credit.class), "", n -> n.remove("upTo"));
    refusesEdited(sample(ReplicationMessage.Credit.class), "", n -> n.remove("from"));
    refusesEdited(sample(ReplicationMessage.Credit.class), "", n -> n.putNull("stream"));
    refusesEdited(sample(ReplicationMessage.Refused.class), "", n -> n.put("why", 0));
    refusesEdited(sample(ReplicationMessage.Refused.class), "", n -> n.put("why", "NO_REASON"));
    refusesEdited(sample(ReplicationMessage.End.class), "/trailer", n -> n.put("digest", "00"));
    refusesEdited(sample(ReplicationMessage.Begin.class), "/plan", n -> n.put("mode", "NEW"));
    refusesEdited(sample(AuthorityEvent.Promised.class), "", n -> n.put("is", "won"));
    refusesEdited(sample(AuthorityEvent.Promised.class), "", n -> n.put("is", "java.lang.Object"));
  }

  @Test
  void unknownFieldsOfANewerReleaseAreIgnored() throws IOException {
    WireMessage credit = sample(ReplicationMessage.Credit.class);
    byte[] newer = edited(credit, "", n -> n.put("hurry", true));
    assertThat(read(newer, serializer.manifest(credit))).isEqualTo(credit);
  }

  @Test
  void mostVersionsFitIntoAnOrdinaryFrame() throws IOException {
    SnapshotName longest =
        SnapshotName.of(new Epoch(99_999_999_999L), 99_999_999_999L, Instant.EPOCH);
    SlaveVersions most =
        new SlaveVersions(
            true,
            false,
            IntStream.range(0, SlaveVersions.MOST)
                .mapToObj(i -> new Version(longest, new SnapshotGuid(Long.MIN_VALUE + i)))
                .toList());
    WireMessage message = new ReplicationMessage.Versions(Samples.STREAM, Samples.SLAVE, most);
    assertThat(read(write(message), serializer.manifest(message))).isEqualTo(message);
  }

  @Test
  void versionsWithTheLongestNamesAreCutToWhatFits() throws IOException {
    SnapshotMark mark =
        new SnapshotMark("x".repeat(24), true, java.util.Optional.of("y".repeat(40)));
    SnapshotName longest =
        SnapshotName.of(new Epoch(99_999_999_999L), 99_999_999_999L, Instant.EPOCH, mark);
    SlaveVersions cut =
        SlaveVersions.newestOf(
            IntStream.range(0, SlaveVersions.MOST)
                .mapToObj(i -> new Version(longest, new SnapshotGuid(Long.MIN_VALUE + i)))
                .toList());
    assertThat(cut.versions()).hasSizeBetween(1000, SlaveVersions.MOST - 1);
    assertThat(cut.newest().orElseThrow().guid())
        .isEqualTo(new SnapshotGuid(Long.MIN_VALUE + SlaveVersions.MOST - 1));
    WireMessage message = new ReplicationMessage.Versions(Samples.STREAM, Samples.SLAVE, cut);
    assertThat(read(write(message), serializer.manifest(message))).isEqualTo(message);
  }

  @Test
  void messagesTooLongForAFrameAreNotWritten() {
    WireMessage huge =
        new AuthorityEvent.RecordKept(
            new AuthorityRecord(
                RecordVersion.INITIAL,
                new TreeSet<>(List.of(Samples.SLAVE)),
                "x".repeat(WireSerializer.MAX_BYTES)));
    assertThatThrownBy(() -> write(huge))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than");
  }

  @Test
  void aChunkOfTheLargestSizeSurvives() throws IOException {
    byte[] bytes = new byte[Payload.MAX_BYTES];
    new Random(7).nextBytes(bytes);
    ReplicationMessage.Chunk chunk =
        new ReplicationMessage.Chunk(Samples.STREAM, 1, 0, Payload.wrap(bytes));
    assertThat(throughBuffer(chunk, ByteOrder.BIG_ENDIAN)).isEqualTo(chunk);
  }

  @Test
  void positionOfNothingSurvives() throws IOException {
    WireMessage event = new AuthorityEvent.BarrierKept(Position.NONE);
    assertThat(read(write(event), serializer.manifest(event))).isEqualTo(event);
  }

  private Stream<DynamicTest> damaged(UnaryOperator<byte[]> damage) {
    return Samples.all(kit.system()).stream()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    serializer.manifest(sample),
                    () -> {
                      byte[] bad = damage.apply(write(sample));
                      assertThatThrownBy(() -> read(bad, serializer.manifest(sample)))
                          .isInstanceOf(NotSerializableException.class);
                      assertThatThrownBy(
                              () -> read(ByteBuffer.wrap(bad), serializer.manifest(sample)))
                          .isInstanceOf(NotSerializableException.class);
                    }));
  }

  private void refusesEdited(WireMessage sample, String at, Consumer<ObjectNode> edit)
      throws IOException {
    byte[] bad = edited(sample, at, edit);
    assertThatThrownBy(() -> read(bad, serializer.manifest(sample)))
        .isInstanceOf(NotSerializableException.class);
  }

  private byte[] edited(WireMessage sample, String at, Consumer<ObjectNode> edit)
      throws IOException {
    JsonNode tree = CBOR.readTree(write(sample));
    edit.accept((ObjectNode) tree.at(at));
    return CBOR.writeValueAsBytes(tree);
  }

  private static WireMessage sample(Class<? extends WireMessage> type) {
    return Samples.all(kit.system()).stream().filter(type::isInstance).findFirst().orElseThrow();
  }

  private static void compareWithGolden(WireMessage sample) throws IOException {
    String manifest = serializer.manifest(sample);
    byte[] bytes = write(sample);
    boolean chunk = sample instanceof ReplicationMessage.Chunk;
    Path file = GOLDEN.resolve(manifest + (chunk ? ".bin" : ".cbor"));
    if (Boolean.getBoolean("update.golden") && !Files.exists(file)) {
      Files.createDirectories(GOLDEN);
      Files.write(file, bytes);
      if (!chunk) {
        Files.writeString(
            GOLDEN.resolve(manifest + ".json"),
            new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(CBOR.readTree(bytes))
                + "\n");
      }
    }
    assertThat(bytes)
        .as("%s; -Dupdate.golden=true writes files that are missing, never others", file)
        .isEqualTo(Files.readAllBytes(file));
  }

  private static byte[] write(Object message) {
    return serialization.serialize(message).get();
  }

  private static Object read(byte[] bytes, String manifest) throws NotSerializableException {
    return serialization.deserialize(bytes, serializer.identifier(), manifest).get();
  }

  private static Object read(ByteBuffer bytes, String manifest) throws NotSerializableException {
    return serialization.deserializeByteBuffer(bytes, serializer.identifier(), manifest);
  }

  /** Those can be written into a buffer only by remoting itself, in the name of its system. */
  private static boolean hasReference(WireMessage sample) {
    return sample instanceof AdminCommand
        || sample instanceof CatalogMessage.Add
        || sample instanceof CatalogMessage.Remove
        || sample instanceof ReplicationMessage.Describe
        || sample instanceof ReplicationMessage.Begin;
  }

  private static Object throughBuffer(WireMessage sample, ByteOrder order)
      throws NotSerializableException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(2 << 20).order(order);
    serializer.toBinary(sample, buffer);
    buffer.flip();
    return read(buffer.order(order), serializer.manifest(sample));
  }

  private static List<Class<?>> concreteWireMessages() {
    List<Class<?>> found = new ArrayList<>();
    Path root =
        Path.of(
            URI.create(
                WireMessage.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = root.relativize(file).toString().replace('/', '.');
        Class<?> type =
            Class.forName(
                name.substring(0, name.length() - 6), false, WireMessage.class.getClassLoader());
        boolean concrete = !type.isInterface() && !Modifier.isAbstract(type.getModifiers());
        if (WireMessage.class.isAssignableFrom(type) && concrete) {
          found.add(type);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
    return found;
  }
}
