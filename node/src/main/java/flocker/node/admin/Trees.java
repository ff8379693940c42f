package flocker.node.admin;

import flocker.node.blocking.Blocking;
import flocker.node.system.SystemReport;
import flocker.node.system.SystemsActor;
import flocker.node.system.UserSystemActor;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SystemName;
import flocker.protocol.id.SystemId;
import flocker.protocol.system.Catalog;
import flocker.protocol.system.CatalogMessage;
import flocker.protocol.system.SystemRecord;
import flocker.protocol.system.ToSystems;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Finds the tree of a user system on this host and goes on with it, or says why not. */
record Trees(ActorSystem<?> system, ActorRef<ToSystems> systems, Hosts hosts) {
  private static final Duration LOCAL = Duration.ofSeconds(3);
  private static final Duration MARGIN = Duration.ofSeconds(2);

  /** A user system as it lives on this host. */
  record Tree(SystemId id, ActorRef<UserSystemActor.Command> ref) {}

  CompletionStage<SystemsActor.Described> described() {
    return AskPattern.<ToSystems, SystemsActor.Described>ask(
        systems, SystemsActor.Describe::new, LOCAL, system.scheduler());
  }

  CompletionStage<SystemReport> report(ActorRef<UserSystemActor.Command> tree) {
    return AskPattern.ask(tree, UserSystemActor.Describe::new, LOCAL, system.scheduler());
  }

  /** Finds the system here and goes on with it, or refuses. */
  void with(
      SystemName name,
      ActorRef<AdminReply> replyTo,
      BiFunction<Tree, SystemReport, CompletionStage<AdminReply>> act) {
    described()
        .thenCompose(
            known -> {
              Optional<Catalog.Entry> entry = known.catalog().byName(name);
              if (entry.isEmpty()) {
                return done(
                    refusal(
                        RefusalCode.NOT_FOUND, "there is no system named '" + name.value() + "'"));
              }
              Tree tree = new Tree(entry.get().id(), known.trees().get(entry.get().id()));
              return report(tree.ref()).thenCompose(report -> act.apply(tree, report));
            })
        .whenComplete(
            (reply, failure) ->
                replyTo.tell(
                    failure == null
                        ? reply
                        : refusal(RefusalCode.FAILED, Blocking.reason(failure))));
  }

  /** The same, only where this host is the system's master. */
  void asMaster(
      SystemName name,
      ActorRef<AdminReply> replyTo,
      BiFunction<Tree, SystemReport, CompletionStage<AdminReply>> act) {
    with(
        name,
        replyTo,
        (tree, report) ->
            report.facts().master().filter(hosts::isSelf).isPresent()
                ? act.apply(tree, report)
                : done(
                    refusal(
                        RefusalCode.NOT_MASTER,
                        "'"
                            + name.value()
                            + "' has no master that this host knows of; nothing was done. Look at"
                            + " 'flocker status' and try again")));
  }

  /** What became of a change of the system's record; fails when no answer comes in time. */
  CompletionStage<CatalogMessage.Changed> change(
      Tree tree, UnaryOperator<SystemRecord> change, Duration within) {
    return AskPattern.ask(
        tree.ref(), r -> new UserSystemActor.ChangeRecord(change, r), within, system.scheduler());
  }

  /** The same, as an operator is told it: {@code said} once a majority keeps it. */
  CompletionStage<AdminReply> changed(
      Tree tree, UnaryOperator<SystemRecord> change, Duration within, String said) {
    return change(tree, change, within)
        .handle(
            (changed, failure) ->
                failure == null
                    ? told(changed, said)
                    : refusal(
                        RefusalCode.TIMED_OUT,
                        "no majority has said in time that it keeps the change; it may or may not"
                            + " be kept. Look at 'flocker status' before you repeat it"));
  }

  private static AdminReply told(CatalogMessage.Changed changed, String said) {
    return switch (changed.outcome()) {
      case DONE -> new Done(said);
      case REFUSED -> refusal(RefusalCode.CONFLICT, changed.message());
      case NOT_MASTER -> refusal(RefusalCode.NOT_MASTER, changed.message());
      case UNKNOWN ->
          refusal(
              RefusalCode.TIMED_OUT,
              "no majority has said that it keeps the change: " + changed.message());
    };
  }

  /**
   * Makes sure that what is live on this master survives the loss of any one host; a {@link
   * flocker.protocol.admin.BarrierView}, or a refusal that says how far it came.
   *
   * @param copies how many other hosts that could be master must have it
   */
  CompletionStage<AdminReply> barrier(Tree tree, int copies, Duration limit) {
    return AskPattern.ask(
        tree.ref(),
        r -> new UserSystemActor.TakeBarrier(copies, limit, r),
        limit.plus(MARGIN),
        system.scheduler());
  }

  /** Whether what destroys or stops was asked for with its name once more; else it is refused. */
  static boolean confirmed(
      String name, String confirmation, ActorRef<AdminReply> replyTo, String refusal) {
    boolean confirmed = name.equals(confirmation);
    if (!confirmed) {
      replyTo.tell(refusal(RefusalCode.BAD_REQUEST, refusal));
    }
    return confirmed;
  }

  <T> CompletionStage<T> blocking(String dispatcher, Callable<T> call) {
    return new Blocking(system.dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher)))
        .call(call);
  }

  static CompletionStage<AdminReply> done(AdminReply reply) {
    return CompletableFuture.completedFuture(reply);
  }

  static AdminRefusal refusal(RefusalCode code, String message) {
    return new AdminRefusal(code, message);
  }
}
