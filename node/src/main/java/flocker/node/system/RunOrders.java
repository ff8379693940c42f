package flocker.node.system;

import flocker.node.supervisor.Phase;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SystemName;
import java.util.ArrayList;
import java.util.List;

/** Operators who wait until a system runs, or is stopped. Owned by its {@code UserSystemActor}. */
final class RunOrders {
  private final SystemName name;
  private final List<UserSystemActor.SetRun> waiting = new ArrayList<>();

  RunOrders(SystemName name) {
    this.name = name;
  }

  void add(UserSystemActor.SetRun order) {
    waiting.add(order);
  }

  /** Answers those whose wish has come true or cannot. */
  void answer(Phase phase, boolean rests) {
    waiting.removeIf(order -> answered(order, phase, rests));
  }

  private boolean answered(UserSystemActor.SetRun order, Phase phase, boolean rests) {
    if (order.run() && phase == Phase.FAILED) {
      order
          .replyTo()
          .tell(
              new AdminRefusal(
                  RefusalCode.FAILED, name.value() + " did not start; see its alarms"));
      return true;
    }
    boolean there = rests && phase == (order.run() ? Phase.RUNNING : Phase.STOPPED);
    if (there) {
      order.replyTo().tell(new Done(name.value() + (order.run() ? " is running" : " is stopped")));
    }
    return there;
  }
}
