package flocker.node.admin;

import flocker.node.authority.AuthorityView;
import flocker.node.cluster.Directory;
import flocker.node.system.Host;
import flocker.node.system.SystemReport;
import flocker.node.system.SystemsActor;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.ArchiveCommand;
import flocker.protocol.admin.HistoryCommand;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.MastershipCommand;
import flocker.protocol.admin.OperationView;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SnapshotCommand;
import flocker.protocol.admin.StashCommand;
import flocker.protocol.admin.StashList;
import flocker.protocol.admin.StashView;
import flocker.protocol.admin.SystemDetail;
import flocker.protocol.admin.SystemList;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemView;
import flocker.protocol.admin.VerifyCommand;
import flocker.protocol.id.HostId;
import flocker.protocol.system.ToSystems;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The front desk of a node: every question of an operator comes here first. At {@code /user/admin}.
 */
public final class AdminActor extends AbstractBehavior<AdminCommand> {
  private final Host host;
  private final Hosts hosts;
  private final Views views;
  private final ActorRef<AdminCommand> desk;
  private final Desks desks;
  private final Trees trees;

  /** To be spawned as {@code /user/admin}; {@code desk} is this host's own. */
  public static Behavior<AdminCommand> create(
      Host host, ActorRef<ToSystems> systems, ActorRef<AdminCommand> desk, Directory directory) {
    return Behaviors.setup(context -> new AdminActor(context, host, systems, desk, directory));
  }

  private AdminActor(
      ActorContext<AdminCommand> context,
      Host host,
      ActorRef<ToSystems> systems,
      ActorRef<AdminCommand> desk,
      Directory directory) {
    super(context);
    this.host = host;
    this.hosts = new Hosts(host.config());
    this.views = new Views(host.config(), host.clock());
    this.desk = desk;
    this.trees = new Trees(context.getSystem(), systems, hosts);
    this.desks = new Desks(context.getSystem(), host, desk, directory);
  }

  @Override
  public Receive<AdminCommand> createReceive() {
    return newReceiveBuilder()
        .onMessage(AdminCommand.DescribeReadiness.class, this::here)
        .onMessage(AdminCommand.DescribeCluster.class, this::onDescribeCluster)
        .onMessage(AdminCommand.ListSystems.class, this::onListSystems)
        .onMessage(AdminCommand.DescribeSystem.class, q -> toMaster(q, q.system()))
        .onMessage(AdminCommand.CreateSystem.class, this::here)
        .onMessage(AdminCommand.StartSystem.class, q -> toMaster(q, q.system()))
        .onMessage(AdminCommand.StopSystem.class, q -> toMaster(q, q.system()))
        .onMessage(AdminCommand.DestroySystem.class, q -> toMaster(q, q.system()))
        .onMessage(AdminCommand.ExecInSystem.class, q -> toMaster(q, q.system()))
        .onMessage(AdminCommand.DescribeLogs.class, q -> toMaster(q, q.system()))
        .onMessage(SnapshotCommand.ListSnapshots.class, this::onListSnapshots)
        .onMessage(SnapshotCommand.class, q -> toHost(q, q.system(), q.host()))
        .onMessage(ArchiveCommand.class, q -> toHost(q, q.system(), q.host()))
        .onMessage(AdminCommand.SwitchOver.class, q -> toMaster(q, q.system()))
        .onMessage(MastershipCommand.DescribePromotion.class, q -> toHost(q, named(q.to())))
        .onMessage(MastershipCommand.Promote.class, q -> toHost(q, named(q.to())))
        .onMessage(MastershipCommand.Resume.class, q -> to(q, q.system(), AdminActor::leased))
        .onMessage(MastershipCommand.class, q -> toMaster(q, q.system()))
        .onMessage(AdminCommand.ListStashes.class, this::onListStashes)
        .onMessage(AdminCommand.ListEvents.class, this::here)
        .onMessage(AdminCommand.ListOperations.class, this::here)
        .onMessage(AdminCommand.DescribeOperation.class, this::onDescribeOperation)
        .onMessage(HistoryCommand.class, q -> toHost(q, q.system(), q.host()))
        .onMessage(StashCommand.class, this::onStash)
        .onMessage(VerifyCommand.class, q -> toMaster(q, q.system()))
        .build();
  }

  private Behavior<AdminCommand> here(AdminCommand question) {
    desk.tell(question);
    return this;
  }

  /** Work goes on where it was begun, which may be another host than the one that is asked. */
  private Behavior<AdminCommand> onDescribeOperation(AdminCommand.DescribeOperation question) {
    AdminReply unknown =
        new AdminRefusal(
            RefusalCode.NOT_FOUND,
            "no host in contact knows an operation "
                + question.operation()
                + "; its host may have restarted since");
    answer(
        question.replyTo(),
        operation(host.config().self().id(), question, unknown)
            .thenCompose(
                here ->
                    here instanceof OperationView
                        ? CompletableFuture.completedFuture(here)
                        : elsewhere(question, unknown)));
    return this;
  }

  private CompletionStage<AdminReply> operation(
      HostId at, AdminCommand.DescribeOperation question, AdminReply unknown) {
    return desks
        .ask(at, r -> new AdminCommand.DescribeOperation(question.operation(), r))
        .exceptionally(failure -> unknown);
  }

  private CompletionStage<AdminReply> elsewhere(
      AdminCommand.DescribeOperation question, AdminReply unknown) {
    return Desks.all(
            host.config().hosts().stream()
                .filter(entry -> !hosts.isSelf(entry.id()))
                .map(entry -> operation(entry.id(), question, unknown))
                .toList())
        .thenApply(
            replies ->
                replies.stream()
                    .filter(OperationView.class::isInstance)
                    .findFirst()
                    .orElse(unknown));
  }

  /** The host that is meant if none is named is the one that is asked. */
  private HostName named(Optional<HostName> host) {
    return host.orElseGet(hosts::self);
  }

  private Behavior<AdminCommand> toHost(AdminCommand question, HostName name) {
    hosts
        .byName(name)
        .ifPresentOrElse(
            entry -> desks.at(entry.id()).tell(question),
            () ->
                question
                    .replyTo()
                    .tell(
                        new AdminRefusal(
                            RefusalCode.NOT_FOUND, "there is no host named '" + name + "'")));
    return this;
  }

  /** To the host that is named, else to the only one that has it. */
  private Behavior<AdminCommand> onStash(StashCommand question) {
    if (question.host().isPresent()) {
      return toHost(question, question.host().get());
    }
    desks
        .stashes(Optional.empty())
        .thenAccept(
            list -> {
              List<HostName> having =
                  list.stashes().stream()
                      .filter(stash -> stash.name().equals(question.stash()))
                      .map(StashView::host)
                      .toList();
              if (having.size() == 1) {
                toHost(question, having.get(0));
              } else {
                question.replyTo().tell(notOne(question.stash(), having));
              }
            });
    return this;
  }

  private static AdminRefusal notOne(String stash, List<HostName> having) {
    return having.isEmpty()
        ? new AdminRefusal(
            RefusalCode.NOT_FOUND,
            "no host in contact has a stash '" + stash + "'; nothing was done")
        : new AdminRefusal(
            RefusalCode.CONFLICT,
            "several hosts have a stash of that name: say which one is meant, of " + having);
  }

  /** Where the system's master is, as far as this host knows; otherwise here, which refuses. */
  private Behavior<AdminCommand> toMaster(AdminCommand question, SystemName name) {
    return to(question, name, AdminActor::master);
  }

  private static Optional<HostId> master(SystemReport report) {
    return report.facts().master();
  }

  /** Who is master with a lease that lasts; one without may be gone for good. */
  private static Optional<HostId> leased(SystemReport report) {
    return report.authority().flatMap(AuthorityView::leaseHolder);
  }

  private Behavior<AdminCommand> to(
      AdminCommand question, SystemName name, Function<SystemReport, Optional<HostId>> who) {
    trees
        .described()
        .thenCompose(known -> hostOf(known, name, who))
        .thenAccept(found -> found.map(desks::at).orElse(desk).tell(question))
        .exceptionally(
            failure -> {
              question
                  .replyTo()
                  .tell(
                      new AdminRefusal(
                          RefusalCode.UNAVAILABLE, "this node did not answer itself in time"));
              return null;
            });
    return this;
  }

  /** To the host that was named, or where the master is. */
  private Behavior<AdminCommand> toHost(
      AdminCommand question, SystemName name, Optional<HostName> wanted) {
    return wanted.isEmpty() ? toMaster(question, name) : toHost(question, wanted.get());
  }

  /** Everybody's snapshots; the master's number of them counts. */
  private Behavior<AdminCommand> onListSnapshots(SnapshotCommand.ListSnapshots question) {
    CompletionStage<HostName> master =
        trees
            .described()
            .thenCompose(known -> hostOf(known, question.system(), AdminActor::master))
            .thenApply(found -> found.map(hosts::name).orElse(hosts.self()));
    answer(question.replyTo(), desks.snapshots(question, master));
    return this;
  }

  private CompletionStage<Optional<HostId>> hostOf(
      SystemsActor.Described known, SystemName name, Function<SystemReport, Optional<HostId>> who) {
    return known
        .catalog()
        .byName(name)
        .flatMap(entry -> Optional.ofNullable(known.trees().get(entry.id())))
        .map(tree -> trees.report(tree).thenApply(who))
        .orElse(CompletableFuture.completedFuture(Optional.empty()));
  }

  private CompletionStage<List<SystemReport>> reports() {
    return trees
        .described()
        .thenCompose(
            known -> Desks.all(known.trees().values().stream().map(trees::report).toList()));
  }

  /** The system as its master sees it, or as this host does where the master does not answer. */
  private CompletionStage<SystemView> view(SystemReport report) {
    SystemView own = views.of(report, List.of());
    return report
        .facts()
        .master()
        .map(
            master ->
                desks
                    .ask(master, r -> new AdminCommand.DescribeSystem(report.wanted().name(), r))
                    .thenApply(reply -> reply instanceof SystemDetail d ? d.system() : own)
                    .exceptionally(failure -> own))
        .orElse(CompletableFuture.completedFuture(own));
  }

  private CompletionStage<List<SystemView>> systemViews() {
    CompletionStage<StashList> stashes = desks.stashes(Optional.empty());
    return reports()
        .thenCompose(known -> Desks.all(known.stream().map(this::view).toList()))
        .thenCombine(
            stashes,
            (found, kept) ->
                found.stream()
                    .map(v -> Views.withStashes(v, kept.stashes()))
                    .sorted(Comparator.comparing(v -> v.name().value()))
                    .toList());
  }

  private Behavior<AdminCommand> onListSystems(AdminCommand.ListSystems question) {
    answer(question.replyTo(), systemViews().thenApply(SystemList::new));
    return this;
  }

  private Behavior<AdminCommand> onDescribeCluster(AdminCommand.DescribeCluster question) {
    CompletionStage<List<HostFacts>> facts =
        Desks.all(host.config().hosts().stream().map(desks::hostFacts).toList());
    answer(
        question.replyTo(),
        trees
            .described()
            .thenCombine(facts, ClusterFacts::new)
            .thenCombine(
                systemViews(),
                (known, found) ->
                    views.cluster(
                        known.described(), known.hosts(), found, host.wallClock().get())));
    return this;
  }

  private record ClusterFacts(SystemsActor.Described described, List<HostFacts> hosts) {}

  private Behavior<AdminCommand> onListStashes(AdminCommand.ListStashes question) {
    answer(question.replyTo(), desks.stashes(question.system()));
    return this;
  }

  private static void answer(
      ActorRef<AdminReply> replyTo, CompletionStage<? extends AdminReply> reply) {
    reply.whenComplete(
        (value, failure) ->
            replyTo.tell(
                failure == null
                    ? value
                    : new AdminRefusal(
                        RefusalCode.UNAVAILABLE,
                        "this node did not answer itself in time; its log says why")));
  }
}
