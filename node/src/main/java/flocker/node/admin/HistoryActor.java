package flocker.node.admin;

import flocker.node.cluster.Directory;
import flocker.node.retention.RetentionActor;
import flocker.node.supervisor.MasterSupervisorActor;
import flocker.node.system.Host;
import flocker.node.system.UserSystemActor;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.BarrierView;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.HistoryCommand;
import flocker.protocol.admin.HistorySettings;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.VersionRef;
import flocker.protocol.retention.ToRetention;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The part of a host's desk that a user system's past is asked of. */
final class HistoryActor extends AbstractBehavior<HistoryCommand> {
  private static final Duration LOOK = Duration.ofSeconds(8);
  private static final Duration MAJORITY = Duration.ofSeconds(15);
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final Duration RECORDED = Duration.ofMinutes(5);

  private final ActorSystem<?> system;
  private final Host host;
  private final Trees trees;
  private final Directory directory;

  private final ActorRef<OperationsActor.Command> operations;

  static Behavior<HistoryCommand> create(
      Host host, Trees trees, Directory directory, ActorRef<OperationsActor.Command> operations) {
    return Behaviors.setup(
        context -> new HistoryActor(context, host, trees, directory, operations));
  }

  private HistoryActor(
      ActorContext<HistoryCommand> context,
      Host host,
      Trees trees,
      Directory directory,
      ActorRef<OperationsActor.Command> operations) {
    super(context);
    this.operations = operations;
    this.system = context.getSystem();
    this.host = host;
    this.trees = trees;
    this.directory = directory;
  }

  @Override
  public Receive<HistoryCommand> createReceive() {
    return newReceiveBuilder()
        .onMessage(HistoryCommand.DescribeRetention.class, this::onDescribeRetention)
        .onMessage(HistoryCommand.SetRetention.class, this::onSetRetention)
        .onMessage(HistoryCommand.DescribeRollBack.class, this::onDescribeRollBack)
        .onMessage(HistoryCommand.RollBack.class, this::onRollBack)
        .build();
  }

  private Behavior<HistoryCommand> onDescribeRetention(HistoryCommand.DescribeRetention question) {
    trees.with(
        question.system(),
        question.replyTo(),
        (tree, report) ->
            AskPattern.<ToRetention, RetentionActor.Previewed>ask(
                    directory.at(
                        host.config().self().id(), "/user/systems/" + tree.id() + "/retention"),
                    r -> new RetentionActor.Preview(question.rules(), question.limit(), r),
                    LOOK,
                    system.scheduler())
                .<AdminReply>thenApply(
                    previewed ->
                        previewed.view().isPresent()
                            ? previewed.view().get()
                            : Trees.refusal(RefusalCode.UNAVAILABLE, previewed.trouble()))
                .exceptionally(
                    failure ->
                        Trees.refusal(
                            RefusalCode.UNAVAILABLE,
                            "this host has no copy of '"
                                + question.system().value()
                                + "' that is ready, or its storage does not answer")));
    return this;
  }

  private Behavior<HistoryCommand> onSetRetention(HistoryCommand.SetRetention order) {
    if (!Trees.confirmed(
        order.system().value(),
        order.confirmation(),
        order.replyTo(),
        "changing how much is kept destroys snapshots: confirm with the system's name; nothing was"
            + " done")) {
      return this;
    }
    trees.asMaster(
        order.system(),
        order.replyTo(),
        (tree, report) ->
            trees.changed(
                tree,
                record ->
                    record.withHistory(
                        new HistorySettings(
                            order.retention().orElse(record.history().retention()),
                            order.onSlaves().orElse(record.history().onSlaves()))),
                MAJORITY,
                order.system().value() + " keeps its past by the new rules from now on"));
    return this;
  }

  private Behavior<HistoryCommand> onDescribeRollBack(HistoryCommand.DescribeRollBack question) {
    trees.asMaster(
        question.system(),
        question.replyTo(),
        (tree, report) ->
            trees.blocking(
                Host.STORAGE_DISPATCHER,
                () -> {
                  Versions versions = new Versions(host.storage().orElseThrow(), tree.id());
                  Optional<Versions.Found> found = versions.find(question.to());
                  return found.isEmpty()
                      ? notFound(question.to())
                      : versions.describe(
                          question.system(),
                          trees.hosts().self(),
                          question.to(),
                          found.get(),
                          host.wallClock().get());
                }));
    return this;
  }

  private static AdminReply notFound(VersionRef wanted) {
    return Trees.refusal(
        RefusalCode.NOT_FOUND,
        "the master has no version '"
            + wanted
            + "'; nothing was done. See 'flocker snapshot list' and 'flocker stash list': a stash"
            + " of another host can be adopted after a switchover to that host");
  }

  private Behavior<HistoryCommand> onRollBack(HistoryCommand.RollBack order) {
    if (!Trees.confirmed(
        order.system().value(),
        order.confirmation(),
        order.replyTo(),
        "a roll-back stops the system for a moment: confirm with the system's name; nothing was"
            + " done")) {
      return this;
    }
    trees.asMaster(
        order.system(),
        order.replyTo(),
        (tree, report) ->
            trees
                .blocking(
                    Host.STORAGE_DISPATCHER,
                    () -> new Versions(host.storage().orElseThrow(), tree.id()).find(order.to()))
                .thenCompose(
                    found ->
                        found.isEmpty()
                            ? Trees.done(notFound(order.to()))
                            : OperationsActor.run(
                                system,
                                operations,
                                "rollback",
                                order.system(),
                                "the system stops, and "
                                    + found.get().snapshot().name()
                                    + " becomes live",
                                operation -> rollBack(order, tree, found.get(), operation))));
    return this;
  }

  private CompletionStage<AdminReply> rollBack(
      HistoryCommand.RollBack order, Trees.Tree tree, Versions.Found found, Operation operation) {
    return AskPattern.<UserSystemActor.Command, MasterSupervisorActor.Ended>ask(
            tree.ref(),
            r ->
                new UserSystemActor.ToSupervisor(
                    new MasterSupervisorActor.GoBack(found.target(), r)),
            LONGEST,
            system.scheduler())
        .thenCompose(
            ended -> {
              if (!ended.done()) {
                return Trees.done(Trees.refusal(RefusalCode.FAILED, ended.message()));
              }
              operation.message(order.system() + " runs; waiting until no failover can undo it");
              return sealed(order, tree, ended.message());
            });
  }

  /** A barrier after it, so that no later failover brings the old version back. */
  private CompletionStage<AdminReply> sealed(
      HistoryCommand.RollBack order, Trees.Tree tree, String said) {
    String done =
        order.system() + " is back at " + order.to() + "; " + said + ". To undo it, adopt that";
    return trees
        .barrier(tree, others() ? 1 : 0, RECORDED)
        .handle(
            (end, failure) ->
                failure == null && end instanceof BarrierView
                    ? new Done(done)
                    : Trees.refusal(
                        RefusalCode.TIMED_OUT,
                        done
                            + ". But it is not known to survive a failover ("
                            + (end instanceof AdminRefusal why ? why.message() : "no answer")
                            + "): one that comes now might bring the old version back. See 'flocker"
                            + " status', and repeat 'flocker barrier' until it is done"));
  }

  /** Whether any other host could have a copy. */
  private boolean others() {
    return host.config().hosts().stream()
        .anyMatch(entry -> !entry.witness() && !trees.hosts().isSelf(entry.id()));
  }
}
