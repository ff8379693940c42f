package flocker.node.admin;

import flocker.node.blocking.Blocking;
import flocker.node.browse.BrowseActor;
import flocker.node.cluster.Directory;
import flocker.node.container.ContainerRuntime;
import flocker.node.metrics.StorageMeters;
import flocker.node.system.EventsActor;
import flocker.node.system.FitnessActor;
import flocker.node.system.Host;
import flocker.node.system.RecordActor;
import flocker.node.system.SystemReport;
import flocker.node.system.UserSystemActor;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.ArchiveCommand;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.EventPage;
import flocker.protocol.admin.ExecView;
import flocker.protocol.admin.HistoryCommand;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.LogsView;
import flocker.protocol.admin.MastershipCommand;
import flocker.protocol.admin.ReadinessView;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SnapshotCommand;
import flocker.protocol.admin.StashCommand;
import flocker.protocol.admin.StashList;
import flocker.protocol.admin.SystemDetail;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.VerifyCommand;
import flocker.protocol.system.CatalogMessage;
import flocker.protocol.system.ToSystems;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Does what an operator asks on this host, or says why it cannot be done here. At {@code
 * /user/desk}.
 */
public final class DeskActor extends AbstractBehavior<AdminCommand> {
  private static final Duration LOCAL = Duration.ofSeconds(3);

  /** How long a clone is kept after its last reader. */
  private static final Duration BROWSED_FOR = Duration.ofMinutes(1);

  private final ActorSystem<?> system;
  private final Host host;
  private final Hosts hosts;
  private final Views views;
  private final Trees trees;
  private final Optional<ActorRef<FitnessActor.Command>> fitness;
  private final ActorRef<OperationsActor.Command> operations;
  private final ActorRef<SnapshotCommand> snapshots;
  private final ActorRef<ArchiveCommand> archive;
  private final Directory directory;
  private final Changes changes;
  private final ActorRef<HistoryCommand> history;
  private final ActorRef<StashCommand> stashes;
  private final StashShelf shelf;
  private final ActorRef<MastershipCommand> mastership;
  private final ActorRef<VerifyDeskActor.Command> verify;

  /** To be spawned as {@code /user/desk}. */
  public static Behavior<AdminCommand> create(
      Host host,
      ActorRef<ToSystems> systems,
      Optional<ActorRef<FitnessActor.Command>> fitness,
      Directory directory) {
    return Behaviors.setup(context -> new DeskActor(context, host, systems, fitness, directory));
  }

  private DeskActor(
      ActorContext<AdminCommand> context,
      Host host,
      ActorRef<ToSystems> systems,
      Optional<ActorRef<FitnessActor.Command>> fitness,
      Directory directory) {
    super(context);
    this.system = context.getSystem();
    this.host = host;
    this.hosts = new Hosts(host.config());
    this.views = new Views(host.config(), host.clock());
    this.trees = new Trees(system, systems, hosts);
    this.fitness = fitness;
    this.directory = directory;
    this.changes = new Changes(system, systems, hosts, directory);
    this.operations = context.spawn(OperationsActor.create(host, changes), "operations");
    Optional<SnapshotReads> reads =
        host.storage()
            .map(s -> context.spawn(BrowseActor.create(s, BROWSED_FOR), "browse"))
            .map(browse -> new SnapshotReads(browse, trees));
    this.snapshots = context.spawn(SnapshotDeskActor.create(host, trees, reads), "snapshots");
    this.archive =
        context.spawn(ArchiveDeskActor.create(host, trees, reads, operations), "archive");
    this.history =
        context.spawn(HistoryActor.create(host, trees, directory, operations), "history");
    this.verify =
        context.spawn(VerifyDeskActor.create(host, trees, directory, reads, operations), "verify");
    this.shelf =
        new StashShelf(host.storage(), new HostName(host.config().self().name()), host.clock());
    this.stashes = context.spawn(StashActor.create(host, trees, shelf), "stashes");
    this.mastership = context.spawn(MastershipActor.create(host, trees), "mastership");
  }

  @Override
  public Receive<AdminCommand> createReceive() {
    return newReceiveBuilder()
        .onMessage(AdminCommand.DescribeReadiness.class, this::onReadiness)
        .onMessage(AdminCommand.DescribeCluster.class, this::onDescribeHost)
        .onMessage(AdminCommand.DescribeSystem.class, this::onDescribeSystem)
        .onMessage(AdminCommand.CreateSystem.class, this::onCreate)
        .onMessage(AdminCommand.StartSystem.class, q -> setRun(q.system(), true, q.replyTo()))
        .onMessage(AdminCommand.StopSystem.class, q -> setRun(q.system(), false, q.replyTo()))
        .onMessage(AdminCommand.DestroySystem.class, this::onDestroy)
        .onMessage(AdminCommand.ExecInSystem.class, this::onExec)
        .onMessage(AdminCommand.DescribeLogs.class, this::onLogs)
        .onMessage(SnapshotCommand.class, this::toSnapshots)
        .onMessage(ArchiveCommand.class, this::toArchive)
        .onMessage(AdminCommand.SwitchOver.class, this::onSwitchOver)
        .onMessage(AdminCommand.ListStashes.class, this::onListStashes)
        .onMessage(AdminCommand.ListEvents.class, this::onListEvents)
        .onMessage(AdminCommand.ListOperations.class, this::toOperations)
        .onMessage(AdminCommand.DescribeOperation.class, this::toOperations)
        .onMessage(AdminCommand.ListSystems.class, this::onListSystems)
        .onMessage(HistoryCommand.class, this::toHistory)
        .onMessage(StashCommand.class, this::toStashes)
        .onMessage(MastershipCommand.class, this::toMastership)
        .onMessage(VerifyCommand.class, this::toVerify)
        .build();
  }

  private Behavior<AdminCommand> toArchive(ArchiveCommand order) {
    archive.tell(order);
    return this;
  }

  private Behavior<AdminCommand> toSnapshots(SnapshotCommand question) {
    snapshots.tell(question);
    return this;
  }

  private Behavior<AdminCommand> toOperations(AdminCommand question) {
    operations.tell(new OperationsActor.Ask(question));
    return this;
  }

  private Behavior<AdminCommand> toHistory(HistoryCommand question) {
    history.tell(question);
    return this;
  }

  private Behavior<AdminCommand> toVerify(VerifyCommand question) {
    verify.tell(new VerifyDeskActor.Ask(question));
    return this;
  }

  private Behavior<AdminCommand> toStashes(StashCommand question) {
    stashes.tell(question);
    return this;
  }

  private Behavior<AdminCommand> toMastership(MastershipCommand command) {
    mastership.tell(command);
    return this;
  }

  private Behavior<AdminCommand> onListSystems(AdminCommand.ListSystems question) {
    question.replyTo().tell(Trees.refusal(RefusalCode.NOT_SUPPORTED, "ask the node's front desk"));
    return this;
  }

  private Behavior<AdminCommand> onReadiness(AdminCommand.DescribeReadiness question) {
    trees
        .described()
        .whenComplete(
            (known, failure) ->
                question
                    .replyTo()
                    .tell(
                        failure == null && known.clusterMaster().isPresent()
                            ? new ReadinessView(true, "")
                            : new ReadinessView(
                                false, "no majority of the hosts has answered yet")));
    return this;
  }

  private Behavior<AdminCommand> onDescribeHost(AdminCommand.DescribeCluster question) {
    CompletionStage<Optional<FitnessActor.Fitness>> found =
        fitness
            .map(
                f ->
                    AskPattern.<FitnessActor.Command, FitnessActor.Fitness>ask(
                            f, FitnessActor.Describe::new, LOCAL, system.scheduler())
                        .thenApply(Optional::of)
                        .exceptionally(failure -> Optional.empty()))
            .orElse(CompletableFuture.completedFuture(Optional.empty()));
    found.thenAccept(
        fit ->
            question
                .replyTo()
                .tell(
                    views.self(
                        fit, host.storage().flatMap(StorageMeters::of), host.wallClock().get())));
    return this;
  }

  private Behavior<AdminCommand> onDescribeSystem(AdminCommand.DescribeSystem question) {
    trees.with(
        question.system(),
        question.replyTo(),
        (tree, report) ->
            trees
                .blocking(Host.STORAGE_DISPATCHER, () -> Copies.snapshots(host, tree.id()))
                .exceptionally(failure -> List.of())
                .thenApply(
                    snapshots ->
                        new SystemDetail(views.of(report, snapshots), report.wanted().settings())));
    return this;
  }

  private Behavior<AdminCommand> onCreate(AdminCommand.CreateSystem order) {
    operations.tell(new OperationsActor.Create(order.system(), order.replyTo()));
    return this;
  }

  private Behavior<AdminCommand> setRun(
      SystemName name, boolean run, ActorRef<AdminReply> replyTo) {
    trees.asMaster(name, replyTo, (tree, report) -> runs(tree, run));
    return this;
  }

  private CompletionStage<AdminReply> runs(Trees.Tree tree, boolean run) {
    return AskPattern.<UserSystemActor.Command, AdminReply>ask(
        tree.ref(),
        r -> new UserSystemActor.ToRecord(new RecordActor.SetRun(run, r)),
        Duration.ofMinutes(2),
        system.scheduler());
  }

  private Behavior<AdminCommand> onDestroy(AdminCommand.DestroySystem order) {
    if (!Trees.confirmed(
        order.system().value(),
        order.confirmation(),
        order.replyTo(),
        "to destroy a system with all its copies, confirm with its name; nothing was destroyed")) {
      return this;
    }
    trees.asMaster(
        order.system(),
        order.replyTo(),
        (tree, report) ->
            runs(tree, false)
                .thenCompose(
                    stopped ->
                        stopped instanceof AdminRefusal
                            ? Trees.done(stopped)
                            : changes
                                .ask(r -> new CatalogMessage.Remove(tree.id(), r))
                                .thenApply(
                                    refused ->
                                        refused.orElse(
                                            new Done(
                                                order.system().value()
                                                    + " is destroyed on every host in contact;"
                                                    + " its stashes are kept")))));
    return this;
  }

  private Behavior<AdminCommand> onExec(AdminCommand.ExecInSystem order) {
    trees.asMaster(
        order.system(),
        order.replyTo(),
        (tree, report) ->
            trees
                .blocking(
                    Host.CONTAINER_DISPATCHER,
                    () -> host.containers().exec(tree.id(), order.command(), order.limit()))
                .thenApply(DeskActor::view));
    return this;
  }

  private static ExecView view(ContainerRuntime.ExecResult result) {
    return new ExecView(result.exitCode(), result.stdout(), result.stderr(), result.truncated());
  }

  private Behavior<AdminCommand> onLogs(AdminCommand.DescribeLogs question) {
    trees.with(
        question.system(),
        question.replyTo(),
        (tree, report) ->
            trees
                .blocking(
                    Host.CONTAINER_DISPATCHER,
                    () -> host.containers().logs(tree.id(), question.maxBytes()))
                .thenApply(text -> new LogsView(question.system(), hosts.self(), text)));
    return this;
  }

  private Behavior<AdminCommand> onSwitchOver(AdminCommand.SwitchOver order) {
    trees.asMaster(
        order.system(),
        order.replyTo(),
        (tree, report) ->
            AskPattern.<SwitchOverActor.Command, AdminReply>ask(
                switchOver(order, tree, report),
                SwitchOverActor.Begin::new,
                Duration.ofMinutes(10),
                system.scheduler()));
    return this;
  }

  private ActorRef<SwitchOverActor.Command> switchOver(
      AdminCommand.SwitchOver order, Trees.Tree tree, SystemReport report) {
    return system.systemActorOf(
        SwitchOverActor.create(host, directory, tree.ref(), report, order.to()),
        "switchover-" + tree.id() + "-" + host.clock().nanos(),
        Props.empty());
  }

  private Behavior<AdminCommand> onListStashes(AdminCommand.ListStashes question) {
    trees
        .described()
        .thenCompose(
            known ->
                trees.blocking(
                    Host.STORAGE_DISPATCHER, () -> shelf.of(known.catalog(), question.system())))
        .whenComplete(
            (found, failure) ->
                question
                    .replyTo()
                    .tell(
                        failure == null
                            ? new StashList(found, List.of())
                            : Trees.refusal(RefusalCode.UNAVAILABLE, Blocking.reason(failure))));
    return this;
  }

  private Behavior<AdminCommand> onListEvents(AdminCommand.ListEvents question) {
    AskPattern.<EventsActor.Command, EventPage>ask(
            host.events(),
            r -> new EventsActor.Since(question.since(), question.limit(), r),
            LOCAL,
            system.scheduler())
        .whenComplete(
            (page, failure) ->
                question
                    .replyTo()
                    .tell(
                        failure == null
                            ? page
                            : Trees.refusal(RefusalCode.UNAVAILABLE, Blocking.reason(failure))));
    return this;
  }
}
