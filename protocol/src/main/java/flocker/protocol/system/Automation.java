package flocker.protocol.system;

import flocker.protocol.admin.LossPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Flocker may do with a user system by itself; part of its record, so that it outlives any
 * host.
 *
 * @param loss how much may be on the master alone
 * @param paused why nothing is done without an operator; empty: it is
 * @param takeOvers when hosts took over by themselves, the newest last: milliseconds since 1970,
 *     for counting only
 * @param handedOver a host gave the system away because its init kept ending; not done twice
 */
public record Automation(
    LossPolicy loss, Optional<String> paused, List<Long> takeOvers, boolean handedOver) {
  /** Of a new system. */
  public static final Automation INITIAL =
      new Automation(LossPolicy.ASYNCHRONOUS, Optional.empty(), List.of(), false);

  private static final int REMEMBERED = 32;

  public Automation {
    loss = loss == null ? LossPolicy.ASYNCHRONOUS : loss;
    paused = paused == null ? Optional.empty() : paused;
    takeOvers = takeOvers == null ? List.of() : List.copyOf(takeOvers);
  }

  /** With another policy. */
  public Automation withLoss(LossPolicy policy) {
    return new Automation(policy, paused, takeOvers, handedOver);
  }

  /** Frozen, and why. */
  public Automation withPause(String why) {
    return new Automation(loss, Optional.of(why), takeOvers, handedOver);
  }

  /** Free again; earlier take-overs and hand-overs count no more. */
  public Automation resumed() {
    return new Automation(loss, Optional.empty(), List.of(), false);
  }

  /** With one more take-over, at {@code millis}. */
  public Automation withTakeOver(long millis) {
    List<Long> all = new ArrayList<>(takeOvers);
    all.add(millis);
    int from = Math.max(0, all.size() - REMEMBERED);
    return new Automation(loss, paused, all.subList(from, all.size()), handedOver);
  }

  /** Whether the system was given away because it kept ending. */
  public Automation withHandedOver(boolean now) {
    return new Automation(loss, paused, takeOvers, now);
  }
}
