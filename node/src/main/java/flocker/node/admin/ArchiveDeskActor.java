package flocker.node.admin;

import flocker.node.container.rootfs.ExportFault;
import flocker.node.container.rootfs.RootExport;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.supervisor.MasterSupervisorActor;
import flocker.node.supervisor.ShippingActor;
import flocker.node.system.Host;
import flocker.node.system.SystemReport;
import flocker.node.system.UserSystemActor;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.ArchiveCommand;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.ExportTarget;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SystemSettings;
import flocker.protocol.id.SnapshotMark;
import java.nio.file.Path;
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

/** The part of the desk that writes user filesystems to files. At {@code /user/desk/archive}. */
final class ArchiveDeskActor extends AbstractBehavior<ArchiveCommand> {
  private static final Duration TAKEN_WITHIN = Duration.ofSeconds(60);

  private final ActorSystem<?> system;
  private final Host host;
  private final Trees trees;
  private final Optional<SnapshotReads> reads;
  private final ActorRef<OperationsActor.Command> operations;

  /** {@code reads}: empty on a witness. */
  static Behavior<ArchiveCommand> create(
      Host host,
      Trees trees,
      Optional<SnapshotReads> reads,
      ActorRef<OperationsActor.Command> operations) {
    return Behaviors.setup(
        context -> new ArchiveDeskActor(context, host, trees, reads, operations));
  }

  private ArchiveDeskActor(
      ActorContext<ArchiveCommand> context,
      Host host,
      Trees trees,
      Optional<SnapshotReads> reads,
      ActorRef<OperationsActor.Command> operations) {
    super(context);
    this.system = context.getSystem();
    this.host = host;
    this.trees = trees;
    this.reads = reads;
    this.operations = operations;
  }

  @Override
  public Receive<ArchiveCommand> createReceive() {
    return newReceiveBuilder().onMessage(ArchiveCommand.ExportSystem.class, this::onExport).build();
  }

  private Behavior<ArchiveCommand> onExport(ArchiveCommand.ExportSystem order) {
    if (reads.isEmpty()) {
      order
          .replyTo()
          .tell(
              Trees.refusal(
                  RefusalCode.NOT_SUPPORTED, "this host is a witness, without data; ask another"));
    } else if (order.snapshot().isPresent()) {
      trees.with(order.system(), order.replyTo(), (tree, report) -> chosen(order, tree, report));
    } else {
      trees.asMaster(order.system(), order.replyTo(), (tree, report) -> taken(order, tree, report));
    }
    return this;
  }

  private CompletionStage<AdminReply> chosen(
      ArchiveCommand.ExportSystem order, Trees.Tree tree, SystemReport report) {
    return trees
        .blocking(Host.STORAGE_DISPATCHER, () -> Copies.snapshots(host, tree.id()))
        .thenApply(all -> SnapshotChoice.of(order.snapshot().orElseThrow(), all))
        .thenCompose(
            choice ->
                choice.found().isEmpty()
                    ? Trees.done(Trees.refusal(choice.code(), choice.why()))
                    : begin(order, tree, report, choice.found().get()));
  }

  private CompletionStage<AdminReply> taken(
      ArchiveCommand.ExportSystem order, Trees.Tree tree, SystemReport report) {
    return AskPattern.<UserSystemActor.Command, ShippingActor.Taken>ask(
            tree.ref(),
            r ->
                new UserSystemActor.ToSupervisor(
                    new MasterSupervisorActor.TakeSnapshot(SnapshotMark.of("export"), r)),
            TAKEN_WITHIN,
            system.scheduler())
        .thenCompose(
            taken ->
                taken.snapshot().isPresent()
                    ? begin(order, tree, report, taken.snapshot().get())
                    : Trees.done(
                        Trees.refusal(
                            RefusalCode.FAILED,
                            "no snapshot could be taken to export: "
                                + taken.failure().orElse("no reason was given"))));
  }

  private CompletionStage<AdminReply> begin(
      ArchiveCommand.ExportSystem order, Trees.Tree tree, SystemReport report, Snapshot snapshot) {
    Dataset dataset = new Dataset(tree.id().value());
    SystemSettings settings = report.wanted().settings();
    return OperationsActor.run(
        system,
        operations,
        "system-export",
        order.system(),
        "exporting " + snapshot.name(),
        operation ->
            reads
                .orElseThrow()
                .with(
                    dataset,
                    snapshot,
                    root -> {
                      write(root, order.target(), settings, operation);
                      return new Done(order.system() + " is exported to " + order.target().path());
                    }));
  }

  private static void write(
      Path root, ExportTarget target, SystemSettings settings, Operation operation)
      throws ExportFault {
    Path path = Path.of(target.path());
    switch (target.kind()) {
      case TAR -> RootExport.toTar(root, path, operation);
      case OCI -> RootExport.toOci(root, path, ImageDefaults.of(settings), operation);
    }
  }
}
