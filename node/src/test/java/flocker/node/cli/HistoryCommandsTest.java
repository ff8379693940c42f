package flocker.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import flocker.node.api.CannedNode;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.HistoryCommand;
import flocker.protocol.admin.HistorySettings;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.OperationId;
import flocker.protocol.admin.OperationView;
import flocker.protocol.admin.PositionLabel;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.RetentionRules;
import flocker.protocol.admin.RetentionView;
import flocker.protocol.admin.RollBackView;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.admin.StashCommand;
import flocker.protocol.admin.StashDetail;
import flocker.protocol.admin.StashView;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.VersionRef;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator types about a system's past: through the real API, to a node that is canned. */
class HistoryCommandsTest {
  private static final Instant AT = Instant.parse("2026-03-01T12:00:00.250Z");
  private static final SystemName SHOP = new SystemName("shop");
  private static final HostName B = new HostName("b");
  private static final String STASH = "00000000000000f1-513-7-20260301T120000Z";
  private static final ObjectMapper JSON = AdminJson.tolerant();
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

  private static RetentionView plan() {
    return new RetentionView(
        SHOP,
        B,
        true,
        RetentionRules.parse("all for 1m, at least 1"),
        HistorySettings.defaults(),
        2,
        1,
        4096,
        "",
        List.of(
            new RetentionView.Base(
                new HostName("c"), Optional.of(new SnapshotName("flocker-513-7-x")), 2048)),
        List.of(
            new RetentionView.Line(
                new SnapshotName("flocker-513-6-20260301T110000Z"),
                AT.minusSeconds(3600),
                false,
                "no rule keeps it",
                Optional.of(4096L)),
            new RetentionView.Line(
                new SnapshotName("flocker-513-7-20260301T120000Z"),
                AT,
                true,
                "newest",
                Optional.empty())));
  }

  @Test
  void aPlanShowsTheRuleOfEachSnapshot() {
    NODE.answer(HistoryCommand.DescribeRetention.class, plan());
    Typed typed = typed("retention", "plan", "shop", "--host", "b", "--rules", "at least 3");
    assertThat(typed.exit()).isZero();
    assertThat(typed.out())
        .isEqualTo(
            """
            by the rules: all for 1m, at least 1
            2 snapshots on b (master); 1 of them go, which frees at least 4.0 KiB
            SNAPSHOT                        TAKEN                BY                FREES
            flocker-513-6-20260301T110000Z  60 min ago  DESTROY  no rule keeps it  4.0 KiB
            flocker-513-7-20260301T120000Z  10 s ago    keep     newest
            """);
    HistoryCommand.DescribeRetention asked = (HistoryCommand.DescribeRetention) NODE.asked();
    assertThat(asked.host()).contains(B);
    assertThat(asked.rules()).contains(RetentionRules.parse("at least 3"));
    assertThat(asked.limit()).isEqualTo(200);
  }

  @Test
  void theRulesAreShown() throws Exception {
    NODE.answer(HistoryCommand.DescribeRetention.class, plan());
    assertThat(typed("retention", "show", "shop").out())
        .contains("on slaves:      " + RetentionRules.DEFAULT_ON_SLAVES)
        .contains("base of c: flocker-513-7-x, holds 2.0 KiB for it alone");
    assertThat(
            JSON.readValue(typed("--json", "retention", "show", "shop").out(), RetentionView.class))
        .isEqualTo(plan());
  }

  @Test
  void newRulesNeedTheNameOnceMore() {
    NODE.answer(HistoryCommand.SetRetention.class, new Done("done"));
    String rules = "all for 5m, at least 2";
    Typed silent = typed("retention", "set", "shop", "--rules", rules);
    assertThat(silent.exit()).isEqualTo(2);
    assertThat(silent.err()).contains("Nothing was done");
    assertThat(NODE.askedNothing()).isTrue();
    assertThat(typed("retention", "set", "shop", "--rules", rules, "--confirm", "shop").exit())
        .isZero();
    HistoryCommand.SetRetention asked = (HistoryCommand.SetRetention) NODE.asked();
    assertThat(asked.retention()).contains(RetentionRules.parse(rules));
    assertThat(asked.onSlaves()).isEmpty();
    assertThat(asked.confirmation()).isEqualTo("shop");
  }

  @Test
  void aDryRunOnlyLooks() {
    NODE.answer(HistoryCommand.DescribeRetention.class, plan());
    Typed typed = typed("retention", "set", "shop", "--rules", "at least 2", "--dry-run");
    assertThat(typed.exit()).isZero();
    assertThat(NODE.asked()).isInstanceOf(HistoryCommand.DescribeRetention.class);
    assertThat(NODE.askedNothing()).isTrue();
  }

  @Test
  void badRulesAreWrongUsage() {
    Typed typed = typed("retention", "set", "shop", "--rules", "1/h for 3d", "--confirm", "shop");
    assertThat(typed.exit()).isEqualTo(2);
    assertThat(typed.err()).contains("end them with 'at least 20'");
    assertThat(typed("retention", "set", "shop").exit()).isEqualTo(2);
    assertThat(NODE.askedNothing()).isTrue();
  }

  private static RollBackView rollBack(Optional<String> stash) {
    return new RollBackView(
        SHOP,
        B,
        SnapshotView.of(
            new SnapshotName("flocker-513-6-20260301T110000Z"),
            new SnapshotGuid(7),
            AT.minusSeconds(3600)),
        stash,
        SnapshotView.of(
            new SnapshotName("flocker-513-7-20260301T120000Z"), new SnapshotGuid(8), AT),
        1,
        3600,
        AT);
  }

  private static OperationView operation(OperationView.State state, String message) {
    boolean failed = state == OperationView.State.FAILED;
    return new OperationView(
        new OperationId("0123456789abcdef"),
        "rollback",
        Optional.of(SHOP),
        B,
        state,
        0,
        Optional.empty(),
        0,
        message,
        AT,
        state == OperationView.State.RUNNING ? Optional.empty() : Optional.of(AT),
        failed ? Optional.of(RefusalCode.FAILED) : Optional.empty());
  }

  @Test
  void aRollBackShowsWhatItWouldDoAndDoesNothing() {
    NODE.answer(HistoryCommand.DescribeRollBack.class, rollBack(Optional.empty()));
    Typed typed = typed("rollback", "shop", "513.6", "--dry-run");
    assertThat(typed.exit()).isZero();
    assertThat(typed.out())
        .isEqualTo(
            """
            shop on b
              would go back to flocker-513-6-20260301T110000Z
                taken 2026-03-01 11:00:00 UTC, 60 min ago
              what is live now, newest flocker-513-7-20260301T120000Z, would be kept as a stash on every host
                1 snapshots of 3600 s are not in the other version
            """);
    assertThat(((HistoryCommand.DescribeRollBack) NODE.asked()).to())
        .isEqualTo(new VersionRef("513.6"));
    assertThat(NODE.askedNothing()).isTrue();
  }

  @Test
  void aRollBackAsksAndIsFollowedToItsEnd() {
    NODE.answer(HistoryCommand.DescribeRollBack.class, rollBack(Optional.empty()));
    NODE.answer(
        HistoryCommand.RollBack.class, operation(OperationView.State.RUNNING, "the system stops"));
    NODE.answer(
        AdminCommand.DescribeOperation.class,
        operation(OperationView.State.DONE, "shop is back at 513.6"));
    Typed typed = Typed.against(NODE.url()).answering("shop").run("rollback", "shop", "513.6");
    assertThat(typed.exit()).isZero();
    assertThat(typed.out()).isEqualTo("shop is back at 513.6\n");
    assertThat(NODE.asked()).isInstanceOf(HistoryCommand.DescribeRollBack.class);
    assertThat(((HistoryCommand.RollBack) NODE.asked()).confirmation()).isEqualTo("shop");
  }

  @Test
  void aRollBackThatFailsSaysWhy() {
    NODE.answer(
        HistoryCommand.RollBack.class,
        operation(OperationView.State.FAILED, "no space; the old version is live"));
    Typed typed = typed("rollback", "shop", "513.6", "--confirm", "shop");
    assertThat(typed.exit()).isEqualTo(1);
    assertThat(typed.err()).contains("the old version is live");
  }

  @Test
  void aRollBackNeedsTheNameOnceMore() {
    NODE.answer(HistoryCommand.DescribeRollBack.class, rollBack(Optional.empty()));
    assertThat(typed("rollback", "shop", "513.6", "--confirm", "shopp").exit()).isEqualTo(2);
    assertThat(NODE.askedNothing()).isTrue();
    assertThat(typed("rollback", "shop", "../etc").exit()).isEqualTo(2);
    assertThat(NODE.askedNothing()).isTrue();
  }

  @Test
  void aStashIsAdoptedByARollBackToIt() {
    NODE.answer(HistoryCommand.RollBack.class, operation(OperationView.State.DONE, "shop is back"));
    assertThat(typed("stash", "adopt", "shop", STASH, "--confirm", "shop").exit()).isZero();
    assertThat(((HistoryCommand.RollBack) NODE.asked()).to())
        .isEqualTo(new VersionRef("stash/" + STASH));
  }

  private static StashDetail stash() {
    return new StashDetail(
        new StashView(
            STASH,
            SHOP,
            B,
            "roll-back to flocker-513-6-20260301T110000Z",
            AT,
            Optional.of(PositionLabel.parse("513.7")),
            Optional.of(4096L)),
        Optional.of("flocker-513-6-20260301T110000Z"),
        1,
        List.of(rollBack(Optional.empty()).newest()));
  }

  @Test
  void aStashIsShown() {
    NODE.answer(StashCommand.DescribeStash.class, stash());
    Typed typed = typed("stash", "show", STASH, "--host", "b");
    assertThat(typed.out())
        .contains("of shop on b, kept 10 s ago")
        .contains("because: roll-back to flocker-513-6")
        .contains("position 513.7, holds 4.0 KiB for itself")
        .contains("in common with what replaced it: flocker-513-6-20260301T110000Z");
    assertThat(((StashCommand.DescribeStash) NODE.asked()).host()).contains(B);
  }

  @Test
  void aStashIsDestroyedOnlyByItsNameOnceMore() {
    NODE.answer(StashCommand.DestroyStash.class, new Done("gone"));
    NODE.answer(StashCommand.DescribeStash.class, stash());
    assertThat(typed("stash", "destroy", STASH).exit()).isEqualTo(2);
    assertThat(typed("stash", "destroy", STASH, "--confirm", "yes").exit()).isEqualTo(2);
    assertThat(NODE.askedNothing()).isTrue();
    assertThat(typed("stash", "destroy", STASH, "--dry-run").out()).contains("would be destroyed");
    assertThat(NODE.asked()).isInstanceOf(StashCommand.DescribeStash.class);
    assertThat(typed("stash", "destroy", STASH, "--confirm", STASH).exit()).isZero();
    assertThat(((StashCommand.DestroyStash) NODE.asked()).confirmation()).isEqualTo(STASH);
    assertThat(typed("stash", "destroy", "nonsense", "--confirm", "nonsense").exit()).isEqualTo(1);
  }
}
