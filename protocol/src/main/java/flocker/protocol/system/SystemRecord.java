package flocker.protocol.system;

import com.fasterxml.jackson.annotation.JsonCreator;
import flocker.protocol.admin.HistorySettings;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemSettings;
import flocker.protocol.id.SnapshotGuid;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that a host needs to run a user system, besides its filesystem: the document of the
 * system's authority record.
 *
 * @param name the label people use; unique in the cluster
 * @param settings how it is run
 * @param run whether the operator wants the container to run
 * @param pins snapshots that every host keeps until an operator unpins them, in the order of the
 *     pinning; older documents have none
 * @param history how much of its past is kept; older documents have none
 * @param automation what is done without an operator; older documents have none
 */
public record SystemRecord(
    SystemName name,
    SystemSettings settings,
    boolean run,
    List<SnapshotGuid> pins,
    HistorySettings history,
    Automation automation) {
  /** So that a record stays small. */
  public static final int MOST_PINS = 256;

  @JsonCreator
  public SystemRecord {
    pins = pins == null ? List.of() : List.copyOf(pins);
    history = history == null ? HistorySettings.defaults() : history;
    automation = automation == null ? Automation.INITIAL : automation;
    if (pins.size() > MOST_PINS) {
      throw new IllegalArgumentException(
          "at most " + MOST_PINS + " snapshots of a system can be pinned; unpin others first");
    }
  }

  /** A new system. */
  public static SystemRecord of(SystemName name, SystemSettings settings, boolean run) {
    return new SystemRecord(
        name, settings, run, List.of(), HistorySettings.defaults(), Automation.INITIAL);
  }

  /** The same system, to be run or not. */
  public SystemRecord withRun(boolean wanted) {
    return new SystemRecord(name, settings, wanted, pins, history, automation);
  }

  /** The same system, its past kept otherwise. */
  public SystemRecord withHistory(HistorySettings wanted) {
    return new SystemRecord(name, settings, run, pins, wanted, automation);
  }

  /** The same system with a snapshot pinned, or no longer; no change if that is so already. */
  public SystemRecord withPin(SnapshotGuid snapshot, boolean pinned) {
    List<SnapshotGuid> now = new ArrayList<>(pins);
    now.remove(snapshot);
    if (pinned) {
      now.add(snapshot);
    }
    return new SystemRecord(name, settings, run, now, history, automation);
  }

  /** The same system under other automation. */
  public SystemRecord withAutomation(Automation other) {
    return new SystemRecord(name, settings, run, pins, history, other);
  }
}
