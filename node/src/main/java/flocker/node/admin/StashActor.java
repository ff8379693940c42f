package flocker.node.admin;

import flocker.node.blocking.Blocking;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.system.EventsActor;
import flocker.node.system.Host;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.StashCommand;
import flocker.protocol.admin.StashDetail;
import flocker.protocol.admin.StashView;
import flocker.protocol.system.Catalog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The part of a host's desk that its stashes are asked of. */
final class StashActor extends AbstractBehavior<StashCommand> {
  private final Host host;
  private final StashShelf shelf;
  private final Trees trees;

  static Behavior<StashCommand> create(Host host, Trees trees, StashShelf shelf) {
    return Behaviors.setup(context -> new StashActor(context, host, trees, shelf));
  }

  private StashActor(ActorContext<StashCommand> context, Host host, Trees trees, StashShelf shelf) {
    super(context);
    this.host = host;
    this.shelf = shelf;
    this.trees = trees;
  }

  @Override
  public Receive<StashCommand> createReceive() {
    return newReceiveBuilder()
        .onMessage(StashCommand.DescribeStash.class, this::onDescribe)
        .onMessage(StashCommand.DestroyStash.class, this::onDestroy)
        .build();
  }

  private Behavior<StashCommand> onDescribe(StashCommand.DescribeStash question) {
    trees
        .described()
        .thenCompose(known -> blocking(question, () -> detail(known.catalog(), question.stash())))
        .whenComplete((reply, failure) -> answer(question, reply, failure));
    return this;
  }

  private Behavior<StashCommand> onDestroy(StashCommand.DestroyStash order) {
    if (!Trees.confirmed(
        order.stash(),
        order.confirmation(),
        order.replyTo(),
        "a destroyed stash is gone for ever: confirm with its name; nothing was done")) {
      return this;
    }
    trees
        .described()
        .thenCompose(known -> blocking(order, () -> destroyed(known.catalog(), order.stash())))
        .whenComplete((reply, failure) -> answer(order, reply, failure));
    return this;
  }

  private CompletionStage<AdminReply> blocking(StashCommand order, Callable<AdminReply> call) {
    if (host.storage().isEmpty()) {
      return Trees.done(notFound(order.stash()));
    }
    return trees.blocking(Host.STORAGE_DISPATCHER, call);
  }

  private static void answer(StashCommand order, AdminReply reply, Throwable failure) {
    order
        .replyTo()
        .tell(
            failure == null ? reply : Trees.refusal(RefusalCode.FAILED, Blocking.reason(failure)));
  }

  private AdminReply notFound(String stash) {
    return Trees.refusal(
        RefusalCode.NOT_FOUND,
        "there is no stash '" + stash + "' on " + host.config().self().name());
  }

  /** Blocks. */
  private AdminReply detail(Catalog catalog, String stash) throws StorageFault {
    Optional<StashView> view = shelf.named(catalog, stash);
    if (view.isEmpty()) {
      return notFound(stash);
    }
    Storage storage = host.storage().orElseThrow();
    Dataset dataset = new Dataset("stash/" + stash);
    List<Snapshot> all = storage.snapshots(dataset);
    return new StashDetail(
        view.get(),
        storage.origin(dataset).map(origin -> origin.snapshot().value()),
        all.size(),
        all.subList(Math.max(all.size() - StashDetail.MOST, 0), all.size()).stream()
            .map(Versions::view)
            .toList());
  }

  /** Blocks. */
  private AdminReply destroyed(Catalog catalog, String stash) throws StorageFault {
    Optional<StashView> view = shelf.named(catalog, stash);
    if (view.isEmpty()) {
      return notFound(stash);
    }
    try {
      host.storage().orElseThrow().destroy(new Dataset("stash/" + stash));
    } catch (StorageFault fault) {
      if (fault.kind() == StorageFault.Kind.HAS_DEPENDENTS) {
        return Trees.refusal(
            RefusalCode.CONFLICT,
            "something is built on the stash '" + stash + "'; nothing was destroyed");
      }
      throw fault;
    }
    host.events()
        .tell(
            new EventsActor.Happened(
                "stash-destroyed",
                Optional.of(view.get().system()),
                "an operator destroyed the stash " + stash,
                Map.of("stash", stash)));
    return new Done("the stash " + stash + " is destroyed on " + view.get().host());
  }
}
