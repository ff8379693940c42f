package flocker.node.admin;

import flocker.node.browse.BrowseFault;
import flocker.node.browse.FileTree;
import flocker.node.browse.TreeDiff;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.supervisor.MasterSupervisorActor;
import flocker.node.supervisor.ShippingActor;
import flocker.node.system.Host;
import flocker.node.system.UserSystemActor;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.DiffView;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SnapshotCommand;
import flocker.protocol.admin.SnapshotRef;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotMark;
import flocker.protocol.system.CatalogMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The part of the desk that is about snapshots. At {@code /user/desk/snapshots}. */
final class SnapshotDeskActor extends AbstractBehavior<SnapshotCommand> {
  private static final Duration TAKEN_WITHIN = Duration.ofSeconds(60);
  private static final Duration RECORDED_WITHIN = Duration.ofSeconds(30);

  private final ActorSystem<?> system;
  private final Host host;
  private final Trees trees;
  private final Optional<SnapshotReads> reads;
  private final HostName self;

  /** {@code reads}: empty on a witness. */
  static Behavior<SnapshotCommand> create(Host host, Trees trees, Optional<SnapshotReads> reads) {
    return Behaviors.setup(context -> new SnapshotDeskActor(context, host, trees, reads));
  }

  private SnapshotDeskActor(
      ActorContext<SnapshotCommand> context,
      Host host,
      Trees trees,
      Optional<SnapshotReads> reads) {
    super(context);
    this.system = context.getSystem();
    this.host = host;
    this.trees = trees;
    this.reads = reads;
    this.self = trees.hosts().self();
  }

  @Override
  public Receive<SnapshotCommand> createReceive() {
    return newReceiveBuilder()
        .onMessage(SnapshotCommand.ListSnapshots.class, this::onList)
        .onMessage(SnapshotCommand.CreateSnapshot.class, this::onCreate)
        .onMessage(SnapshotCommand.PinSnapshot.class, this::onPin)
        .onMessage(SnapshotCommand.ListFiles.class, this::onListFiles)
        .onMessage(SnapshotCommand.ReadFile.class, this::onReadFile)
        .onMessage(SnapshotCommand.DiffSnapshots.class, this::onDiff)
        .build();
  }

  private Behavior<SnapshotCommand> onList(SnapshotCommand.ListSnapshots question) {
    trees.with(
        question.system(),
        question.replyTo(),
        (tree, report) ->
            trees.blocking(
                Host.STORAGE_DISPATCHER,
                () -> Copies.list(host, tree.id(), report.wanted(), question.limit())));
    return this;
  }

  private Behavior<SnapshotCommand> onCreate(SnapshotCommand.CreateSnapshot order) {
    trees.asMaster(order.system(), order.replyTo(), (tree, report) -> create(order, tree));
    return this;
  }

  /** A label is given once; what has one is pinned, because somebody will want it again. */
  private CompletionStage<AdminReply> create(
      SnapshotCommand.CreateSnapshot order, Trees.Tree tree) {
    return trees
        .blocking(Host.STORAGE_DISPATCHER, () -> Copies.snapshots(host, tree.id()))
        .thenCompose(
            all -> {
              boolean taken =
                  order.label().isPresent()
                      && all.stream().anyMatch(s -> s.name().mark().label().equals(order.label()));
              if (taken) {
                return Trees.done(
                    Trees.refusal(
                        RefusalCode.EXISTS,
                        "a snapshot called '"
                            + order.label().get()
                            + "' exists; none was taken. Choose another name"));
              }
              SnapshotMark mark = SnapshotMark.of("operator").labelled(order.label());
              return take(tree, mark).thenCompose(view -> pinned(order, tree, view));
            });
  }

  private CompletionStage<AdminReply> take(Trees.Tree tree, SnapshotMark mark) {
    return AskPattern.<UserSystemActor.Command, ShippingActor.Taken>ask(
            tree.ref(),
            r -> new UserSystemActor.ToSupervisor(new MasterSupervisorActor.TakeSnapshot(mark, r)),
            TAKEN_WITHIN,
            system.scheduler())
        .thenApply(
            taken ->
                taken.snapshot().isPresent()
                    ? SnapshotView.of(
                        taken.snapshot().get().name(),
                        taken.snapshot().get().guid(),
                        taken.snapshot().get().created())
                    : Trees.refusal(RefusalCode.FAILED, taken.failure().orElse("not taken")));
  }

  private CompletionStage<AdminReply> pinned(
      SnapshotCommand.CreateSnapshot order, Trees.Tree tree, AdminReply taken) {
    if (order.label().isEmpty() || !(taken instanceof SnapshotView view)) {
      return Trees.done(taken);
    }
    return pin(tree, view.guid(), true)
        .thenApply(
            refused ->
                refused
                    .<AdminReply>map(
                        why ->
                            Trees.refusal(
                                RefusalCode.CONFLICT,
                                "the snapshot "
                                    + view.name()
                                    + " is taken, but not pinned, so that retention may destroy it: "
                                    + why
                                    + ". Pin it with 'flocker snapshot pin'"))
                    .orElse(view.with(true, Optional.empty())));
  }

  private Behavior<SnapshotCommand> onListFiles(SnapshotCommand.ListFiles question) {
    return onFiles(
        question,
        question.snapshot(),
        tree -> tree.list(question.path(), question.after(), question.limit()));
  }

  private Behavior<SnapshotCommand> onReadFile(SnapshotCommand.ReadFile question) {
    return onFiles(
        question, question.snapshot(), tree -> tree.read(question.path(), question.offset()));
  }

  /** Reads below a snapshot's root; blocks. */
  private interface Look {
    AdminReply at(FileTree tree) throws BrowseFault, IOException;
  }

  private Behavior<SnapshotCommand> onFiles(
      SnapshotCommand question, SnapshotRef wanted, Look look) {
    return onCopy(
        question,
        (dataset, all, reads) ->
            chosen(
                wanted,
                all,
                snapshot ->
                    reads.with(
                        dataset,
                        snapshot,
                        root -> look(new FileTree(root, snapshot.name(), self), look))));
  }

  private static AdminReply look(FileTree tree, Look look) throws IOException {
    try {
      return look.at(tree);
    } catch (BrowseFault fault) {
      return Trees.refusal(RefusalCode.NOT_FOUND, fault.getMessage());
    }
  }

  private Behavior<SnapshotCommand> onDiff(SnapshotCommand.DiffSnapshots question) {
    return onCopy(
        question,
        (dataset, all, reads) ->
            chosen(
                question.from(),
                all,
                from ->
                    chosen(
                        question.to(),
                        all,
                        to -> diff(reads, dataset, from, to, question.limit()))));
  }

  private CompletionStage<AdminReply> diff(
      SnapshotReads reads, Dataset dataset, Snapshot from, Snapshot to, int limit) {
    Instant older = from.created().isBefore(to.created()) ? from.created() : to.created();
    return reads
        .withBoth(
            dataset, from, to, (first, second) -> new TreeDiff(first, second, older, limit).run())
        .thenApply(
            found ->
                new DiffView(
                    from.name(),
                    to.name(),
                    self,
                    found.added(),
                    found.removed(),
                    found.changed(),
                    found.changes()));
  }

  /** What is done with the copy of this host. */
  private interface OnCopy {
    CompletionStage<AdminReply> act(Dataset dataset, List<Snapshot> all, SnapshotReads reads);
  }

  private Behavior<SnapshotCommand> onCopy(SnapshotCommand question, OnCopy then) {
    trees.with(
        question.system(),
        question.replyTo(),
        (tree, report) ->
            reads.isEmpty()
                ? Trees.done(
                    Trees.refusal(
                        RefusalCode.NOT_SUPPORTED, "this host is a witness, without data"))
                : trees
                    .blocking(Host.STORAGE_DISPATCHER, () -> Copies.snapshots(host, tree.id()))
                    .thenCompose(
                        all -> then.act(new Dataset(tree.id().value()), all, reads.get())));
    return this;
  }

  private static CompletionStage<AdminReply> chosen(
      SnapshotRef wanted,
      List<Snapshot> all,
      Function<Snapshot, CompletionStage<AdminReply>> then) {
    SnapshotChoice choice = SnapshotChoice.of(wanted, all);
    return choice.found().isEmpty()
        ? Trees.done(Trees.refusal(choice.code(), choice.why()))
        : then.apply(choice.found().get());
  }

  private Behavior<SnapshotCommand> onPin(SnapshotCommand.PinSnapshot order) {
    trees.asMaster(
        order.system(),
        order.replyTo(),
        (tree, report) ->
            trees
                .blocking(Host.STORAGE_DISPATCHER, () -> Copies.snapshots(host, tree.id()))
                .thenApply(all -> SnapshotChoice.of(order.snapshot(), all))
                .thenCompose(choice -> pin(order, tree, choice)));
    return this;
  }

  private CompletionStage<AdminReply> pin(
      SnapshotCommand.PinSnapshot order, Trees.Tree tree, SnapshotChoice choice) {
    if (choice.found().isEmpty()) {
      return Trees.done(Trees.refusal(choice.code(), choice.why() + ". Nothing was changed"));
    }
    String name = choice.found().get().name().value();
    return pin(tree, choice.found().get().guid(), order.pinned())
        .thenApply(
            refused ->
                refused
                    .<AdminReply>map(why -> Trees.refusal(RefusalCode.CONFLICT, why))
                    .orElse(
                        new Done(
                            order.pinned()
                                ? name + " is kept on every host until it is unpinned"
                                : name + " is left to the retention rules")));
  }

  /** Empty if a majority keeps it; else why not. */
  private CompletionStage<Optional<String>> pin(
      Trees.Tree tree, SnapshotGuid snapshot, boolean pinned) {
    return trees
        .change(tree, record -> record.withPin(snapshot, pinned), RECORDED_WITHIN)
        .thenApply(
            changed ->
                Optional.of(changed.message())
                    .filter(m -> changed.outcome() != CatalogMessage.Outcome.DONE));
  }
}
