package flocker.node.admin;

import flocker.node.cluster.Directory;
import flocker.node.system.SystemsActor;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.id.HostId;
import flocker.protocol.system.Catalog;
import flocker.protocol.system.CatalogMessage;
import flocker.protocol.system.ToSystems;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Asks the cluster's master, wherever it is, to change the catalog. Empty: done; else why not. */
record Changes(
    ActorSystem<?> system, ActorRef<ToSystems> systems, Hosts hosts, Directory directory) {
  private static final Duration LOCAL = Duration.ofSeconds(3);
  private static final Duration MAJORITY = Duration.ofSeconds(15);

  /** Why a new system cannot be as it is wanted, as far as this host knows. */
  CompletionStage<Optional<AdminReply>> objection(Catalog.Entry wanted) {
    return AskPattern.<ToSystems, SystemsActor.Described>ask(
            systems, SystemsActor.Describe::new, LOCAL, system.scheduler())
        .thenApply(
            known ->
                known
                    .catalog()
                    .objection(wanted)
                    .map(
                        why ->
                            new AdminRefusal(RefusalCode.EXISTS, why + "; nothing was done")));
  }

  CompletionStage<Optional<AdminReply>> ask(
      Function<ActorRef<CatalogMessage.Changed>, ToSystems> change) {
    return AskPattern.<ToSystems, SystemsActor.Described>ask(
            systems, SystemsActor.Describe::new, LOCAL, system.scheduler())
        .thenCompose(
            known ->
                known
                    .clusterMaster()
                    .map(master -> askOf(master, change))
                    .orElseGet(
                        () ->
                            refused(
                                RefusalCode.NO_MAJORITY,
                                "no majority of the hosts is in contact; nothing was changed")))
        .exceptionally(
            failure ->
                Optional.of(
                    new AdminRefusal(
                        RefusalCode.TIMED_OUT,
                        "the host that orders changes did not answer in time; the change may or"
                            + " may not be made. Look at 'flocker status' before you try again")));
  }

  private CompletionStage<Optional<AdminReply>> askOf(
      HostId master, Function<ActorRef<CatalogMessage.Changed>, ToSystems> change) {
    ActorRef<ToSystems> target =
        hosts.isSelf(master) ? systems : directory.at(master, "/user/systems");
    return AskPattern.<ToSystems, CatalogMessage.Changed>ask(
            target, change::apply, MAJORITY, system.scheduler())
        .thenApply(Changes::outcome);
  }

  private static Optional<AdminReply> outcome(CatalogMessage.Changed changed) {
    return switch (changed.outcome()) {
      case DONE -> Optional.empty();
      case REFUSED -> Optional.of(new AdminRefusal(RefusalCode.CONFLICT, changed.message()));
      case NOT_MASTER -> Optional.of(new AdminRefusal(RefusalCode.NOT_MASTER, changed.message()));
      case UNKNOWN -> Optional.of(new AdminRefusal(RefusalCode.TIMED_OUT, changed.message()));
    };
  }

  private static CompletionStage<Optional<AdminReply>> refused(RefusalCode code, String message) {
    return CompletableFuture.completedFuture(Optional.of(new AdminRefusal(code, message)));
  }
}
