package flocker.node.admin;

import flocker.node.authority.AuthorityView;
import flocker.node.authority.Effect;
import flocker.node.system.AutomationActor;
import flocker.node.system.EventsActor;
import flocker.node.system.Host;
import flocker.node.system.SystemReport;
import flocker.node.system.UserSystemActor;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.MastershipCommand;
import flocker.protocol.admin.PositionLabel;
import flocker.protocol.admin.PromotionView;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SystemName;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.system.Automation;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The part of a host's desk that is asked who is to be master, and what that may lose. */
final class MastershipActor extends AbstractBehavior<MastershipCommand> {
  private static final Duration RECORDED = Duration.ofSeconds(15);
  private static final Duration ELECTED = Duration.ofSeconds(30);
  private static final String NOT_YET = "no majority has answered in time, and it still asks";

  private final ActorSystem<?> system;
  private final Host host;
  private final Trees trees;

  static Behavior<MastershipCommand> create(Host host, Trees trees) {
    return Behaviors.setup(context -> new MastershipActor(context, host, trees));
  }

  private MastershipActor(ActorContext<MastershipCommand> context, Host host, Trees trees) {
    super(context);
    this.system = context.getSystem();
    this.host = host;
    this.trees = trees;
  }

  @Override
  public Receive<MastershipCommand> createReceive() {
    return newReceiveBuilder()
        .onMessage(MastershipCommand.TakeBarrier.class, this::onTakeBarrier)
        .onMessage(MastershipCommand.SetLossPolicy.class, this::onSetLossPolicy)
        .onMessage(MastershipCommand.Pause.class, this::onPause)
        .onMessage(MastershipCommand.Resume.class, this::onResume)
        .onMessage(MastershipCommand.DescribePromotion.class, this::onDescribePromotion)
        .onMessage(MastershipCommand.Promote.class, this::onPromote)
        .build();
  }

  private Behavior<MastershipCommand> onTakeBarrier(MastershipCommand.TakeBarrier order) {
    trees.asMaster(
        order.system(),
        order.replyTo(),
        (tree, report) ->
            trees.barrier(tree, order.copies(), Duration.ofMillis(order.timeoutMillis())));
    return this;
  }

  private Behavior<MastershipCommand> onSetLossPolicy(MastershipCommand.SetLossPolicy order) {
    trees.asMaster(
        order.system(),
        order.replyTo(),
        (tree, report) ->
            amend(
                tree,
                now -> now.withLoss(order.policy()),
                "the loss policy of " + order.system() + " is " + order.policy() + " now"));
    return this;
  }

  private Behavior<MastershipCommand> onPause(MastershipCommand.Pause order) {
    trees.asMaster(
        order.system(),
        order.replyTo(),
        (tree, report) -> {
          event("paused", order.system(), order.reason());
          return amend(
              tree,
              now -> now.withPause(order.reason()),
              order.system()
                  + " is paused: no host takes it over by itself until 'flocker resume'");
        });
    return this;
  }

  /** Where nobody is master, this host stands first: a record is changed by a master only. */
  private Behavior<MastershipCommand> onResume(MastershipCommand.Resume order) {
    trees.with(
        order.system(),
        order.replyTo(),
        (tree, report) -> {
          event("resumed", order.system(), order.reason());
          return mastered(report)
              ? resumed(order, tree)
              : stand(tree, false)
                  .thenCompose(
                      outcome ->
                          outcome instanceof Effect.Elected
                              ? resumed(order, tree)
                              : Trees.done(notElected(order.system(), outcome)));
        });
    return this;
  }

  private static boolean mastered(SystemReport report) {
    return report.authority().map(AuthorityView::role).stream()
        .anyMatch(AuthorityView.Role.MASTER::equals);
  }

  private CompletionStage<AdminReply> resumed(MastershipCommand.Resume order, Trees.Tree tree) {
    return amend(tree, Automation::resumed, order.system() + " is looked after by its hosts again");
  }

  private CompletionStage<AdminReply> amend(
      Trees.Tree tree, UnaryOperator<Automation> change, String done) {
    return trees.changed(
        tree, now -> now.withAutomation(change.apply(now.automation())), RECORDED, done);
  }

  private void event(String type, SystemName name, String reason) {
    host.events()
        .tell(
            new EventsActor.Happened(
                type, Optional.of(name), "an operator: " + reason, Map.of("reason", reason)));
  }

  private CompletionStage<Effect> stand(Trees.Tree tree, boolean forced) {
    return AskPattern.<UserSystemActor.Command, Effect>ask(
            tree.ref(),
            r -> new UserSystemActor.ToAutomation(new AutomationActor.Stand(forced, r)),
            ELECTED,
            system.scheduler())
        .exceptionally(failure -> new Effect.ElectionFailed(NOT_YET));
  }

  private AdminReply notElected(SystemName name, Effect outcome) {
    String why = outcome instanceof Effect.ElectionFailed failed ? failed.why() : NOT_YET;
    return Trees.refusal(
        why.equals(NOT_YET) ? RefusalCode.TIMED_OUT : RefusalCode.NO_MAJORITY,
        trees.hosts().self()
            + " was not elected master of "
            + name
            + ": "
            + why
            + "; nothing else was done");
  }

  private Behavior<MastershipCommand> onDescribePromotion(
      MastershipCommand.DescribePromotion question) {
    trees.with(
        question.system(),
        question.replyTo(),
        (tree, report) -> Trees.done(objection(report).orElseGet(() -> view(question, report))));
    return this;
  }

  private Behavior<MastershipCommand> onPromote(MastershipCommand.Promote order) {
    if (!Trees.confirmed(
        order.system().value(),
        order.confirmation(),
        order.replyTo(),
        "to promote a host although its copy may lack something, confirm with the system's name;"
            + " nothing was done")) {
      return this;
    }
    trees.with(
        order.system(),
        order.replyTo(),
        (tree, report) ->
            objection(report).map(Trees::done).orElseGet(() -> promoted(order, tree, report)));
    return this;
  }

  private Optional<AdminReply> objection(SystemReport report) {
    if (host.storage().isEmpty()) {
      return Optional.of(
          Trees.refusal(
              RefusalCode.CONFLICT,
              trees.hosts().self() + " is a witness and has no copy; nothing was done"));
    }
    return report
        .authority()
        .flatMap(AuthorityView::leaseHolder)
        .map(
            who ->
                Trees.refusal(
                    RefusalCode.CONFLICT,
                    "a lease of "
                        + trees.hosts().name(who)
                        + " lasts, so the system may run there; nothing was done. Use 'flocker"
                        + " switchover', or wait until it has ended"));
  }

  private CompletionStage<AdminReply> promoted(
      MastershipCommand.Promote order, Trees.Tree tree, SystemReport report) {
    String missing = view(order, report).missing();
    event("promotion-forced", order.system(), order.reason() + "; " + missing);
    return stand(tree, true)
        .thenApply(
            outcome ->
                outcome instanceof Effect.Elected elected
                    ? new Done(
                        trees.hosts().self()
                            + " is master of "
                            + order.system()
                            + " in epoch "
                            + elected.epoch()
                            + "; "
                            + missing)
                    : notElected(order.system(), outcome));
  }

  /** What other copies or barriers have that this host's copy lacks, as far as is known. */
  private PromotionView view(MastershipCommand order, SystemReport report) {
    Position own = report.facts().position();
    Optional<AuthorityView> view = report.authority();
    Optional<Map.Entry<HostId, Position>> newest =
        view.stream()
            .flatMap(v -> v.hosts().entrySet().stream())
            .map(entry -> Map.entry(entry.getKey(), entry.getValue().position()))
            .max(Map.Entry.comparingByValue(Comparator.naturalOrder()))
            .filter(entry -> entry.getValue().compareTo(own) > 0);
    return new PromotionView(
        order.system(),
        trees.hosts().self(),
        PositionLabel.of(own),
        newest.map(entry -> trees.hosts().name(entry.getKey())),
        newest.flatMap(entry -> PositionLabel.of(entry.getValue())),
        view.map(AuthorityView::barrier)
            .filter(barrier -> barrier.compareTo(own) > 0)
            .flatMap(PositionLabel::of));
  }
}
