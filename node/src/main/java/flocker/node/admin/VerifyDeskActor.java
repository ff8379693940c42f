package flocker.node.admin;

import flocker.node.blocking.Blocking;
import flocker.node.cluster.Directory;
import flocker.node.config.HostEntry;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.system.EventsActor;
import flocker.node.system.Host;
import flocker.node.system.UserSystemActor;
import flocker.node.verify.Comparison;
import flocker.node.verify.Reading;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SnapshotCommand;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.VerifyCommand;
import flocker.protocol.id.SnapshotGuid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.pattern.Patterns;

/**
 * The part of a host's desk that compares copies: reads this host's own for whoever compares, and
 * on the master drives the comparison with each slave.
 */
final class VerifyDeskActor extends AbstractBehavior<VerifyDeskActor.Command> {
  private static final Duration DESK = Duration.ofMillis(1500);

  /** What it can be told. */
  sealed interface Command {}

  /** A question or an order. */
  record Ask(VerifyCommand question) implements Command {}

  private record Read(Reading reading, Optional<Reading.Result> result, String failure)
      implements Command {}

  private final ActorSystem<?> system;
  private final Host host;
  private final Trees trees;
  private final Directory directory;
  private final Optional<SnapshotReads> reads;
  private final ActorRef<OperationsActor.Command> operations;
  private Optional<Reading> reading = Optional.empty();

  /** {@code reads}: empty on a witness. */
  static Behavior<Command> create(
      Host host,
      Trees trees,
      Directory directory,
      Optional<SnapshotReads> reads,
      ActorRef<OperationsActor.Command> operations) {
    return Behaviors.setup(
        context -> new VerifyDeskActor(context, host, trees, directory, reads, operations));
  }

  private VerifyDeskActor(
      ActorContext<Command> context,
      Host host,
      Trees trees,
      Directory directory,
      Optional<SnapshotReads> reads,
      ActorRef<OperationsActor.Command> operations) {
    super(context);
    this.system = context.getSystem();
    this.host = host;
    this.trees = trees;
    this.directory = directory;
    this.reads = reads;
    this.operations = operations;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ask.class, this::onAsk)
        .onMessage(Read.class, this::onRead)
        .build();
  }

  private Behavior<Command> onAsk(Ask ask) {
    if (ask.question() instanceof VerifyCommand.DigestFolder question) {
      onDigest(question);
    } else if (ask.question() instanceof VerifyCommand.Verify order) {
      onVerify(order);
    }
    return this;
  }

  private void onDigest(VerifyCommand.DigestFolder question) {
    HostName self = trees.hosts().self();
    boolean same = reading.isPresent() && reading.get().isOf(question);
    if (reads.isEmpty()) {
      refuse(question, RefusalCode.NOT_SUPPORTED, "a witness has no data");
    } else if (same && reading.get().has(question)) {
      String failure = reading.get().failure();
      if (failure.isEmpty()) {
        question.replyTo().tell(reading.get().answer(question, self));
      } else {
        refuse(question, RefusalCode.FAILED, failure);
      }
    } else if (reading.isPresent() && reading.get().running()) {
      refuse(question, RefusalCode.CONFLICT, "another comparison is reading here; try again later");
    } else {
      Reading begun =
          same ? reading.get() : new Reading(question.system(), question.snapshot(), host.clock());
      begun.begin(question);
      reading = Optional.of(begun);
      question.replyTo().tell(begun.answer(question, self));
      getContext()
          .pipeToSelf(
              read(begun, question, reads.get()),
              (result, failure) ->
                  failure == null
                      ? new Read(begun, Optional.of(result), "")
                      : new Read(begun, Optional.empty(), Blocking.reason(failure)));
    }
  }

  private static void refuse(VerifyCommand question, RefusalCode code, String why) {
    question.replyTo().tell(Trees.refusal(code, why));
  }

  private CompletionStage<Reading.Result> read(
      Reading begun, VerifyCommand.DigestFolder question, SnapshotReads from) {
    return trees
        .described()
        .thenCompose(
            known -> {
              var entry = known.catalog().byName(question.system());
              if (entry.isEmpty()) {
                return failed("there is no system named '" + question.system() + "'");
              }
              Dataset dataset = new Dataset(entry.get().id().value());
              return trees
                  .blocking(Host.STORAGE_DISPATCHER, () -> Copies.snapshots(host, entry.get().id()))
                  .thenCompose(
                      all ->
                          found(all, question.snapshot())
                              .map(
                                  snapshot ->
                                      from.with(
                                          dataset,
                                          snapshot,
                                          root -> begun.read(root, question.folder())))
                              .orElseGet(() -> failed("the snapshot is not here any more")));
            });
  }

  private static Optional<Snapshot> found(List<Snapshot> all, SnapshotGuid guid) {
    return all.stream().filter(snapshot -> snapshot.guid().equals(guid)).findFirst();
  }

  private static <T> CompletionStage<T> failed(String why) {
    return CompletableFuture.failedStage(new IllegalStateException(why));
  }

  private Behavior<Command> onRead(Read read) {
    read.reading().ended(read.result(), read.failure());
    return this;
  }

  private void onVerify(VerifyCommand.Verify order) {
    trees.asMaster(
        order.system(),
        order.replyTo(),
        (tree, report) ->
            OperationsActor.run(
                system,
                operations,
                "verify",
                order.system(),
                "the slaves' copies are compared with the master's",
                operation -> verify(order, tree, operation)));
  }

  private CompletionStage<AdminReply> verify(
      VerifyCommand.Verify order, Trees.Tree tree, Operation operation) {
    HostName self = trees.hosts().self();
    CompletionStage<List<Comparison.Outcome>> all =
        CompletableFuture.completedStage(new ArrayList<>());
    for (HostEntry entry : host.config().hosts()) {
      HostName slave = new HostName(entry.name());
      if (entry.witness() || slave.equals(self)) {
        continue;
      }
      all =
          all.thenCompose(
              before ->
                  new Comparison(
                          copies(order.system()), this::pause, operation::message, self, slave)
                      .run()
                      .thenApply(
                          outcome -> {
                            told(order, tree, outcome);
                            before.add(outcome);
                            return before;
                          }));
    }
    return all.thenApply(outcomes -> reply(order, outcomes));
  }

  private Comparison.Copies copies(SystemName name) {
    return new Comparison.Copies() {
      @Override
      public CompletionStage<AdminReply> snapshots(HostName host) {
        int most = SnapshotCommand.ListSnapshots.MAX_LIMIT;
        return asked(host, r -> new SnapshotCommand.ListSnapshots(name, most, r));
      }

      @Override
      public CompletionStage<AdminReply> folder(
          HostName host, SnapshotGuid snapshot, String folder, String after) {
        return asked(host, r -> new VerifyCommand.DigestFolder(name, snapshot, folder, after, r));
      }
    };
  }

  private CompletionStage<AdminReply> asked(
      HostName name, Function<ActorRef<AdminReply>, AdminCommand> question) {
    HostEntry entry = trees.hosts().byName(name).orElseThrow();
    ActorRef<AdminCommand> desk = directory.at(entry.id(), "/user/desk");
    return AskPattern.<AdminCommand, AdminReply>ask(
        desk, question::apply, DESK, system.scheduler());
  }

  private CompletionStage<Void> pause(Duration time) {
    // A stage that gives null would never complete it.
    return Patterns.after(
            time, system.classicSystem(), () -> CompletableFuture.completedStage(Boolean.TRUE))
        .thenAccept(passed -> {});
  }

  /** A difference is an alarm until a later comparison finds none. */
  private void told(VerifyCommand.Verify order, Trees.Tree tree, Comparison.Outcome outcome) {
    String code = "verify-" + outcome.slave();
    if (outcome.same()) {
      tree.ref().tell(new UserSystemActor.Raise(code, ""));
    } else if (!outcome.differences().isEmpty()) {
      tree.ref().tell(new UserSystemActor.Raise(code, VerifyText.of(outcome)));
    }
    host.events()
        .tell(
            new EventsActor.Happened(
                "copy-verified",
                Optional.of(order.system()),
                VerifyText.of(outcome),
                Map.of(
                    "slave",
                    outcome.slave().value(),
                    "differences",
                    Integer.toString(outcome.differences().size()))));
  }

  private static AdminReply reply(VerifyCommand.Verify order, List<Comparison.Outcome> outcomes) {
    String said = VerifyText.of(order.system(), outcomes);
    return !outcomes.isEmpty() && outcomes.stream().allMatch(Comparison.Outcome::same)
        ? new Done(said)
        : Trees.refusal(RefusalCode.FAILED, said);
  }
}
