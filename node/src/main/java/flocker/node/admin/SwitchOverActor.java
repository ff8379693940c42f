package flocker.node.admin;

import flocker.node.cluster.Directory;
import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import flocker.node.supervisor.MasterSupervisorActor;
import flocker.node.system.Host;
import flocker.node.system.SystemReport;
import flocker.node.system.UserSystemActor;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SwitchoverView;
import flocker.protocol.admin.SystemDetail;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemView;
import flocker.protocol.id.HostId;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One switchover, from the operator's order until the system runs on the target; on the old master.
 */
final class SwitchOverActor extends AbstractBehavior<SwitchOverActor.Command> {
  /** What it can be told. */
  sealed interface Command {}

  /** Begin; the answer goes to {@code replyTo}. */
  record Begin(ActorRef<AdminReply> replyTo) implements Command {}

  private record Ended(MasterSupervisorActor.Ended ended) implements Command {}

  private record Said(AdminReply reply) implements Command {}

  private enum Timer implements Command {
    LOOK,
    GIVE_UP
  }

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration GIVE_UP_AFTER = Duration.ofMinutes(2);
  private static final long MILLI = 1_000_000L;

  private final TimerScheduler<Command> timers;
  private final Host host;
  private final Hosts hosts;
  private final Directory directory;
  private final ActorRef<UserSystemActor.Command> tree;
  private final SystemName name;
  private final Optional<HostName> wanted;
  private final SystemReport report;
  private final long begunAt;
  private Optional<HostId> target = Optional.empty();
  private ActorRef<AdminReply> replyTo;

  static Behavior<Command> create(
      Host host,
      Directory directory,
      ActorRef<UserSystemActor.Command> tree,
      SystemReport report,
      Optional<HostName> wanted) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new SwitchOverActor(context, timers, host, directory, tree, report, wanted)));
  }

  private SwitchOverActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Host host,
      Directory directory,
      ActorRef<UserSystemActor.Command> tree,
      SystemReport report,
      Optional<HostName> wanted) {
    super(context);
    this.timers = timers;
    this.host = host;
    this.hosts = new Hosts(host.config());
    this.directory = directory;
    this.tree = tree;
    this.name = report.wanted().name();
    this.wanted = wanted;
    this.report = report;
    this.begunAt = host.clock().nanos();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Begin.class, this::onBegin)
        .onMessage(Ended.class, this::onEnded)
        .onMessage(Said.class, this::onSaid)
        .onMessageEquals(Timer.LOOK, this::onLook)
        .onMessageEquals(Timer.GIVE_UP, this::onGiveUp)
        .build();
  }

  private Behavior<Command> onBegin(Begin begin) {
    replyTo = begin.replyTo();
    Optional<String> refusal = choose();
    if (refusal.isPresent()) {
      return end(new AdminRefusal(RefusalCode.CONFLICT, refusal.get() + "; nothing was done"));
    }
    tree.tell(
        new UserSystemActor.ToSupervisor(
            new MasterSupervisorActor.SwitchOver(
                target.orElseThrow(),
                getContext().messageAdapter(MasterSupervisorActor.Ended.class, Ended::new))));
    timers.startSingleTimer(Timer.GIVE_UP, GIVE_UP_AFTER);
    return this;
  }

  /** Sets the target, or says why there is none. */
  private Optional<String> choose() {
    if (wanted.isPresent()) {
      target = hosts.byName(wanted.get()).map(entry -> entry.id());
      if (target.isEmpty()) {
        return Optional.of("there is no host named '" + wanted.get().value() + "'");
      }
      if (hosts.isSelf(target.get())) {
        return Optional.of("'" + wanted.get().value() + "' is the master already");
      }
    }
    Optional<ReplicaStatus> best =
        report.facts().replicas().stream()
            .filter(r -> target.isEmpty() || target.get().equals(r.slave()))
            .filter(r -> r.confirmed().isPresent())
            .max(Comparator.comparing(r -> r.confirmed().orElseThrow()));
    if (best.isEmpty()) {
      return Optional.of("no such host in contact has a copy of '" + name.value() + "'");
    }
    target = Optional.of(best.get().slave());
    return Optional.empty();
  }

  private Behavior<Command> onEnded(Ended ended) {
    if (!ended.ended().done()) {
      return end(new AdminRefusal(RefusalCode.FAILED, ended.ended().message()));
    }
    return onLook();
  }

  private Behavior<Command> onLook() {
    directory
        .<AdminCommand>at(target.orElseThrow(), "/user/desk")
        .tell(
            new AdminCommand.DescribeSystem(
                name, getContext().messageAdapter(AdminReply.class, Said::new)));
    timers.startSingleTimer(Timer.LOOK, LOOK_EVERY);
    return this;
  }

  private Behavior<Command> onSaid(Said said) {
    HostName label = hosts.name(target.orElseThrow());
    if (said.reply() instanceof SystemDetail detail
        && detail.system().master().equals(Optional.of(label))
        && (detail.system().state() == SystemView.State.RUNNING
            || detail.system().state() == SystemView.State.STOPPED)) {
      return end(
          new SwitchoverView(
              name,
              hosts.self(),
              label,
              detail.system().epoch(),
              (host.clock().nanos() - begunAt) / MILLI));
    }
    return this;
  }

  private Behavior<Command> onGiveUp() {
    return end(
        new AdminRefusal(
            RefusalCode.TIMED_OUT,
            "'"
                + name.value()
                + "' was handed over, but is not seen to run on "
                + hosts.name(target.orElseThrow()).value()
                + " yet; see 'flocker status'"));
  }

  private Behavior<Command> end(AdminReply reply) {
    replyTo.tell(reply);
    return Behaviors.stopped();
  }
}
