package flocker.protocol.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.serialization.jackson.JacksonObjectMapperProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AdminRoundTripTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final int FRAME_BYTES = 256 << 10;

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private static ObjectMapper cbor() {
    return JacksonObjectMapperProvider.get(KIT.system())
        .getOrCreate("jackson-cbor", Optional.empty());
  }

  @Test
  void samplesCoverEveryCommandAndReply() {
    TestProbe<AdminReply> probe = KIT.createTestProbe();
    assertThat(classes(AdminSamples.commands(probe.ref()))).isEqualTo(leaves(AdminCommand.class));
    assertThat(classes(AdminSamples.replies())).isEqualTo(leaves(AdminReply.class));
  }

  /** Records of a sealed family, also of families within it. */
  private static Set<Class<?>> leaves(Class<?> family) {
    Set<Class<?>> found = new HashSet<>();
    for (Class<?> member : family.getPermittedSubclasses()) {
      found.addAll(member.isSealed() ? leaves(member) : Set.of(member));
    }
    return found;
  }

  @Test
  void everyCommandSurvivesTheWire() {
    TestProbe<AdminReply> probe = KIT.createTestProbe();
    for (AdminCommand command : AdminSamples.commands(probe.ref())) {
      KIT.serializationTestKit().verifySerialization(command, true);
    }
  }

  @Test
  void everyReplySurvivesTheWire() {
    for (AdminReply reply : AdminSamples.replies()) {
      KIT.serializationTestKit().verifySerialization(reply, true);
    }
  }

  @Test
  void everyReplySurvivesHttp() throws IOException {
    ObjectMapper json = AdminJson.tolerant();
    for (AdminReply reply : AdminSamples.replies()) {
      String text = json.writeValueAsString(reply);
      assertThat(json.readValue(text, reply.getClass())).as(text).isEqualTo(reply);
    }
  }

  @Test
  void theLongestListFitsARemotingFrame() throws IOException {
    SnapshotView[] snapshots = new SnapshotView[SnapshotCommand.ListSnapshots.MAX_LIMIT];
    Arrays.fill(snapshots, AdminSamples.longestSnapshot());
    SnapshotList list =
        new SnapshotList(AdminSamples.SHOP, AdminSamples.A, 5000, List.of(snapshots), List.of());
    assertThat(cbor().writeValueAsBytes(list)).hasSizeLessThan(FRAME_BYTES * 3 / 4);
  }

  @Test
  void theLongestPlanFitsARemotingFrame() throws IOException {
    RetentionView sample = AdminSamples.retention();
    RetentionView.Line[] lines = new RetentionView.Line[HistoryCommand.DescribeRetention.MAX_LIMIT];
    Arrays.fill(lines, sample.snapshots().get(0));
    RetentionView view =
        new RetentionView(
            sample.system(),
            sample.host(),
            true,
            sample.rules(),
            sample.settings(),
            5000,
            1000,
            1L << 40,
            "the pool is full",
            sample.bases(),
            List.of(lines));
    assertThat(cbor().writeValueAsBytes(view)).hasSizeLessThan(FRAME_BYTES * 3 / 4);
  }

  private static Set<Class<?>> classes(List<?> samples) {
    Set<Class<?>> classes = new HashSet<>();
    samples.forEach(sample -> classes.add(sample.getClass()));
    return classes;
  }
}
