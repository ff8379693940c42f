package flocker.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import flocker.node.api.CannedNode;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.EventPage;
import flocker.protocol.admin.EventView;
import flocker.protocol.admin.ExecView;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.LogsView;
import flocker.protocol.admin.NewSystem;
import flocker.protocol.admin.OperationId;
import flocker.protocol.admin.OperationList;
import flocker.protocol.admin.OperationView;
import flocker.protocol.admin.PositionLabel;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SnapshotCommand;
import flocker.protocol.admin.SnapshotList;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.admin.StashList;
import flocker.protocol.admin.StashView;
import flocker.protocol.admin.SwitchoverView;
import flocker.protocol.admin.SystemDetail;
import flocker.protocol.admin.SystemList;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemSettings;
import flocker.protocol.admin.SystemSource;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.id.SnapshotName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlockerCommandTest {
  private static final Instant AT = Instant.parse("2026-03-01T12:00:00.250Z");
  private static final SystemName SHOP = new SystemName("shop");
  private static final HostName A = new HostName("a");
  private static final HostName B = new HostName("b");
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

  @Test
  void statusShowsTheClusterToPeople() {
    NODE.answer(AdminCommand.DescribeCluster.class, CannedNode.cluster());
    Typed typed = typed("status");
    assertThat(typed.exit()).isZero();
    assertThat(typed.err()).isEmpty();
    assertThat(typed.out())
        .isEqualTo(
            """
            cluster lab, seen from a at 2026-03-01 12:00:00 UTC, flocker 0.1.0
            ! host-away: c has not been heard for 12 s (since 0 s ago)

            HOST  ROLE     ADDRESS     CONTACT  VOTER  STORAGE  FREE
            a     slave    10.77.0.11  yes      yes    online   954 MiB of 1.9 GiB
            b     master   10.77.0.12  yes      yes    online   858 MiB of 1.9 GiB
            c     witness  10.77.0.13  NO       yes    -        -

            shop: running, master b
              ! replica-away: c has not been heard for 12 s (since 0 s ago)
              epoch 513, lease of b, 2.4 s left, container running, started 0 s ago, restarts: 1
              served at 10.77.0.11:5432 10.77.0.12:5432
              snapshots: 12, newest 513.42 0 s ago; stashes: 1
              COPY ON  STATE       LAG  BYTES  POSITION  STREAM
              a        up-to-date  0 s  0 B    513.42    4.0 KiB of 8.0 KiB, 2.0 KiB/s, 2.0 s left
              c        away        ?    ?      -         -
              changes noticed by fanotify, block-trace (unavailable)
              if b died now: the last 0.3 s would be lost (8.0 KiB)
              barrier 513.40 held by a b

            mail: no-master
              epoch 0, no lease
              snapshots: 0
              loss policy bounded:10s
            """);
  }

  @Test
  void statusInJsonIsWhatTheNodeSaid() throws IOException {
    NODE.answer(AdminCommand.DescribeCluster.class, CannedNode.cluster());
    Typed typed = typed("status", "--json");
    assertThat(typed.exit()).isZero();
    assertThat(JSON.readValue(typed.out(), ClusterView.class)).isEqualTo(CannedNode.cluster());
    assertThat(typed("--json", "status").out()).isEqualTo(typed.out());
  }

  @Test
  void statusWatchedIsDrawnAgainAndSurvivesALostNode() {
    AtomicInteger looks = new AtomicInteger();
    NODE.answer(
        AdminCommand.DescribeCluster.class,
        command ->
            looks.incrementAndGet() == 2
                ? new AdminRefusal(RefusalCode.UNAVAILABLE, "starting")
                : CannedNode.cluster());
    Typed typed =
        Typed.against(NODE.url()).onTerminal().interruptedAfter(2).run("status", "--watch");
    assertThat(typed.exit()).isZero();
    assertThat(typed.out().split("\u001b\\[H\u001b\\[J", -1))
        .hasSize(4)
        .satisfies(
            screens -> {
              assertThat(screens[0]).isEmpty();
              assertThat(screens[1]).contains("cluster lab");
              assertThat(screens[2]).isEqualTo("flocker: starting\n");
              assertThat(screens[3]).contains("cluster lab");
            });
  }

  @Test
  void createSendsEverythingThatWasTyped() {
    NODE.answer(AdminCommand.CreateSystem.class, operation(OperationView.State.DONE));
    Typed typed =
        typed(
            "system",
            "create",
            "shop",
            "--from-tar",
            "srv/../shop.tar",
            "--init",
            "postgres -D '/data dir'",
            "--publish",
            "5432",
            "--publish=10.0.0.1:80:8080",
            "--memory",
            "512M",
            "--cpus",
            "1.5",
            "--env",
            "A=1",
            "--env",
            "B=x=y",
            "--stop-signal",
            "INT",
            "--stop-grace",
            "30s");
    assertThat(typed.err()).isEmpty();
    assertThat(typed.exit()).isZero();
    assertThat(typed.out()).isEqualTo("shop is running on a\n");
    NewSystem sent = ((AdminCommand.CreateSystem) NODE.asked()).system();
    assertThat(sent.source())
        .isEqualTo(new SystemSource(SystemSource.Kind.TAR, "/home/somebody/shop.tar"));
    assertThat(sent.settings().init()).containsExactly("postgres", "-D", "/data dir");
    assertThat(sent.settings().publish()).hasToString("[5432, 10.0.0.1:80:8080]");
    assertThat(sent.settings().env()).isEqualTo(Map.of("A", "1", "B", "x=y"));
    assertThat(sent.settings().memory().orElseThrow().bytes()).isEqualTo(512L << 20);
    assertThat(sent.settings().stopGraceSeconds()).isEqualTo(30);
  }

  @Test
  void createWaitsAndShowsProgressOnATerminal() {
    AtomicInteger looks = new AtomicInteger();
    NODE.answer(AdminCommand.CreateSystem.class, operation(OperationView.State.RUNNING));
    NODE.answer(
        AdminCommand.DescribeOperation.class,
        command ->
            operation(
                looks.incrementAndGet() < 3
                    ? OperationView.State.RUNNING
                    : OperationView.State.DONE));
    String[] args = {"system", "create", "shop", "--from-dir", "/srv/shop"};
    Typed typed = Typed.against(NODE.url()).onTerminal().run(args);
    assertThat(typed.exit()).isZero();
    assertThat(typed.out()).isEqualTo("shop is running on a\n");
    assertThat(typed.err())
        .contains("shop is being read: 1.0 MiB of 4.0 MiB, 512 KiB/s, 6.0 s left");

    looks.set(0);
    Typed inScript = Typed.against(NODE.url()).run(args);
    assertThat(inScript.err()).isEmpty();
  }

  @Test
  void createThatFailsLaterIsAFailure() {
    NODE.answer(AdminCommand.CreateSystem.class, operation(OperationView.State.RUNNING));
    NODE.answer(AdminCommand.DescribeOperation.class, operation(OperationView.State.FAILED));
    Typed typed = typed("system", "create", "shop", "--from-tar", "/x.tar", "--json");
    assertThat(typed.exit()).isEqualTo(1);
    assertThat(typed.out()).isEmpty();
    assertThat(errorCode(typed)).isEqualTo("failed");
    assertThat(typed.err()).contains("creating shop failed: ../etc/passwd leaves the root");
  }

  @Test
  void createWhoseNodeIsLostHasAnUnknownOutcome() {
    NODE.answer(AdminCommand.CreateSystem.class, operation(OperationView.State.RUNNING));
    NODE.answer(
        AdminCommand.DescribeOperation.class,
        new AdminRefusal(RefusalCode.NOT_FOUND, "no operation of that id"));
    Typed typed = typed("system", "create", "shop", "--from-tar", "/x.tar");
    assertThat(typed.exit()).isEqualTo(5);
    assertThat(typed.err()).contains("its end is not known").contains("flocker operation list");
  }

  @Test
  void createNeedNotWait() throws IOException {
    NODE.answer(AdminCommand.CreateSystem.class, operation(OperationView.State.RUNNING));
    Typed typed = typed("system", "create", "shop", "--from-tar", "/x", "--no-wait", "--json");
    assertThat(typed.exit()).isZero();
    assertThat(JSON.readTree(typed.out()).get("id").asText()).isEqualTo("0123456789abcdef");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing",
        "system",
        "status extra",
        "status --colour",
        "system create shop",
        "system create Shop --from-tar /x",
        "system create shop --from-tar /x --from-dir /y",
        "system create shop --from-tar /x --publish 70000",
        "system create shop --from-tar /x --memory 12Q",
        "system create shop --from-tar /x --memory 1K",
        "system create shop --from-tar /x --env =x",
        "system create shop --from-tar /x --env 1A=x",
        "system create shop --from-tar /x --init 'unclosed",
        "system create shop --from-tar /x --publish 80 --publish 80:1",
        "system exec shop",
        "system stop",
        "switchover shop --to B",
        "switchover shop --timeout 5",
        "snapshot",
        "events --since x",
        "--api nonsense status",
        "--api http://a:1/v1 status",
      })
  void wrongUsageIs2AndAsksNothing(String line) {
    Typed typed = typed(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(typed.exit()).as(typed.err()).isEqualTo(2);
    assertThat(typed.out()).isEmpty();
    assertThat(typed.err()).startsWith("flocker: ");
    assertThat(NODE.askedNothing()).isTrue();
  }

  @Test
  void wrongUsageInJson() {
    Typed typed = typed("switchover", "shop", "--to", "B", "--json");
    assertThat(typed.exit()).isEqualTo(2);
    assertThat(errorCode(typed)).isEqualTo("usage");
  }

  @ParameterizedTest
  @CsvSource({
    "not-found, 1",
    "exists, 1",
    "conflict, 1",
    "no-majority, 1",
    "unavailable, 1",
    "failed, 1",
    "bad-request, 1",
    "not-permitted, 4",
    "timed-out, 5"
  })
  void aRefusalHasItsExitCode(String word, int exit) {
    RefusalCode code =
        RefusalCode.valueOf(word.toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
    NODE.answer(AdminCommand.StartSystem.class, new AdminRefusal(code, "because of this"));
    Typed plain = typed("system", "start", "shop");
    assertThat(plain.exit()).isEqualTo(exit);
    assertThat(plain.out()).isEmpty();
    assertThat(plain.err()).isEqualTo("flocker: because of this\n");
    Typed json = typed("system", "start", "shop", "--json");
    assertThat(json.exit()).isEqualTo(exit);
    assertThat(json.err())
        .isEqualTo("{\"error\":{\"code\":\"" + word + "\",\"message\":\"because of this\"}}\n");
  }

  @Test
  void aNodeThatDoesNotKnowWhoAsksIs4() {
    AdminRefusal refusal = new AdminRefusal(RefusalCode.NOT_AUTHENTICATED, "who are you?");
    NODE.answer(AdminCommand.StartSystem.class, refusal);
    NODE.answer(AdminCommand.ListSystems.class, refusal);
    assertThat(typed("system", "start", "shop").exit()).isEqualTo(4);
    Typed read = typed("system", "list", "--json");
    assertThat(read.exit()).isEqualTo(4);
    assertThat(errorCode(read)).isEqualTo("not-authenticated");
  }

  @Test
  void noNodeIs3AndSaysWhatToDo(@TempDir Path directory) throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    Typed refused = new Typed().run("status", "--api", "http://127.0.0.1:" + closed);
    assertThat(refused.exit()).isEqualTo(3);
    assertThat(refused.err()).contains("127.0.0.1:" + closed).contains("Is it running");

    Typed absent = new Typed().with("FLOCKER_RUN_DIR", directory.toString()).run("status");
    assertThat(absent.exit()).isEqualTo(3);
    assertThat(absent.err()).contains(directory + "/api").contains("--api URL");

    Typed json = new Typed().with("FLOCKER_RUN_DIR", "/nowhere").run("status", "--json");
    assertThat(errorCode(json)).isEqualTo("no-contact");
  }

  @Test
  void theNodeIsFoundByTheFileItLeaves(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("api"), NODE.url() + "\n");
    NODE.answer(AdminCommand.ListSystems.class, new SystemList(List.of()));
    Typed typed = new Typed().with("FLOCKER_RUN_DIR", directory.toString()).run("system", "list");
    assertThat(typed.exit()).isZero();
    assertThat(typed.out()).startsWith("no user systems yet");
  }

  @Test
  void aNodeThatTakesARequestAndGoesAwayLeavesTheOutcomeUnknown() throws Exception {
    try (ServerSocket rude = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server =
          new Thread(
              () -> {
                try (var connection = rude.accept()) {
                  connection.getInputStream().read(new byte[64]);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      server.start();
      String url = "http://127.0.0.1:" + rude.getLocalPort();
      Typed change = Typed.against(url).run("system", "stop", "shop");
      assertThat(change.exit()).isEqualTo(5);
      assertThat(change.err()).contains("may or may not have been done");
      server.join();
    }
  }

  @Test
  void systemsAreListedAndShown() {
    ClusterView cluster = CannedNode.cluster();
    NODE.answer(AdminCommand.ListSystems.class, new SystemList(cluster.systems()));
    assertThat(typed("system", "list").out())
        .isEqualTo(
            """
            SYSTEM  STATE      MASTER  EPOCH  SNAPSHOTS  LOSS NOW  ALARMS
            shop    running    b       513    12         0.3 s     1
            mail    no-master  -       0      0          ?         0
            """);
    NODE.answer(
        AdminCommand.DescribeSystem.class,
        new SystemDetail(cluster.systems().get(0), SystemSettings.defaults()));
    assertThat(typed("system", "show", "shop").out())
        .startsWith("shop: running, master b\n")
        .contains("started 10 s ago")
        .endsWith(
            """
              init: /sbin/init
              memory: no limit
              cpus: no limit
              stop: TERM, then killed after 10 s
            """);
  }

  @Test
  void startStopAndSwitchoverSayWhatWasDone() {
    NODE.answer(AdminCommand.StartSystem.class, new Done("shop is running on a"));
    NODE.answer(AdminCommand.StopSystem.class, new Done("shop is stopped"));
    NODE.answer(AdminCommand.SwitchOver.class, new SwitchoverView(SHOP, A, B, new Epoch(769), 640));
    assertThat(typed("system", "start", "shop").out()).isEqualTo("shop is running on a\n");
    assertThat(typed("system", "stop", "shop").out()).isEqualTo("shop is stopped\n");
    assertThat(typed("switchover", "shop", "--to", "b").out())
        .isEqualTo("shop moved from a to b in 0.6 s (epoch 769)\n");
  }

  @Test
  void destroyNeedsTheNameOnceMore() {
    NODE.answer(AdminCommand.DestroySystem.class, new Done("shop is gone"));
    assertThat(typed("system", "destroy", "shop").exit()).isEqualTo(2);
    assertThat(typed("system", "destroy", "shop", "--confirm", "mail").exit()).isEqualTo(2);
    assertThat(Typed.against(NODE.url()).answering("shopp").run("system", "destroy", "shop").exit())
        .isEqualTo(2);
    assertThat(NODE.askedNothing()).isTrue();
    assertThat(typed("system", "destroy", "shop", "--confirm", "shop").out())
        .isEqualTo("shop is gone\n");
    assertThat(Typed.against(NODE.url()).answering("shop").run("system", "destroy", "shop").exit())
        .isZero();
  }

  @Test
  void execPassesTheExitCodeOn() throws IOException {
    NODE.answer(AdminCommand.ExecInSystem.class, new ExecView(7, "out\n", "err\n", false));
    Typed typed = typed("system", "exec", "--timeout", "1500ms", "shop", "sh", "-c", "exit 7");
    assertThat(typed.exit()).isEqualTo(7);
    assertThat(typed.out()).isEqualTo("out\n");
    assertThat(typed.err()).isEqualTo("err\n");
    AdminCommand.ExecInSystem asked = (AdminCommand.ExecInSystem) NODE.asked();
    assertThat(asked.command()).containsExactly("sh", "-c", "exit 7");
    assertThat(asked.limit()).isEqualTo(Duration.ofSeconds(2));

    Typed json = typed("system", "exec", "--json", "shop", "--", "ls", "--json");
    assertThat(json.exit()).isEqualTo(7);
    assertThat(JSON.readTree(json.out()).get("exitCode").asInt()).isEqualTo(7);
    assertThat(((AdminCommand.ExecInSystem) NODE.asked()).command())
        .containsExactly("ls", "--json");
  }

  @Test
  void logsArePrintedAsTheyAre() {
    NODE.answer(AdminCommand.DescribeLogs.class, new LogsView(SHOP, A, "one\ntwo\n"));
    assertThat(typed("system", "logs", "shop", "--bytes", "4K").out()).isEqualTo("one\ntwo\n");
    assertThat(((AdminCommand.DescribeLogs) NODE.asked()).maxBytes()).isEqualTo(4096);
  }

  @Test
  void snapshotsAreListedAndTaken() {
    SnapshotMark mark = new SnapshotMark("operator", true, Optional.of("before-upgrade"));
    SnapshotView snapshot =
        SnapshotView.of(SnapshotName.of(new Epoch(513), 42, AT, mark), new SnapshotGuid(7), AT)
            .with(true, Optional.of(8192L))
            .on(List.of(A, B));
    SnapshotView byHand =
        SnapshotView.of(new SnapshotName("by-hand"), new SnapshotGuid(8), AT).on(List.of(A));
    NODE.answer(
        SnapshotCommand.ListSnapshots.class,
        new SnapshotList(SHOP, A, 12, List.of(byHand, snapshot), List.of(new HostName("c"))));
    List<String> labels = new java.util.concurrent.CopyOnWriteArrayList<>();
    List<Boolean> pins = new java.util.concurrent.CopyOnWriteArrayList<>();
    NODE.answer(
        SnapshotCommand.CreateSnapshot.class,
        command -> {
          ((SnapshotCommand.CreateSnapshot) command).label().ifPresent(labels::add);
          return snapshot;
        });
    NODE.answer(
        SnapshotCommand.PinSnapshot.class,
        command -> {
          pins.add(((SnapshotCommand.PinSnapshot) command).pinned());
          return new Done("it is pinned");
        });
    assertThat(typed("snapshot", "list", "shop", "--limit", "2").out())
        .isEqualTo(
            """
            SNAPSHOT  TAKEN                              SIZE     REASON    ON   REMARKS
            by-hand   2026-03-01 12:00:00 UTC  10 s ago  ?        foreign   a
            513.42    2026-03-01 12:00:00 UTC  10 s ago  8.0 KiB  operator  a b  \
            'before-upgrade', pinned, consistent
            2 shown; a has 12
            ! c did not answer
            """);
    assertThat(typed("snapshot", "create", "shop", "--name", "before-upgrade").out())
        .isEqualTo("flocker-513-42-20260301T120000Z.operator.consistent:before-upgrade (GUID 7)\n");
    assertThat(typed("snapshot", "pin", "shop", "513.42").out()).isEqualTo("it is pinned\n");
    assertThat(typed("snapshot", "unpin", "shop", "before-upgrade").exit()).isZero();
    assertThat(labels).containsExactly("before-upgrade");
    assertThat(pins).containsExactly(true, false);
    assertThat(typed("snapshot", "pin", "shop", "../x").exit()).isEqualTo(2);
    assertThat(typed("snapshot", "create", "shop", "--name", "two words").exit()).isEqualTo(1);
  }

  @Test
  void stashesAndOperationsAreListed() {
    StashView stash =
        new StashView(
            "shop-512.9",
            SHOP,
            A,
            "return of an old master",
            AT,
            Optional.of(PositionLabel.parse("512.9")),
            Optional.of(8192L));
    NODE.answer(AdminCommand.ListStashes.class, new StashList(List.of(stash), List.of(B)));
    assertThat(typed("stash", "list").out())
        .isEqualTo(
            """
            STASH       SYSTEM  HOST  POSITION  SIZE     AGE       REASON
            shop-512.9  shop    a     512.9     8.0 KiB  10 s ago  return of an old master
            ! b did not answer
            """);
    assertThat(typed("stash", "list", "shop").exit()).isZero();
    NODE.answer(
        AdminCommand.ListOperations.class,
        new OperationList(List.of(operation(OperationView.State.RUNNING))));
    assertThat(typed("operation", "list").out())
        .contains("0123456789abcdef")
        .contains("1.0 MiB of 4.0 MiB");
  }

  @Test
  void eventsAreShownAndFollowed() throws IOException {
    NODE.answer(
        AdminCommand.ListEvents.class,
        command -> {
          long since = ((AdminCommand.ListEvents) command).since().orElse(6L);
          return new EventPage(
              List.of(
                  new EventView(
                      since + 1, AT, A, "tick", Optional.of(SHOP), "it ticked", Map.of())),
              since + 1);
        });
    assertThat(typed("events").out())
        .isEqualTo("2026-03-01 12:00:00 UTC  a  shop: it ticked  [tick #7]\n");
    assertThat(typed("events", "--since", "20").out()).contains("[tick #21]");
    Typed followed =
        Typed.against(NODE.url()).interruptedAfter(2).run("events", "--follow", "--json");
    List<JsonNode> lines = followed.out().lines().map(FlockerCommandTest::tree).toList();
    assertThat(lines).extracting(line -> line.get("seq").asLong()).containsExactly(7L, 8L, 9L);
  }

  @Test
  void versionAndHelpNeedNoNode() {
    assertThat(new Typed().run("version").out()).isEqualTo("flocker development\n");
    assertThat(tree(new Typed().run("version", "--json").out()).has("version")).isTrue();
    Typed help = new Typed().run("system", "create", "--help");
    assertThat(help.exit()).isZero();
    assertThat(help.out()).contains("Examples:").contains("--from-tar");
    assertThat(new Typed().run("help", "status").out()).contains("--watch");
  }

  private static OperationView operation(OperationView.State state) {
    boolean failed = state == OperationView.State.FAILED;
    String message =
        switch (state) {
          case RUNNING -> "shop is being read";
          case DONE -> "shop is running on a";
          case FAILED -> "../etc/passwd leaves the root";
        };
    return new OperationView(
        new OperationId("0123456789abcdef"),
        "system-create",
        Optional.of(SHOP),
        A,
        state,
        1 << 20,
        Optional.of(4L << 20),
        512 << 10,
        message,
        AT,
        state == OperationView.State.RUNNING ? Optional.empty() : Optional.of(AT),
        failed ? Optional.of(RefusalCode.FAILED) : Optional.empty());
  }

  private static String errorCode(Typed typed) {
    return tree(typed.err()).at("/error/code").asText();
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
