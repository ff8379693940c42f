package flocker.node.admin;

import flocker.node.blocking.Blocking;
import flocker.node.container.ContainerFault;
import flocker.node.container.rootfs.ImportFault;
import flocker.node.storage.StorageFault;
import flocker.node.system.Host;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.NewSystem;
import flocker.protocol.admin.OperationId;
import flocker.protocol.admin.OperationList;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemSource;
import flocker.protocol.id.SystemId;
import flocker.protocol.system.Catalog;
import flocker.protocol.system.CatalogMessage;
import flocker.protocol.system.SystemRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The long work of this node and how far it has come. A new system is imported into a dataset that
 * belongs to nobody; only when the cluster has agreed to the system does it become one. So a crash
 * in between leaves a dataset that is not used, and no half-made system.
 */
final class OperationsActor extends AbstractBehavior<OperationsActor.Command> {
  private static final int KEPT = 50;

  /** What it can be told. */
  sealed interface Command {}

  /** A question about operations. */
  record Ask(AdminCommand question) implements Command {}

  /** Import and create a system. Answered at once with the operation, or a refusal. */
  record Create(NewSystem system, ActorRef<AdminReply> replyTo) implements Command {}

  /** Long work on something else than a new system. Answered at once with the operation. */
  record Run(String kind, SystemName system, String doing, Work work, ActorRef<AdminReply> replyTo)
      implements Command {}

  /**
   * Begins the work, which tells the operation how far it is; ends with {@link Done} or a refusal.
   */
  @FunctionalInterface
  interface Work {
    CompletionStage<AdminReply> begin(Operation operation);
  }

  private static final Duration BEGUN_WITHIN = Duration.ofSeconds(8);

  /** Has it {@link Run} the work; gives the operation, or fails when none has begun in time. */
  static CompletionStage<AdminReply> run(
      ActorSystem<?> system,
      ActorRef<Command> operations,
      String kind,
      SystemName name,
      String doing,
      Work work) {
    return AskPattern.ask(
        operations, r -> new Run(kind, name, doing, work, r), BEGUN_WITHIN, system.scheduler());
  }

  private record Ended(Operation operation, AdminReply outcome) implements Command {}

  private record Imported(Operation operation, Catalog.Entry entry) implements Command {}

  private record Added(Operation operation, Catalog.Entry entry, Optional<AdminReply> refusal)
      implements Command {}

  private record Failed(Operation operation, RefusalCode code, String why) implements Command {}

  private final Host host;
  private final Hosts hosts;
  private final Changes changes;
  private final SystemImport imports;
  private final RandomGenerator random;
  private final ActorRef<Command> self;
  private final Executor executor;
  private final Map<OperationId, Operation> operations = new LinkedHashMap<>();

  static Behavior<Command> create(Host host, Changes changes) {
    return Behaviors.setup(context -> new OperationsActor(context, host, changes));
  }

  private OperationsActor(ActorContext<Command> context, Host host, Changes changes) {
    super(context);
    this.host = host;
    this.hosts = new Hosts(host.config());
    this.changes = changes;
    this.imports = new SystemImport(host);
    this.random = host.random().get();
    this.self = context.getSelf();
    this.executor =
        context
            .getSystem()
            .dispatchers()
            .lookup(DispatcherSelector.fromConfig(Host.STORAGE_DISPATCHER));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ask.class, this::onAsk)
        .onMessage(Create.class, this::onCreate)
        .onMessage(Run.class, this::onRun)
        .onMessage(Ended.class, this::onEnded)
        .onMessage(Imported.class, this::onImported)
        .onMessage(Added.class, this::onAdded)
        .onMessage(Failed.class, this::onFailed)
        .build();
  }

  private Behavior<Command> onAsk(Ask ask) {
    if (ask.question() instanceof AdminCommand.DescribeOperation question) {
      Operation found = operations.get(question.operation());
      question
          .replyTo()
          .tell(
              found == null
                  ? new AdminRefusal(
                      RefusalCode.NOT_FOUND,
                      "this node knows no operation "
                          + question.operation()
                          + "; it may have restarted since")
                  : found.view(host.clock().nanos()));
    } else {
      List<Operation> newestFirst = new ArrayList<>(operations.values());
      Collections.reverse(newestFirst);
      long now = host.clock().nanos();
      ask.question()
          .replyTo()
          .tell(new OperationList(newestFirst.stream().map(o -> o.view(now)).toList()));
    }
    return this;
  }

  private String hex() {
    return String.format("%016x", random.nextLong());
  }

  private Operation begun(String kind, SystemName system, String doing) {
    OperationId id = new OperationId(hex());
    Operation operation =
        new Operation(
            id,
            kind,
            Optional.of(system),
            hosts.self(),
            doing,
            host.wallClock().get(),
            host.clock().nanos());
    operations.put(id, operation);
    if (operations.size() > KEPT) {
      operations.remove(operations.keySet().iterator().next());
    }
    return operation;
  }

  private Behavior<Command> onRun(Run order) {
    Operation operation = begun(order.kind(), order.system(), order.doing());
    order.replyTo().tell(operation.view(host.clock().nanos()));
    getContext()
        .pipeToSelf(
            order.work().begin(operation),
            (outcome, failure) ->
                failure == null
                    ? new Ended(operation, outcome)
                    : new Failed(operation, RefusalCode.FAILED, Blocking.reason(failure)));
    return this;
  }

  private Behavior<Command> onEnded(Ended ended) {
    if (ended.outcome() instanceof Done done) {
      ended.operation().done(done.message(), host.wallClock().get());
    } else if (ended.outcome() instanceof AdminRefusal refusal) {
      ended.operation().failed(refusal.code(), refusal.message(), host.wallClock().get());
    }
    return this;
  }

  private Behavior<Command> onCreate(Create order) {
    if (host.storage().isEmpty()) {
      order
          .replyTo()
          .tell(
              new AdminRefusal(
                  RefusalCode.NOT_SUPPORTED,
                  "this host is a witness and has no storage; ask another host"));
      return this;
    }
    Operation operation =
        begun("system-create", order.system().name(), "importing the user filesystem");
    Catalog.Entry entry =
        new Catalog.Entry(
            new SystemId(hex()),
            host.config().self().id(),
            SystemRecord.of(order.system().name(), order.system().settings(), true));
    changes
        .objection(entry)
        .whenComplete(
            (refusal, failure) -> {
              if (failure == null && refusal.isEmpty()) {
                begin(operation, entry, order.system().source());
                order.replyTo().tell(operation.view(host.clock().nanos()));
              } else {
                order
                    .replyTo()
                    .tell(
                        refusal != null && refusal.isPresent()
                            ? refusal.get()
                            : new AdminRefusal(
                                RefusalCode.UNAVAILABLE, "this node is not ready yet"));
              }
            });
    return this;
  }

  private void begin(Operation operation, Catalog.Entry entry, SystemSource source) {
    executor.execute(
        () -> {
          try {
            self.tell(new Imported(operation, imports.run(entry, source, operation)));
          } catch (ImportFault | StorageFault | ContainerFault | RuntimeException e) {
            self.tell(new Failed(operation, RefusalCode.FAILED, Blocking.reason(e)));
          }
        });
  }

  private Behavior<Command> onImported(Imported imported) {
    imported.operation().message("the cluster is asked to agree");
    getContext()
        .pipeToSelf(
            changes.ask(r -> new CatalogMessage.Add(imported.entry(), r)),
            (refusal, failure) ->
                failure == null
                    ? new Added(imported.operation(), imported.entry(), refusal)
                    : new Failed(
                        imported.operation(), RefusalCode.TIMED_OUT, Blocking.reason(failure)));
    return this;
  }

  private Behavior<Command> onAdded(Added added) {
    Operation operation = added.operation();
    if (added.refusal().isEmpty()) {
      operation.done(
          added.entry().name().value() + " is created; it starts on this host",
          host.wallClock().get());
    } else if (added.refusal().get() instanceof AdminRefusal refusal) {
      operation.failed(refusal.code(), refusal.message(), host.wallClock().get());
      if (refusal.code() != RefusalCode.TIMED_OUT) {
        // Certainly not agreed to: nothing will ever use what was imported.
        executor.execute(
            () -> imports.discard(added.entry(), new IllegalStateException(refusal.message())));
      }
    }
    return this;
  }

  private Behavior<Command> onFailed(Failed failed) {
    failed.operation().failed(failed.code(), failed.why(), host.wallClock().get());
    return this;
  }
}
