package flocker.protocol.admin;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.id.SystemId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** One of each command and reply. */
public final class AdminSamples {
  static final Instant AT = Instant.parse("2026-03-01T12:00:00.250Z");
  static final SystemName SHOP = new SystemName("shop");
  static final HostName A = new HostName("a");
  static final HostName B = new HostName("b");
  static final HostName C = new HostName("c");

  private static final HostId ID_A = new HostId("00000000000000aa");
  private static final HostId ID_B = new HostId("00000000000000bb");
  private static final HostId ID_C = new HostId("00000000000000cc");
  private static final String STASH = "00000000000000f1-512-9-20260301T120000Z";
  private static final OperationId OPERATION = new OperationId("0123456789abcdef");

  private AdminSamples() {}

  static SystemSettings settings() {
    return new SystemSettings(
        List.of("/usr/bin/postgres", "-D", "/data dir"),
        List.of(Publish.parse("5432"), Publish.parse("10.0.0.1:80:8080")),
        Map.of("PGDATA", "/data"),
        Optional.of(ByteSize.parse("512M")),
        Optional.of(1.5),
        "INT",
        30);
  }

  static NewSystem newSystem() {
    return new NewSystem(
        SHOP, new SystemSource(SystemSource.Kind.TAR, "/srv/shop.tar"), settings());
  }

  static SnapshotView snapshot() {
    return SnapshotView.of(
        SnapshotName.of(new Epoch(513), 42, AT), SnapshotGuid.parse("18446744073709551615"), AT);
  }

  static SnapshotView longestSnapshot() {
    SnapshotMark mark = new SnapshotMark("x".repeat(24), true, Optional.of("y".repeat(40)));
    return SnapshotView.of(
            SnapshotName.of(new Epoch(99_999_999_999L), 99_999_999_999L, AT, mark),
            SnapshotGuid.parse("18446744073709551615"),
            AT)
        .with(true, Optional.of(Long.MAX_VALUE))
        .on(List.of(A, B, C));
  }

  static SnapshotView foreignSnapshot() {
    return SnapshotView.of(new SnapshotName("by-hand"), new SnapshotGuid(7), AT);
  }

  static SystemView running() {
    return new SystemView(
        SHOP,
        new SystemId("00000000000000f1"),
        SystemView.State.RUNNING,
        Optional.of(B),
        new Epoch(513),
        Optional.of(new SystemView.Lease(B, 2350)),
        List.of("10.77.0.11:5432", "10.77.0.12:5432"),
        Optional.of(new SystemView.Container("running", Optional.of(AT), Optional.empty(), 1)),
        12,
        Optional.of(snapshot()),
        List.of(
            new SystemView.Replica(
                A,
                SystemView.ReplicaState.UP_TO_DATE,
                Optional.of(0.0),
                Optional.of(0L),
                Optional.of(PositionLabel.parse("513.42")),
                Optional.of(
                    new SystemView.Stream(4096, Optional.of(8192L), 2048, Optional.of(2L)))),
            new SystemView.Replica(
                C,
                SystemView.ReplicaState.AWAY,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty())),
        Optional.of(new SystemView.Loss(0.25, Optional.of(8192L))),
        Optional.of(new SystemView.Barrier(PositionLabel.parse("513.40"), List.of(A, B))),
        Optional.empty(),
        LossPolicy.ASYNCHRONOUS,
        1,
        List.of(new Alarm("replica-away", "c has not been heard for 12 s", AT)),
        List.of(
            new SystemView.ChangeSource("fanotify", "active", "sees every operation"),
            new SystemView.ChangeSource("block-trace", "unavailable", "the pool lies in a file")),
        Map.of("older-epoch", 3L));
  }

  static SystemView masterless() {
    return new SystemView(
        new SystemName("mail"),
        new SystemId("00000000000000f2"),
        SystemView.State.NO_MASTER,
        Optional.empty(),
        Epoch.ZERO,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        0,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("disks are replaced"),
        LossPolicy.parse("bounded:10s"),
        0,
        List.of(),
        List.of(),
        Map.of());
  }

  static ClusterView cluster() {
    return new ClusterView(
        new ClusterView.Cluster("lab", "0.1.0"),
        A,
        AT,
        List.of(
            new ClusterView.Host(
                A,
                ID_A,
                "10.77.0.11",
                ClusterView.Role.SLAVE,
                true,
                true,
                Optional.of(new ClusterView.Storage("online", 1_000_000_000L, 2_000_000_000L)),
                Optional.of(new ClusterView.Traffic(0, 65536))),
            new ClusterView.Host(
                B,
                ID_B,
                "10.77.0.12",
                ClusterView.Role.MASTER,
                true,
                true,
                Optional.of(new ClusterView.Storage("online", 900_000_000L, 2_000_000_000L)),
                Optional.of(new ClusterView.Traffic(65536, 0))),
            new ClusterView.Host(
                C,
                ID_C,
                "10.77.0.13",
                ClusterView.Role.WITNESS,
                false,
                true,
                Optional.empty(),
                Optional.empty())),
        List.of(running(), masterless()),
        new ClusterView.Voters(3, List.of(ID_A, ID_B, ID_C)),
        List.of(new Alarm("host-away", "c has not been heard for 12 s", AT)));
  }

  static OperationView operation() {
    return new OperationView(
        OPERATION,
        "system-create",
        Optional.of(SHOP),
        A,
        OperationView.State.RUNNING,
        1000,
        Optional.of(4000L),
        250,
        "reading /srv/shop.tar",
        AT,
        Optional.empty(),
        Optional.empty());
  }

  static OperationView failedOperation() {
    return new OperationView(
        OPERATION,
        "system-create",
        Optional.of(SHOP),
        A,
        OperationView.State.FAILED,
        1000,
        Optional.empty(),
        0,
        "/srv/shop.tar has an entry that leaves the root: ../etc/passwd",
        AT,
        Optional.of(AT.plusSeconds(2)),
        Optional.of(RefusalCode.FAILED));
  }

  static StashView stash() {
    return new StashView(
        "shop-512.9",
        SHOP,
        A,
        "return of an old master",
        AT,
        Optional.of(PositionLabel.parse("512.9")),
        Optional.empty());
  }

  static RetentionView retention() {
    return new RetentionView(
        SHOP,
        B,
        true,
        RetentionRules.DEFAULT,
        HistorySettings.defaults(),
        2,
        1,
        4096,
        "",
        List.of(new RetentionView.Base(C, Optional.of(snapshot().name()), 0)),
        List.of(
            new RetentionView.Line(
                new SnapshotName("flocker-513-7-20260301T110000Z"),
                AT.minusSeconds(3600),
                false,
                "no rule keeps it",
                Optional.of(4096L)),
            new RetentionView.Line(snapshot().name(), AT, true, "newest", Optional.empty())));
  }

  public static List<AdminReply> replies() {
    return List.of(
        new AdminRefusal(RefusalCode.NOT_FOUND, "there is no system 'shop'"),
        new BarrierView(SHOP, PositionLabel.parse("513.42"), List.of(A), 73),
        cluster(),
        new DiffView(
            SnapshotName.of(new Epoch(513), 1, AT),
            SnapshotName.of(new Epoch(513), 42, AT),
            A,
            1,
            0,
            2,
            List.of(
                new DiffView.Change("/data/new", DiffView.Kind.ADDED),
                new DiffView.Change("/etc/passwd", DiffView.Kind.CONTENT))),
        new Done("shop is running on a"),
        new FileChunk(
            SnapshotName.of(new Epoch(513), 42, AT), A, "/etc/hostname", 0, 5, "c2hvcAo="),
        new FileList(
            SnapshotName.of(new Epoch(513), 42, AT),
            B,
            "/etc",
            List.of(
                new FileList.Entry(
                    "mtab", FileList.Type.LINK, 0, "0777", 0, 0, AT, Optional.of("/proc/mounts")),
                new FileList.Entry(
                    "passwd", FileList.Type.FILE, 812, "0644", 0, 0, AT, Optional.empty())),
            true),
        new FolderDigest(
            new SnapshotGuid(0x8123456789abcdefL),
            B,
            "var/lib",
            true,
            1203,
            5_400_321,
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            List.of(
                new FolderDigest.Entry(
                    "dpkg",
                    true,
                    "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")),
            false),
        new EventPage(
            List.of(
                new EventView(
                    7,
                    AT,
                    A,
                    "take-over-finished",
                    Optional.of(SHOP),
                    "a is the master of shop now",
                    Map.of("epoch", "513"))),
            7),
        new ExecView(3, "out\n", "err\n", true),
        new LogsView(SHOP, A, "ready\n"),
        new OperationList(List.of(operation(), failedOperation())),
        operation(),
        new PromotionView(
            SHOP,
            B,
            Optional.of(PositionLabel.parse("513.40")),
            Optional.of(C),
            Optional.of(PositionLabel.parse("513.42")),
            Optional.empty()),
        retention(),
        new ReadinessView(false, "a majority of voters: 1 of 3 in contact"),
        new RollBackView(SHOP, B, foreignSnapshot(), Optional.of(STASH), snapshot(), 3, 3600, AT),
        new StashDetail(stash(), Optional.of("flocker-512-1-x"), 1, List.of(snapshot())),
        new SnapshotList(
            SHOP,
            A,
            2,
            List.of(foreignSnapshot(), snapshot().with(true, Optional.of(4096L)).on(List.of(A, B))),
            List.of(C)),
        snapshot(),
        new StashList(List.of(stash()), List.of(C)),
        new SwitchoverView(SHOP, A, B, new Epoch(769), 640),
        new SystemDetail(running(), settings()),
        new SystemList(List.of(running(), masterless())));
  }

  public static List<AdminCommand> commands(ActorRef<AdminReply> replyTo) {
    return List.of(
        new AdminCommand.DescribeReadiness(replyTo),
        new AdminCommand.DescribeCluster(replyTo),
        new AdminCommand.ListSystems(replyTo),
        new AdminCommand.DescribeSystem(SHOP, replyTo),
        new AdminCommand.CreateSystem(newSystem(), replyTo),
        new AdminCommand.StartSystem(SHOP, replyTo),
        new AdminCommand.StopSystem(SHOP, replyTo),
        new AdminCommand.DestroySystem(SHOP, "shop", replyTo),
        new AdminCommand.ExecInSystem(SHOP, List.of("ls", "-l"), Duration.ofSeconds(5), replyTo),
        new AdminCommand.DescribeLogs(SHOP, 1024, replyTo),
        new SnapshotCommand.ListSnapshots(SHOP, 100, replyTo),
        new SnapshotCommand.CreateSnapshot(SHOP, Optional.of("before-upgrade"), replyTo),
        new SnapshotCommand.PinSnapshot(SHOP, new SnapshotRef("513.42"), true, replyTo),
        new SnapshotCommand.ListFiles(
            SHOP, Optional.of(B), new SnapshotRef("newest"), "/etc", "passwd", 100, replyTo),
        new SnapshotCommand.ReadFile(
            SHOP, Optional.empty(), new SnapshotRef("513.42"), "/etc/passwd", 98304, replyTo),
        new SnapshotCommand.DiffSnapshots(
            SHOP, Optional.empty(), new SnapshotRef("513.1"), new SnapshotRef("x"), 9, replyTo),
        new ArchiveCommand.ExportSystem(
            SHOP,
            Optional.of(B),
            Optional.of(new SnapshotRef("513.42")),
            new ExportTarget(ExportTarget.Kind.OCI, "/srv/shop.oci"),
            replyTo),
        new AdminCommand.SwitchOver(SHOP, Optional.of(B), replyTo),
        new AdminCommand.ListStashes(Optional.empty(), replyTo),
        new AdminCommand.ListEvents(Optional.of(3L), 10, replyTo),
        new AdminCommand.ListOperations(replyTo),
        new AdminCommand.DescribeOperation(OPERATION, replyTo),
        new HistoryCommand.DescribeRetention(
            SHOP, Optional.of(B), Optional.of(RetentionRules.DEFAULT), 100, replyTo),
        new HistoryCommand.SetRetention(
            SHOP, Optional.of(RetentionRules.DEFAULT), Optional.empty(), "shop", replyTo),
        new HistoryCommand.DescribeRollBack(SHOP, new VersionRef("513.40"), replyTo),
        new HistoryCommand.RollBack(SHOP, new VersionRef("stash/" + STASH), "shop", replyTo),
        new StashCommand.DescribeStash(STASH, Optional.empty(), replyTo),
        new StashCommand.DestroyStash(STASH, Optional.of(B), STASH, replyTo),
        new MastershipCommand.TakeBarrier(SHOP, 1, 10_000, replyTo),
        new MastershipCommand.SetLossPolicy(SHOP, LossPolicy.parse("bounded:10s"), replyTo),
        new MastershipCommand.Pause(SHOP, "disks are replaced", replyTo),
        new MastershipCommand.Resume(SHOP, "disks were replaced", replyTo),
        new MastershipCommand.DescribePromotion(SHOP, Optional.of(B), replyTo),
        new MastershipCommand.Promote(SHOP, Optional.of(B), "shop", "a burned", replyTo),
        new VerifyCommand.Verify(SHOP, replyTo),
        new VerifyCommand.DigestFolder(
            SHOP, new SnapshotGuid(0x8123456789abcdefL), "var/lib", "dpkg", replyTo));
  }
}
