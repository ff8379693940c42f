package flocker.node.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import flocker.node.cluster.CourierActor;
import flocker.node.cluster.Directory;
import flocker.node.config.NodeConfig;
import flocker.node.container.InMemoryContainers;
import flocker.node.guard.InMemoryGuards;
import flocker.node.replication.Bandwidth;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.StorageFault;
import flocker.node.storage.memory.InMemoryStorage;
import flocker.node.supervisor.MasterSupervisorActor;
import flocker.node.supervisor.ShippingActor;
import flocker.node.system.EventsActor;
import flocker.node.system.Host;
import flocker.node.system.SystemFacts;
import flocker.node.system.SystemReport;
import flocker.node.system.SystemsActor;
import flocker.node.system.UserSystemActor;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.ArchiveCommand;
import flocker.protocol.admin.DiffView;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.ExportTarget;
import flocker.protocol.admin.FileChunk;
import flocker.protocol.admin.FileList;
import flocker.protocol.admin.OperationView;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SnapshotCommand;
import flocker.protocol.admin.SnapshotList;
import flocker.protocol.admin.SnapshotRef;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemSettings;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.id.SystemId;
import flocker.protocol.system.Catalog;
import flocker.protocol.system.CatalogMessage;
import flocker.protocol.system.SystemRecord;
import flocker.protocol.system.ToSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator's questions about snapshots and exports, through the whole desk of a master. */
class DeskArchiveTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");
  private static final SystemName SHOP = new SystemName("shop");
  private static final SystemId ID = new SystemId("00000000000000f1");
  private static final HostId SELF = new HostId("00000000000000aa");
  private static final Dataset LIVE = new Dataset(ID.value());

  @TempDir private Path directory;
  private final InMemoryStorage storage = new InMemoryStorage(9);
  private final TestProbe<AdminReply> replies = KIT.createTestProbe();
  private SystemRecord record = SystemRecord.of(SHOP, SystemSettings.defaults(), true);
  private ActorRef<AdminCommand> desk;
  private long sequence = 1;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @AfterEach
  void close() {
    KIT.stop(desk);
    storage.close();
  }

  @BeforeEach
  void makeADesk() throws Exception {
    storage.create(LIVE);
    write("motd", "old");
    NodeConfig config =
        NodeConfig.from(
            directory,
            ConfigFactory.parseString(
                    "flocker { cluster { name = lab, hosts = [{ id = \"00000000000000aa\", name = a,"
                        + " index = 1, address = \"127.0.0.1\", witness = false }] },"
                        + " host.id = \"00000000000000aa\", storage.pool = tank }")
                .withFallback(ConfigFactory.load()));
    TestProbe<CourierActor.Command> courier = KIT.createTestProbe();
    TestProbe<EventsActor.Command> events = KIT.createTestProbe();
    Directory others = new Directory(KIT.system(), Map.of());
    Host host =
        new Host(
            config,
            Optional.of(storage),
            new InMemoryContainers(),
            new InMemoryGuards(System::nanoTime, id -> {}, id -> false),
            System::nanoTime,
            () -> AT,
            () -> new SplittableRandom(7),
            courier.ref(),
            events.ref(),
            others,
            Bandwidth.UNLIMITED);
    desk = KIT.spawn(DeskActor.create(host, systems(), Optional.empty(), others));
  }

  private void write(String file, String text) throws Exception {
    Files.writeString(storage.mount(LIVE).resolve(file), text);
  }

  /** Stands for the catalog and the one tree in it. */
  private ActorRef<ToSystems> systems() {
    Catalog catalog = Catalog.EMPTY.with(new Catalog.Entry(ID, SELF, record));
    ActorRef<UserSystemActor.Command> tree =
        KIT.spawn(
            Behaviors.receive(UserSystemActor.Command.class)
                .onMessage(
                    UserSystemActor.Describe.class,
                    m -> {
                      m.replyTo().tell(report());
                      return Behaviors.same();
                    })
                .onMessage(
                    UserSystemActor.ChangeRecord.class,
                    m -> {
                      record = m.change().apply(record);
                      m.replyTo().tell(CatalogMessage.Changed.done());
                      return Behaviors.same();
                    })
                .onMessage(
                    UserSystemActor.ToSupervisor.class,
                    m -> {
                      take((MasterSupervisorActor.TakeSnapshot) m.command());
                      return Behaviors.same();
                    })
                .build());
    return KIT.spawn(
        Behaviors.receive(ToSystems.class)
            .onMessage(
                SystemsActor.Describe.class,
                m -> {
                  m.replyTo()
                      .tell(
                          new SystemsActor.Described(
                              catalog,
                              RecordVersion.INITIAL,
                              new TreeSet<>(List.of(SELF)),
                              Optional.of(SELF),
                              Map.of(ID, tree)));
                  return Behaviors.same();
                })
            .build());
  }

  private SystemReport report() {
    return new SystemReport(
        new SystemFacts.Sheet(
            ID,
            Optional.of(SELF),
            new Epoch(256),
            Position.NONE,
            Optional.empty(),
            List.of(),
            List.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            0,
            Map.of(),
            Map.of()),
        record,
        RecordVersion.INITIAL,
        Optional.empty(),
        Optional.empty());
  }

  private void take(MasterSupervisorActor.TakeSnapshot order) {
    try {
      Snapshot taken =
          storage.snapshot(LIVE, SnapshotName.of(new Epoch(256), sequence++, AT, order.mark()));
      order.replyTo().tell(new ShippingActor.Taken(Optional.of(taken), Optional.empty()));
    } catch (StorageFault fault) {
      order
          .replyTo()
          .tell(new ShippingActor.Taken(Optional.empty(), Optional.of(fault.getMessage())));
    }
  }

  private <T extends AdminReply> T ask(AdminCommand question, Class<T> type) {
    desk.tell(question);
    AdminReply reply = replies.receiveMessage(SOON);
    assertThat(reply).isInstanceOf(type);
    return type.cast(reply);
  }

  private <T extends AdminReply> T create(String label, Class<T> type) {
    return ask(
        new SnapshotCommand.CreateSnapshot(SHOP, Optional.ofNullable(label), replies.ref()), type);
  }

  private SnapshotList list() {
    return ask(new SnapshotCommand.ListSnapshots(SHOP, 10, replies.ref()), SnapshotList.class);
  }

  @Test
  void aNamedSnapshotIsPinnedAndItsNameGivenOnce() {
    SnapshotView made = create("before-upgrade", SnapshotView.class);
    assertThat(made.label()).contains("before-upgrade");
    assertThat(record.pins()).containsExactly(made.guid());
    assertThat(create("before-upgrade", AdminRefusal.class).code()).isEqualTo(RefusalCode.EXISTS);
    SnapshotView other = create(null, SnapshotView.class);
    assertThat(other.reason()).isEqualTo("operator");
    assertThat(list().snapshots()).extracting(SnapshotView::pinned).containsExactly(true, false);
    Done unpinned =
        ask(
            new SnapshotCommand.PinSnapshot(
                SHOP, new SnapshotRef("before-upgrade"), false, replies.ref()),
            Done.class);
    assertThat(unpinned.message()).contains("retention");
    assertThat(record.pins()).isEmpty();
    assertThat(list().total()).isEqualTo(2);
  }

  @Test
  void filesOfASnapshotAreListedReadAndCompared() throws Exception {
    create("first", SnapshotView.class);
    write("motd", "new");
    write("added", "x");
    create(null, SnapshotView.class);
    SnapshotRef first = new SnapshotRef("first");
    FileList list =
        ask(
            new SnapshotCommand.ListFiles(
                SHOP, Optional.empty(), first, "/", "", 10, replies.ref()),
            FileList.class);
    assertThat(list.entries()).extracting(FileList.Entry::name).containsExactly("motd");
    FileChunk chunk =
        ask(
            new SnapshotCommand.ReadFile(SHOP, Optional.empty(), first, "/motd", 0, replies.ref()),
            FileChunk.class);
    assertThat(chunk.content()).isEqualTo("b2xk");
    DiffView diff =
        ask(
            new SnapshotCommand.DiffSnapshots(
                SHOP, Optional.empty(), first, new SnapshotRef("newest"), 10, replies.ref()),
            DiffView.class);
    assertThat(diff.changes())
        .contains(
            new DiffView.Change("/added", DiffView.Kind.ADDED),
            new DiffView.Change("/motd", DiffView.Kind.CONTENT));
    AdminRefusal none =
        ask(
            new SnapshotCommand.ReadFile(SHOP, Optional.empty(), first, "/no", 0, replies.ref()),
            AdminRefusal.class);
    assertThat(none.code()).isEqualTo(RefusalCode.NOT_FOUND);
  }

  @Test
  void anExportOfNowIsFollowedToItsEnd() {
    Path target = directory.resolve("shop.tar.gz");
    OperationView begun =
        ask(
            new ArchiveCommand.ExportSystem(
                SHOP,
                Optional.empty(),
                Optional.empty(),
                new ExportTarget(ExportTarget.Kind.TAR, target.toString()),
                replies.ref()),
            OperationView.class);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(
                        ask(
                                new AdminCommand.DescribeOperation(begun.id(), replies.ref()),
                                OperationView.class)
                            .state())
                    .isEqualTo(OperationView.State.DONE));
    assertThat(target).isNotEmptyFile();
    assertThat(list().snapshots()).extracting(SnapshotView::reason).containsExactly("export");
  }
}
