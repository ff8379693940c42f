package flocker.protocol.system;

import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemSettings;

/**
 * Everything that a host needs to run a user system, besides its filesystem: the document of the
 * system's authority record.
 *
 * @param name the label people use; unique in the cluster
 * @param settings how it is run
 * @param run whether the operator wants the container to run
 */
public record SystemRecord(SystemName name, SystemSettings settings, boolean run) {
  /** The same system, to be run or not. */
  public SystemRecord withRun(boolean wanted) {
    return new SystemRecord(name, settings, wanted);
  }
}
