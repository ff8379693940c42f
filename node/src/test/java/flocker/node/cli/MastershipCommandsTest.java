package flocker.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.api.CannedNode;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.BarrierView;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.LossPolicy;
import flocker.protocol.admin.MastershipCommand;
import flocker.protocol.admin.PositionLabel;
import flocker.protocol.admin.PromotionView;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SystemName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: what is typed about mastership reaches the node as it was meant, and nothing else does.
 * Method: the real command over the real API against a node whose answers are canned.
 */
class MastershipCommandsTest {
  private static final SystemName SHOP = new SystemName("shop");
  private static final CannedNode NODE = new CannedNode(List.of());

  @BeforeEach
  void forget() {
    NODE.reset();
  }

  @AfterAll
  static void end() {
    NODE.close();
  }

  private static Typed typed(String... args) {
    return Typed.against(NODE.url()).run(args);
  }

  @Test
  void aBarrierSaysWhereItIsSafe() {
    NODE.answer(
        MastershipCommand.TakeBarrier.class,
        new BarrierView(SHOP, PositionLabel.parse("513.42"), List.of(new HostName("b")), 73));
    Typed typed = typed("barrier", "shop", "--copies", "2", "--timeout", "5s");
    assertThat(typed.out()).isEqualTo("shop is safe up to 513.42, also on b (0.1 s)\n");
    MastershipCommand.TakeBarrier asked = (MastershipCommand.TakeBarrier) NODE.asked();
    assertThat(asked.copies()).isEqualTo(2);
    assertThat(asked.timeoutMillis()).isEqualTo(5_000);
  }

  @Test
  void aBarrierInDoubtIsExitCodeFive() {
    NODE.answer(
        MastershipCommand.TakeBarrier.class,
        new AdminRefusal(RefusalCode.TIMED_OUT, "it may or may not be recorded"));
    assertThat(typed("barrier", "shop").exit()).isEqualTo(5);
  }

  @Test
  void pauseAndResumeCarryTheirReason() {
    NODE.answer(MastershipCommand.Pause.class, new Done("paused"));
    NODE.answer(MastershipCommand.Resume.class, new Done("resumed"));
    assertThat(typed("pause", "shop", "--reason", "new switch").out()).isEqualTo("paused\n");
    assertThat(((MastershipCommand.Pause) NODE.asked()).reason()).isEqualTo("new switch");
    assertThat(typed("resume", "shop", "--reason", "done").out()).isEqualTo("resumed\n");
    assertThat(((MastershipCommand.Resume) NODE.asked()).reason()).isEqualTo("done");
  }

  @Test
  void aForcedPromotionNeedsTheNameOnceMore() {
    NODE.answer(MastershipCommand.Promote.class, new Done("b is master"));
    Typed refused = typed("promote", "shop", "--force", "--confirm", "ship");
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(NODE.askedNothing()).isTrue();
    Typed done = typed("promote", "shop", "--force", "--to", "b", "--confirm", "shop");
    assertThat(done.exit()).isZero();
    MastershipCommand.Promote asked = (MastershipCommand.Promote) NODE.asked();
    assertThat(asked.to()).isEqualTo(Optional.of(new HostName("b")));
    assertThat(asked.confirmation()).isEqualTo("shop");
  }

  @Test
  void whatAPromotionWouldLeaveBehindIsShownBefore() {
    NODE.answer(
        MastershipCommand.DescribePromotion.class,
        new PromotionView(
            SHOP,
            new HostName("b"),
            Optional.of(PositionLabel.parse("513.40")),
            Optional.of(new HostName("c")),
            Optional.of(PositionLabel.parse("513.42")),
            Optional.of(PositionLabel.parse("513.41"))));
    Typed shown = typed("promote", "shop", "--force", "--to", "b", "--dry-run");
    assertThat(shown.out())
        .isEqualTo(
            "b would be master of shop:\n"
                + "  the copy on b is at 513.40, that on c was last seen at 513.42, and it lacks the"
                + " barrier at 513.41\n");
    assertThat(((MastershipCommand.DescribePromotion) NODE.asked()).to())
        .contains(new HostName("b"));
    assertThat(NODE.askedNothing()).as("nothing was done").isTrue();
  }

  @Test
  void theLossPolicyIsSet() {
    NODE.answer(MastershipCommand.SetLossPolicy.class, new Done("set"));
    assertThat(typed("system", "set", "shop", "--loss-policy", "bounded:10s").exit()).isZero();
    assertThat(((MastershipCommand.SetLossPolicy) NODE.asked()).policy())
        .isEqualTo(LossPolicy.parse("bounded:10s"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "barrier",
        "barrier shop --copies x",
        "pause shop",
        "resume shop",
        "promote shop",
        "promote shop --to b",
        "system set shop",
        "system set shop --loss-policy sometimes",
        "system set shop --loss-policy bounded:1ms",
      })
  void wrongUsageAsksNothing(String line) {
    assertThat(typed(line.split(" ")).exit()).isEqualTo(2);
    assertThat(NODE.askedNothing()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "two\nlines"})
  void aReasonThatIsNoneIsRefusedByTheNode(String reason) {
    Typed typed = typed("pause", "shop", "--reason", reason);
    assertThat(typed.exit()).isEqualTo(1);
    assertThat(typed.err()).contains("a reason is one line");
    assertThat(NODE.askedNothing()).isTrue();
  }
}
