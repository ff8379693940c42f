package flocker.node.system;

import flocker.node.supervisor.Phase;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SystemName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Operators who wait until a system runs, or is stopped. Owned by its {@code UserSystemActor}. */
final class RunOrders {
  private final SystemName name;
  private final List<RecordActor.SetRun> waiting = new ArrayList<>();

  RunOrders(SystemName name) {
    this.name = name;
  }

  void add(RecordActor.SetRun order) {
    waiting.add(order);
  }

  /** An order that is answered, and how. */
  record Answer(RecordActor.SetRun order, AdminReply reply) {}

  /** Those whose wish has come true or cannot; they wait no more. */
  List<Answer> answered(Phase phase, boolean rests) {
    List<Answer> answers = new ArrayList<>();
    waiting.removeIf(
        order -> {
          Optional<AdminReply> reply = reply(order.run(), phase, rests);
          reply.ifPresent(r -> answers.add(new Answer(order, r)));
          return reply.isPresent();
        });
    return answers;
  }

  private Optional<AdminReply> reply(boolean run, Phase phase, boolean rests) {
    if (run && phase == Phase.FAILED) {
      return Optional.of(
          new AdminRefusal(RefusalCode.FAILED, name.value() + " did not start; see its alarms"));
    }
    if (rests && phase == (run ? Phase.RUNNING : Phase.STOPPED)) {
      return Optional.of(new Done(name.value() + (run ? " is running" : " is stopped")));
    }
    return Optional.empty();
  }
}
